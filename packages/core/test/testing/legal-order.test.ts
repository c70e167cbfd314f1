import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Happening, type KeyOperation, keyOfACache, legalOrder } from '../../src/testing/index.ts';

type Operation = KeyOperation<number>;

/** A history drawn in text: each line a process, each call as long as it is drawn. `|--get 1--|` */
function drawn(...lines: readonly string[]): Happening<Operation>[] {
  return lines.flatMap((line) =>
    Array.from(
      line.matchAll(/\|-*(\w+!?)(?: (\w+))?-*(\||$|>)/g),
      ({ 0: text, 1: what = '', 2: word, 3: end, index }) => ({
        operation: operationOf(what, word),
        called: 2 * index,
        returned: end === '|' ? 2 * (index + text.length) - 1 : Infinity,
      }),
    ),
  );
}

function operationOf(what: string, word: string | undefined): Operation {
  const value = Number(word);
  if (what === 'get') return { do: 'get', value: word === undefined || word === 'miss' ? undefined : value };
  if (what === 'set') return { do: 'set', value, stored: true };
  if (what === 'nx' || what === 'nx!') return { do: 'set', value, stored: what === 'nx', ifNotExists: true };
  if (what === 'load') return { do: 'getOrSet', value };
  if (what === 'source') return { do: 'change', value };
  return { do: 'remove' };
}

const key = keyOfACache<number>(1);

const legal: Readonly<Record<string, string[]>> = {
  'no calls at all': [''],
  'a write that is read': ['|-set 5-|-get 5-|'],
  'a read beside a write, before it took effect': ['   |---set 5---|', ' |---get miss---|'],
  'reads beside a write, old and then new': ['|---------set 5---------|', ' |-get miss-| |-get 5-|'],
  'an unanswered write that took effect': ['|-set 5>', '          |-get 5-|'],
  'an unanswered write that did not': ['|-set 5>', '          |-get miss-|'],
  'an unanswered write that took effect late': ['|-set 5>', '          |-get miss-|  |-get 5-|'],
  'a load that is found by who comes next': ['|-load 1-||-load 1-||-get 1-|'],
  'a load that a delete came between: its caller has the value, nobody else': [
    '|--------load 1--------|',
    '   |-source 2-||-delete-|  |-get miss-||-load 2-|',
  ],
  'a load that was not told of a change of its source': [
    '|--------load 1--------|',
    '   |-source 2-|           |-get 1-|',
  ],
  'one who joined a load before the delete': [
    '|--------load 1----------------|',
    '  |----load 1-------------------|',
    '       |-source 2-| |-delete-|    |-load 2-|',
  ],
  'the first of two writes where nothing was': ['|----nx 5----|', '|----nx! 6---|', '              |-get 5-|'],
};

const illegal: Readonly<Record<string, string[]>> = {
  'a read of what nobody wrote': ['|-get 7-|'],
  'a write that is lost': ['|-set 5-||-get miss-|'],
  'a read that goes back in time': ['|---------set 5----------|', ' |-get 5-| |-get miss-|'],
  'a deleted value that is read again': ['|-set 5-||-delete-||-get 5-|'],
  'an old value stored after the delete that was to remove it': [
    '|---------------load 1-------------|',
    '   |-source 2-||-delete-|             |-get 1-|',
  ],
  'one who joins, after the delete, a load that began before it': [
    '|-------------------load 1-----------|',
    '   |-source 2-||-delete-||-load 1-|',
  ],
  'two writes that both found nothing': ['|-nx 5-|', '|-nx 6-|', '        |-get 6-|'],
  'a refused write where nothing was': ['|-nx! 5-|'],
  'a load that ignores what is there': ['|-set 5-||-load 1-|'],
  'two readers who see two writes in different orders': [
    '|-----set 5------|',
    '|-----set 6------|',
    '                   |-get 5-||-get 6-|',
  ],
  'an unanswered write that takes effect, is undone, and takes effect again': [
    '|-set 5>',
    '          |-get 5-||-delete-||-get 5-|',
  ],
};

