import { andThen, isPending } from '../contract/awaitable.ts';
import type { Awaitable } from '../contract/backend.ts';
import { type CacheError, isCacheError } from '../contract/errors.ts';

class Failure {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** {@link inOrder} for every entry of a map, as a map. */
export function eachKey<A, B>(
  entries: ReadonlyMap<string, A>,
  one: (key: string, value: A) => Awaitable<B>,
): Awaitable<Map<string, B>> {
  const keys = [...entries.keys()];
  return andThen(
    inOrder(keys, [...entries.values()], one),
    (answers) => new Map(keys.map((key, i) => [key, answers[i] as B])),
  );
}

/** What `one` finds of each of `keys`, as {@link inOrder}; without those it finds nothing of. */
export function findEach<B>(
  keys: Iterable<string>,
  one: (key: string) => Awaitable<B | undefined>,
): Awaitable<Map<string, B>> {
  return andThen(eachKey(new Map(Array.from(keys, (key) => [key, undefined])), one), (found) => {
    for (const [key, value] of found) if (value === undefined) found.delete(key);
    return found as Map<string, B>; // what was none is gone
  });
}

/**
 * `one(key, value)` for every key and the value at its place, in their order. All are tried; when some fail, the error of
 * the first is thrown with all failing keys as its `keys`, so that a caller can go on without them.
 */
export function inOrder<A, B>(
  keys: readonly string[],
  values: readonly A[],
  one: (key: string, value: A) => Awaitable<B>,
): Awaitable<B[]> {
  const answers: Awaitable<B | Failure>[] = [];
  let pending = false;
  let failing = false;
  for (let i = 0; i < keys.length; i++) {
    try {
      const answer = one(keys[i] as string, values[i] as A);
      if (isPending(answer)) {
        pending = true;
        answers.push(answer.catch((cause) => new Failure(cause)));
      } else answers.push(answer);
    } catch (cause) {
      failing = true;
      answers.push(new Failure(cause));
    }
  }
  if (pending) return Promise.all(answers).then((settled) => collected(keys, settled));
  // sound: none of them is pending, and then none is a failure
  return failing ? collected(keys, answers as (B | Failure)[]) : (answers as B[]);
}

function collected<B>(keys: readonly string[], answers: readonly (B | Failure)[]): B[] {
  const failed = keys.filter((_key, i) => answers[i] instanceof Failure);
  const first = answers.find((answer) => answer instanceof Failure);
  if (first === undefined) return answers as B[]; // none is a failure
  const { cause } = first;
  if (!isCacheError(cause) || failed.length === 1) throw cause;
  // Same class and code as the first failure, made anew because errors are read-only.
  throw new (cause.constructor as typeof CacheError)(`${failed.length} keys failed, the first: ${cause.message}`, {
    code: cause.code,
    keys: failed,
    cause,
  });
}
