import * as node from 'node:zlib';
import type { Wire } from '@cache/core';
import { type } from '../src/index.ts';

/** Money as an application has it: a class with private state. */
export class Money {
  readonly #cents: number;
  readonly currency: string;

  constructor(cents: number, currency: string) {
    this.#cents = cents;
    this.currency = currency;
  }

  get cents(): number {
    return this.#cents;
  }
}

export const money = type({
  name: 'Money',
  test: (value): value is Money => value instanceof Money,
  serialize: ({ cents, currency }) => [cents, currency] as const,
  deserialize: ([cents, currency]) => new Money(cents, currency),
});

class Avatar {
  readonly size = 1;
}

const nullPrototype = (properties: object): object => Object.assign(Object.create(null), properties);
const withMessage = (error: Error, properties: object): Error => Object.assign(error, properties);
const cycle: { name: string; self?: unknown } = { name: 'a' };
cycle.self = cycle;

/** What plain JSON carries. */
export const plain: Readonly<Record<string, unknown>> = {
  null: null,
  booleans: [true, false],
  'finite numbers': [0, 1, -1, 1.5, 1e300, 5e-324, 2 ** 53, 2 ** 60, -(2 ** 31), 127, 128, 65_536],
  strings: ['', 'a', 'é €', '😀', '\u0000', 'x'.repeat(70), 'é'.repeat(70)],
  'arrays and plain objects': { a: [1, [2, []], {}], b: { c: { d: null } }, 1: 'one', '': 'empty' },
  'keys `__proto__` and `constructor`': JSON.parse(
    '{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}},"__keys__":0}',
  ),
};

/** What it does not, and ours do. */
export const rich: Readonly<Record<string, unknown>> = {
  Date: [
    new Date(0),
    new Date(1_700_000_000_123),
    new Date(-1),
    new Date(8.64e15),
    new Date(-8.64e15),
    new Date(4.3e12),
  ],
  'invalid Date': new Date(Number.NaN),
  Map: new Map<unknown, unknown>([
    ['a', 1],
    [{ k: 1 }, new Map([[1, 2]])],
    [Number.NaN, undefined],
  ]),
  Set: new Set([1, 'a', { b: new Date(5) }, -0]),
  'bigint of 64 bits': [1n, -1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)],
  'larger bigint': [2n ** 64n, -(2n ** 63n) - 1n, -(2n ** 70n), 2n ** 200n],
  undefined: { a: undefined, b: [undefined] },
  'NaN, Infinity': [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  '-0': [-0, { a: -0 }],
  Buffer: { a: Buffer.from([1, 2, 255]), b: Buffer.alloc(0) },
  'typed arrays': [
    new Uint8Array([1, 2]),
    new Uint8ClampedArray([255]),
    new Int8Array([-1]),
    new Uint16Array([1, 65_535]),
    new Int16Array([-2]),
    new Uint32Array([2 ** 32 - 1]),
    new Int32Array([-3]),
    new Float32Array([1.5]),
    new Float64Array([1.5, -0, Number.NaN]),
    new BigInt64Array([-1n]),
    new BigUint64Array([2n ** 64n - 1n]),
  ],
  'ArrayBuffer, DataView': [new Uint8Array([1, 2, 3]).buffer, new DataView(new Uint8Array([1, 2, 3]).buffer, 1)],
  URL: new URL('https://user@example.com:8080/a/b?c=d#e'),
  RegExp: [/a+/gi, /(?<x>b)/u, Object.assign(/c/g, { lastIndex: 2 })],
  Error: [
    new Error('plain'),
    new Error(''),
    new TypeError('typed', { cause: { at: new Date(1) } }),
    new AggregateError([new RangeError('inner')], 'several'),
    withMessage(new Error('with a code'), { code: 'ENOENT', errno: -2 }),
  ],
  'array with holes': Object.assign([1], { 2: 3 }),
  'object without a prototype': { a: nullPrototype({ b: 1, __proto__: undefined }) },
  'lone surrogates': ['a\ud800b', { '\udc00': 1 }, '\ud800'.repeat(70)],
  'objects that look like tags': {
    a: { $Date: 'x' },
    b: { $$: 1 },
    c: { $ref: 1 },
    d: { $type: ['Money', 1] },
  },
};

/** What they refuse, and the path they name. */
export const refused: Readonly<Record<string, { readonly value: unknown; readonly path: string }>> = {
  function: { value: { user: { load: () => 1 } }, path: '$.user.load' },
  symbol: { value: [Symbol('x')], path: '$[0]' },
  'class instance': { value: { user: { avatar: new Avatar() } }, path: '$.user.avatar' },
  'subclass of a built-in': { value: { a: new (class Days extends Date {})() }, path: '$.a' },
  'boxed primitive': { value: [new String('x')], path: '$[0]' },
  cycle: { value: cycle, path: '$.self' },
  'promise, WeakMap': { value: [Promise.resolve()], path: '$[0]' },
  'property named by a symbol': { value: { a: { [Symbol('x')]: 1 } }, path: '$.a' },
  'array with named properties': { value: { a: /b/.exec('b') }, path: '$.a' },
  'long array with named properties': { value: [Object.assign(Array(1000).fill(1), { total: 5 })], path: '$[0]' },
  'long array with properties named by symbols': {
    value: { list: Object.assign(Array(1000).fill('a'), { [Symbol('x')]: 1 }) },
    path: '$.list',
  },
  'typed array with named properties': {
    value: { a: Object.assign(new Float64Array(2), { unit: 'm' }) },
    path: '$.a',
  },
  'Buffer with properties named by symbols': {
    value: [Object.assign(Buffer.alloc(2), { [Symbol('x')]: 1 })],
    path: '$[0]',
  },
  'Map with properties named by symbols': { value: [Object.assign(new Map(), { [Symbol('x')]: 1 })], path: '$[0]' },
  'Date with properties': { value: { a: Object.assign(new Date(0), { b: 1 }) }, path: '$.a' },
};

export const all: readonly unknown[] = [undefined, ...Object.values(plain), ...Object.values(rich)];

/** Wires come back as bytes. */
export const bytes = (wire: Wire): Buffer => (typeof wire === 'string' ? Buffer.from(wire) : Buffer.from(wire));

export const hasZstd: boolean = 'zstdCompressSync' in node;

/** Whether this Node cannot do what `url` names, which is then skipped, with the reason in its title. */
export const isMissing = (url: string): boolean => url.includes('zstd') && !hasZstd;

export const titled = (url: string): string =>
  isMissing(url) ? `${url} (skipped: Node before 22.15 has no zstd)` : url;