describe('legalOrder', () => {
  for (const [what, lines] of Object.entries(legal))
    it(`explains ${what}`, () => {
      const history = drawn(...lines);
      const { legal, order } = legalOrder(history, key);
      expect(legal).toBe(true);
      for (const call of history) if (call.returned !== Infinity) expect(order).toContain(call);
      for (const [n, one] of order.entries())
        for (const later of order.slice(n + 1)) expect(later.returned).toBeGreaterThanOrEqual(one.called);
      let states = [key.initial];
      for (const { operation } of order) states = states.flatMap((state) => [...key.next(state, operation)]);
      expect(states.length).toBeGreaterThan(0);
    });

  for (const [what, lines] of Object.entries(illegal))
    it(`refuses ${what}`, () => {
      const history = drawn(...lines);
      const { legal, order, stuck } = legalOrder(history, key);
      expect(legal).toBe(false);
      expect(stuck.length).toBeGreaterThan(0);
      for (const call of stuck) expect(order).not.toContain(call);
    });

  it('lets an entry go by itself only where entries do', () => {
    const history = drawn('|-set 5-||-get miss-|');
    expect(legalOrder(history, keyOfACache<number>(1, { forgets: true })).legal).toBe(true);
    expect(legalOrder(drawn('|-set 5-||-get miss-||-get 5-|'), keyOfACache<number>(1, { forgets: true })).legal).toBe(
      false,
    );
    expect(legalOrder(drawn('|-set 5-||-nx 6-|'), keyOfACache<number>(1, { forgets: true })).legal).toBe(true);
    expect(legalOrder(drawn('|-set 5-||-load 1-|'), keyOfACache<number>(1, { forgets: true })).legal).toBe(true);
  });

  it('finds the order of thousands of calls, many at once', () => {
    const history: Happening<Operation>[] = [];
    for (let n = 0; n < 3_000; n++) {
      const operation: Operation =
        n % 3 === 0 ? { do: 'set', value: n, stored: true } : { do: 'get', value: n - (n % 3) };
      history.push({ operation, called: 10 * n, returned: 10 * n + 25 });
    }
    expect(legalOrder(history, key).legal).toBe(true);
  });

  it('gives up, and says so, rather than search for ever', () => {
    const all = Array.from({ length: 30 }, (_, n) => ({
      operation: { do: 'set', value: n, stored: true } as Operation,
      called: n,
      returned: 1_000,
    }));
    const history = [...all, { operation: { do: 'get', value: 99 } as Operation, called: 1_001, returned: 1_002 }];
    expect(() => legalOrder(history, key, { maxStates: 5_000 })).toThrow('expected an answer within 5000 states');
  });

  it('agrees with trying every order, on random small histories', () => {
    const operation = fc.oneof(
      fc.record({ do: fc.constant('get' as const), value: fc.constantFrom(1, 2, undefined) }),
      fc.record({
        do: fc.constant('set' as const),
        value: fc.constantFrom(1, 2),
        stored: fc.boolean(),
        ifNotExists: fc.boolean(),
      }),
      fc.constant({ do: 'remove' } as const),
      fc.record({ do: fc.constant('change' as const), value: fc.constantFrom(1, 2) }),
      fc.record({ do: fc.constant('getOrSet' as const), value: fc.constantFrom(1, 2) }),
    );
    const call = fc
      .tuple(
        operation,
        fc.nat(12),
        fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.constant(Infinity)),
      )
      .map(
        ([op, called, lasted]): Happening<Operation> => ({ operation: op, called, returned: called + lasted - 0.5 }),
      );
    let both = [0, 0];
    fc.assert(
      fc.property(fc.array(call, { maxLength: 6 }), (history) => {
        const verdict = legalOrder(history, key).legal;
        both = verdict ? [both[0] as number, (both[1] as number) + 1] : [(both[0] as number) + 1, both[1] as number];
        expect(verdict).toBe(someOrder(history));
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(...both)).toBeGreaterThan(100);
  });
});

/** The slow way: every subset of the unanswered calls, every permutation. */
function someOrder(history: readonly Happening<Operation>[]): boolean {
  const place = (left: readonly Happening<Operation>[], states: readonly (typeof key.initial)[]): boolean => {
    if (states.length === 0) return false;
    if (left.every(({ returned }) => returned === Infinity)) return true;
    return left.some((one) => {
      const rest = left.filter((other) => other !== one);
      return (
        rest.every(({ returned }) => returned >= one.called) &&
        place(
          rest,
          states.flatMap((state) => [...key.next(state, one.operation)]),
        )
      );
    });
  };
  return place(history, [key.initial]);
}
