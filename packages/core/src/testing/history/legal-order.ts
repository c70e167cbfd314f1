/** One call as it was seen from outside. */
export interface Happening<O> {
  /** What was asked, and what was answered. */
  readonly operation: O;
  /** When it was asked: any number that grows with time, the same clock for all who take part. */
  readonly called: number;
  /** When it was answered; `Infinity` where no answer came, so that it may have taken effect at any time since, or never. */
  readonly returned: number;
}

/** What calls may do when they come one after the other. */
export interface Specification<S, O> {
  readonly initial: S;
  /** The states that `operation`, its answer included, may lead to from `state`; none where that answer is wrong. */
  next(state: S, operation: O): readonly S[];
  /** The same text for the same state, and only for it. */
  identify(state: S): string;
}

/** An order that explains a history, or how far the search for one came. */
export interface Verdict<O> {
  readonly legal: boolean;
  /** Every answered call in a legal order, with those unanswered ones that took effect; where there is none, the longest beginning of one. */
  readonly order: readonly Happening<O>[];
  /** Where there is none: the calls of which one had to come next, and none could. */
  readonly stuck: readonly Happening<O>[];
}

interface Node<S, O> {
  readonly state: S;
  /** The answered calls before this one, by time of asking, are all done. */
  readonly first: number;
  /** Done ones beyond: bit n is the call `first + n`. */
  readonly beyond: bigint;
  readonly unanswered: bigint;
  readonly last: Happening<O> | undefined;
  readonly before: Node<S, O> | undefined;
  readonly length: number;
}

/**
 * Looks for an order of all calls that `specification` allows and in which no call that was answered comes after one that
 * was asked later: whether the history is linearizable.
 *
 * The search is that of J. Wing and C. Gong, *Testing and Verifying Concurrent Objects* (1993, §4), remembering the
 * pairs of done calls and state it has been in, after G. Lowe, *Testing for linearizability* (2017, §3). It takes time
 * in the number of calls times two to the power of how many run at once; split a history by key before.
 * @throws {RangeError} when more than `maxStates` pairs were met.
 */
export function legalOrder<S, O>(
  history: readonly Happening<O>[],
  specification: Specification<S, O>,
  { maxStates = 1_000_000 }: { readonly maxStates?: number | undefined } = {},
): Verdict<O> {
  const answered = history.filter(({ returned }) => returned !== Infinity).sort((a, b) => a.called - b.called);
  const unanswered = history.filter(({ returned }) => returned === Infinity);
  const been = new Set<string>();
  let furthest: Node<S, O> = {
    state: specification.initial,
    first: 0,
    beyond: 0n,
    unanswered: 0n,
    last: undefined,
    before: undefined,
    length: 0,
  };
  const open: Node<S, O>[] = [furthest];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.first === answered.length) return { legal: true, order: orderOf(node), stuck: [] };
    const id = `${node.first} ${node.beyond} ${node.unanswered} ${specification.identify(node.state)}`;
    if (been.has(id)) continue;
    been.add(id);
    if (been.size > maxStates)
      throw new RangeError(`legalOrder: expected an answer within ${maxStates} states, got none`);
    if (node.length > furthest.length) furthest = node;
    for (const { call, mark } of candidates(node, answered, unanswered))
      for (const state of specification.next(node.state, call.operation))
        open.push({ ...mark, state, last: call, before: node, length: node.length + 1 });
  }
  return {
    legal: false,
    order: orderOf(furthest),
    stuck: candidates(furthest, answered, unanswered).map(({ call }) => call),
  };
}

type Mark = Pick<Node<unknown, unknown>, 'first' | 'beyond' | 'unanswered'>;

/** The calls that may come next: those asked before the first answer that is still to come. */
function candidates<S, O>(
  { first, beyond, unanswered: taken }: Node<S, O>,
  answered: readonly Happening<O>[],
  unanswered: readonly Happening<O>[],
): { call: Happening<O>; mark: Mark }[] {
  const todo: number[] = [];
  let deadline = Infinity;
  for (let n = first; n < answered.length; n++) {
    const call = answered[n] as Happening<O>; // n is in range
    if (call.called > deadline) break;
    if ((beyond >> BigInt(n - first)) & 1n) continue;
    todo.push(n);
    deadline = Math.min(deadline, call.returned);
  }
  const found: { call: Happening<O>; mark: Mark }[] = [];
  for (const [n, call] of unanswered.entries())
    if (call.called <= deadline && !((taken >> BigInt(n)) & 1n))
      found.push({ call, mark: { first, beyond, unanswered: taken | (1n << BigInt(n)) } });
  // Later ones first: the search looks at the last one found first, which is then the one asked first.
  for (const n of todo.reverse()) {
    const call = answered[n] as Happening<O>;
    found.push({ call, mark: { ...done(first, beyond, n), unanswered: taken } });
  }
  return found;
}

/** Marks the call `n` as done. */
function done(first: number, beyond: bigint, n: number): Pick<Mark, 'first' | 'beyond'> {
  let marked = beyond | (1n << BigInt(n - first));
  let from = first;
  while (marked & 1n) {
    marked >>= 1n;
    from++;
  }
  return { first: from, beyond: marked };
}

function orderOf<S, O>(end: Node<S, O>): Happening<O>[] {
  const order: Happening<O>[] = [];
  for (let node: Node<S, O> | undefined = end; node?.last !== undefined; node = node.before) order.push(node.last);
  return order.reverse();
}
