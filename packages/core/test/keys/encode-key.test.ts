import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CacheKeyError } from '../../src/index.ts';
import { encodeKey } from '../../src/keys/index.ts';
import { decodeKey, Keyed } from './decode-key.ts';

const runs = process.env.CACHE_TEST_LONG ? 200_000 : 1_000;

class Money {
  readonly #cents: number;
  noise = Math.random();
  constructor(cents: number) {
    this.#cents = cents;
  }
  toCacheKey(): unknown {
    return this.#cents;
  }
}

class Point {
  readonly #at: unknown;
  constructor(at: unknown) {
    this.#at = at;
  }
  toJSON(): unknown {
    return this.#at;
  }
}

/** Nested values of every supported kind, each with what its encoding reads back as. */
const { value: pairs } = fc.letrec<{ value: readonly [unknown, unknown] }>((tie) => {
  const self = tie('value');
  const same = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly [unknown, unknown]> =>
    arbitrary.map((value) => [value, value] as const);
  // Few names and small numbers, so that values often differ in one place only; hostile ones among them.
  const name = fc.oneof(
    fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString', '', '1', ',', '":', '}', 'é'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const entries = fc.uniqueArray(fc.tuple(name, self), { maxLength: 4, selector: ([key]) => key });
  const fromEntries = (members: readonly (readonly [string, unknown])[]): object => Object.fromEntries(members);
  return {
    value: fc.oneof(
      { depthSize: 'medium', maxDepth: 5 },
      same(
        fc.constantFrom(
          undefined,
          null,
          true,
          false,
          0,
          -0,
          1,
          '1',
          1n,
          Number.NaN,
          '',
          'undefined',
          'null',
          '0',
          '-0',
        ),
      ),
      same(fc.double()),
      same(fc.bigInt()),
      same(name),
      // Of invalid dates no two are deeply equal, for Node 20: each reads back as something of which any two are.
      fc
        .date({ noInvalidDate: false })
        .map((date) => [date, Number.isNaN(date.getTime()) ? new Keyed('Date', Number.NaN) : date] as const),
      same(fc.constantFrom(/a/, /a/g, /[/"),]/u, new URL('https://a.example/?b="),'), new URL('https://a.example/'))),
      same(fc.uint8Array({ maxLength: 4 })),
      same(fc.uint16Array({ maxLength: 2 })),
      same(fc.float64Array({ maxLength: 2 })),
      same(fc.uint8Array({ maxLength: 4 }).map((bytes) => Uint8Array.from(bytes).buffer)),
      fc.integer({ min: 0, max: 3 }).map((cents) => [new Money(cents), new Keyed('@', cents)] as const),
      self.map(([made, read]) => [new Point(made), new Keyed('Point', read)] as const),
      fc.array(self, { maxLength: 4 }).map((members) => [members.map(([a]) => a), members.map(([, b]) => b)] as const),
      entries.map(
        (members) =>
          [
            fromEntries(members.map(([key, [a]]) => [key, a])),
            fromEntries(members.map(([key, [, b]]) => [key, b])),
          ] as const,
      ),
      fc
        .uniqueArray(fc.tuple(self, self), { maxLength: 3, comparator: ([a], [b]) => isDeepStrictEqual(a[1], b[1]) })
        .map(
          (members) =>
            [new Map(members.map(([k, v]) => [k[0], v[0]])), new Map(members.map(([k, v]) => [k[1], v[1]]))] as const,
        ),
      fc
        .uniqueArray(self, { maxLength: 3, comparator: (a, b) => isDeepStrictEqual(a[1], b[1]) })
        .map((members) => [new Set(members.map(([a]) => a)), new Set(members.map(([, b]) => b))] as const),
    ),
  };
});

function trimmed(values: readonly unknown[]): readonly unknown[] {
  const last = values.findLastIndex((value) => value !== undefined);
  return values.slice(0, last + 1);
}

describe('the encoding of values as keys', () => {
  test('can be read back for nested values of every supported kind: no two values share a key (R12, D9)', () => {
    fc.assert(
      fc.property(fc.array(pairs, { maxLength: 3 }), (values) => {
        const made = values.map(([value]) => value);
        const read = values.map(([, value]) => value);
        expect(isDeepStrictEqual(decodeKey(encodeKey(made)), [...trimmed(read)])).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  test('is equal exactly for values that are deeply equal', () => {
    fc.assert(
      fc.property(pairs, pairs, ([a, readA], [b, readB]) => {
        expect(encodeKey([[a]]) === encodeKey([[b]])).toBe(isDeepStrictEqual([readA], [readB]));
      }),
      { numRuns: runs },
    );
  });

  test('does not depend on the order of properties, of map entries or of set members (R12, D10)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ maxLength: 3 }), pairs, fc.nat()), { maxLength: 6 }), (members) => {
        const unique = [...new Map(members.map((member) => [member[0], member])).values()];
        const own = unique.map(([key, [value]]) => [key, value] as const);
        const other = unique.toSorted((a, b) => a[2] - b[2]).map(([key, [value]]) => [key, value] as const);
        expect(encodeKey([Object.fromEntries(own)])).toBe(encodeKey([Object.fromEntries(other)]));
        expect(encodeKey([new Map(own)])).toBe(encodeKey([new Map(other)]));
        expect(encodeKey([new Set(own.map(([key]) => key))])).toBe(encodeKey([new Set(other.map(([key]) => key))]));
      }),
      { numRuns: runs },
    );
  });

  test('is readable', () => {
    expect(encodeKey([42, 'a', { page: 1, by: ['x', -0] }, 5n])).toBe('42,"a",{"by":["x",-0],"page":1},5n');
    expect(encodeKey([new Map([['a', 1]]), new Set([2]), new Date(0), /x/g])).toBe(
      'Map{"a":1},Set{2},Date(0),RegExp("x","g",0)',
    );
    expect(encodeKey([new Money(5), new Point([1, 2]), Buffer.from([255])])).toBe('@(5),new "Point"([1,2]),bytes(ff)');
    expect(encodeKey([])).toBe('');
  });

  test('tells apart what others confuse (D9)', () => {
    const lists: unknown[][] = [
      ['a', '', 'b'],
      ['a:b'],
      ['a', 'b'],
      [1],
      ['1'],
      [true],
      ['true'],
      [{ x: 1 }],
      ['x=1'],
      [undefined, 1],
      [null, 1],
      [[]],
      [{}],
      [''],
      [[[]]],
      [new Map()],
      [new Set()],
      [{ a: undefined }],
      [new Date(0)],
      [0],
      [-0],
      [0n],
      ['1970-01-01T00:00:00.000Z'],
      [['a', 'b']],
      [{ toJSON: 'x' }],
      [Object.assign(new Date(0), { a: 1 })],
      [Object.assign(new Date(0), { a: 2 })],
      [Object.assign(new Map(), { a: 1 })],
      [Uint8Array.of(1, 2)],
      [Uint8Array.of(1, 2).buffer],
      [new DataView(Uint8Array.of(1, 2).buffer)],
      [new DataView(Uint8Array.of(1, 2).buffer, 1)],
    ];
    expect(new Set(lists.map((list) => encodeKey(list))).size).toBe(lists.length);
  });

  test('leaves trailing undefined arguments out, and no others', () => {
    expect(encodeKey([1, undefined, undefined])).toBe(encodeKey([1]));
    expect(encodeKey([undefined])).toBe('');
    expect(encodeKey([undefined, 1])).not.toBe(encodeKey([1]));
    expect(encodeKey([[1, undefined]])).not.toBe(encodeKey([[1]]));
  });

  test('takes objects of another realm for what they are', () => {
    const foreign = runInNewContext(
      '({ list: [1], map: new Map([["a", 1]]), date: new Date(0), bytes: new Uint8Array([7]) })',
    );
    const own = { list: [1], map: new Map([['a', 1]]), date: new Date(0), bytes: new Uint8Array([7]) };
    expect(encodeKey([foreign])).toBe(encodeKey([own]));
  });

  const cycle: unknown[] = [];
  cycle.push({ cycle });
  let deep: unknown = 0;
  for (let depth = 0; depth < 50_000; depth++) deep = [deep];
  let wide: unknown = 'x';
  for (let level = 0; level < 40; level++) wide = [wide, wide];
  class Session {}
  class Rogue {
    toJSON(): unknown {
      throw new Error('no');
    }
  }
  test.each<[string, unknown, RegExp]>([
    ['a function', () => 1, /argument 0: .* got a function/],
    ['a symbol', Symbol('x'), /got a symbol/],
    ['a function inside', { a: [() => 1] }, /argument 0\.a\.0: .* got a function/],
    ['a cycle', cycle, /argument 0\.0\.cycle: .* got a cycle/],
    ['an instance that says nothing of itself', new Session(), /an instance of Session.*toCacheKey/],
    ['a promise', Promise.resolve(1), /an instance of Promise/],
    ['a WeakMap', new WeakMap(), /an instance of WeakMap/],
    ['a boxed string', Object('x'), /an instance of String/],
    ['an array with a hole', Object.assign(new Array(3), [1]), /argument 0\.1: .* a hole in an array/],
    ['an empty array of a billion', new Array(1e9), /a hole in an array/],
    ['a property named by a symbol', { [Symbol('s')]: 1 }, /a property named by a symbol/],
    ['nesting 50,000 deep', deep, /nesting deeper than 200 levels/],
    ['shared parts that would write 2^40 characters', wide, /more than 4000000 characters/],
    ['a class with a name as a minifier gives', new (class Ab extends Point {})(1), /named "Ab", as by a minifier/],
    ['a class without a name', new (class extends Point {})(1), /named "", as by a minifier/],
  ])('refuses %s, with an error that says where (D10)', (_, value, message) => {
    expect(() => encodeKey([value])).toThrow(CacheKeyError);
    expect(() => encodeKey([value])).toThrow(message);
  });

  test('an object whose class cannot be known is refused, also with a toJSON of its own', () => {
    const classless = (own: object): object => Object.assign(Object.create(Object.create(null)), own);
    expect(() => encodeKey([classless({})])).toThrow('got an instance of a class without a name;');
    expect(() => encodeKey([classless({ toJSON: () => 1 })])).toThrow('got an instance of a class named ""');
  });

  test('an error of toJSON or of a getter becomes a CacheKeyError with its cause', () => {
    expect(() => encodeKey([new Rogue()])).toThrow(CacheKeyError);
    expect(() =>
      encodeKey([
        {
          get a() {
            throw new Error('no');
          },
        },
      ]),
    ).toThrow(CacheKeyError);
    try {
      encodeKey([new Rogue()]);
    } catch (error) {
      expect((error as Error).cause).toEqual(new Error('no'));
    }
  });

  test('never shows a value in an error', () => {
    expect(() => encodeKey([{ password: 'hunter2', f: () => 1 }])).not.toThrow(/hunter2/);
  });

  // A megabyte: work that grows with the square of the length would not end before the test's timeout.
  test.each<[string, unknown]>([
    ['quotes and surrogates', '"\\\ud800'.repeat(300_000)],
    ['properties', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${100_000 - index}`, index]))],
    ['empty arrays', Array.from({ length: 300_000 }, () => [])],
    ['nesting to the limit', Array.from({ length: 2_500 }, () => JSON.parse('['.repeat(190) + ']'.repeat(190)))],
  ])('ten times 100 kB of %s take linear time', (_, value) => {
    expect(encodeKey([value]).length).toBeGreaterThan(900_000);
  });
});
