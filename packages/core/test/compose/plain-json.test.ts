import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { plainJson } from '../../src/compose/plain-json.ts';
import { CacheSerializationError } from '../../src/contract/errors.ts';

const plain = [
  null,
  true,
  'text',
  'lone \ud800',
  '',
  0,
  -1.5,
  1e300,
  [],
  {},
  [1, ['a', null], { b: false }],
  { a: { b: [{ c: '' }] }, '': 1, 2: 'two' },
  JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":1}}'),
];

test.each(plain.map((value) => [JSON.stringify(value), value]))(
  '%s is stored as JSON.stringify writes it, and comes back',
  (text, value) => {
    expect(plainJson.serialize(value)).toBe(text);
    expect(isDeepStrictEqual(plainJson.deserialize(Buffer.from(text as string)), value)).toBe(true);
    expect(({} as { x?: unknown }).x).toBe(undefined);
  },
);

class Avatar {
  readonly size = 1;
}
const cycle: { list: unknown[] } = { list: [] };
cycle.list.push({ again: cycle });
const deep = (levels: number): unknown => {
  let value: unknown = new Avatar();
  for (let i = 0; i < levels; i++) value = [value];
  return value;
};

test.each([
  ['a class instance', { user: { avatar: new Avatar() } }, '$.user.avatar', 'an instance of Avatar'],
  ['a Date', [{ 'first seen': new Date(0) }], '$[0]["first seen"]', 'an instance of Date'],
  ['a Map', { a: [0, new Map()] }, '$.a[1]', 'an instance of Map'],
  ['bytes', { a: Buffer.from('x') }, '$.a', 'an instance of Buffer'],
  ['bigint', { a: 1n }, '$.a', 'a bigint'],
  ['undefined', { a: { b: undefined } }, '$.a.b', 'undefined'],
  ['NaN', [1, Number.NaN], '$[1]', 'NaN'],
  ['-Infinity', [Number.NEGATIVE_INFINITY], '$[0]', '-Infinity'],
  ['-0', { a: -0 }, '$.a', '-0'],
  ['a top-level -0', -0, '$', '-0'],
  ['a function', { a: () => 1 }, '$.a', 'a function'],
  ['a symbol', { a: Symbol('x') }, '$.a', 'a symbol'],
  ['a property named by a symbol', { a: { [Symbol('x')]: 1 } }, '$.a', 'symbols'],
  ['a hole', { a: Object.assign([1], { 2: 3 }) }, '$.a', 'holes'],
  ['the result of a match', { a: /b/.exec('b') }, '$.a', 'named properties'],
  ['an object without a prototype', { a: Object.create(null) }, '$.a', 'without a prototype'],
  ['an object with another prototype', { a: Object.create({ b: 1 }) }, '$.a', 'an instance of'],
  ['a boxed number', { a: new Number(1) }, '$.a', 'an instance of Number'],
  ['a subclass of Array', { a: new (class List extends Array {})() }, '$.a', 'an instance of List'],
  ['a cycle', cycle, '$.list[0].again', 'a reference back to $'],
  ['a toJSON of its own', { a: { toJSON: () => 1 } }, '$.a.toJSON', 'a function'],
])('%s is refused, naming the path and never the value (R15, C22)', (_, value, path, kind) => {
  const error = refusal(value);
  expect(error.message).toContain(`value at ${path}: expected what plain JSON carries, got `);
  expect(error.message).toContain(kind);
});

function refusal(value: unknown): CacheSerializationError {
  try {
    plainJson.serialize(value);
  } catch (error) {
    expect(error).toBeInstanceOf(CacheSerializationError);
    return error as CacheSerializationError;
  }
  throw new Error('expected a refusal');
}

test('nesting beyond the stack is refused, a long path is shortened', () => {
  expect(refusal(deep(100_000)).message).toMatch(/levels of nesting/);
  expect(refusal(deep(500)).message.length).toBeLessThan(400);
});

test('objects and arrays of another realm are plain', () => {
  expect(plainJson.serialize(runInNewContext('({ a: [1, { b: 2 }] })'))).toBe('{"a":[1,{"b":2}]}');
  expect(() => plainJson.serialize(runInNewContext('new (class A extends Array {})()'))).toThrow(
    CacheSerializationError,
  );
});

test('a top-level undefined is zero bytes', () => {
  expect(plainJson.serialize(undefined)).toBe('');
  expect(plainJson.deserialize(new Uint8Array(0))).toBe(undefined);
});

test.each([
  ['text that is no JSON', Buffer.from('{"password":"hunter2"')],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['a truncated character', Buffer.from('"é"').subarray(0, 2)],
  ['JSON with tagged types, which would come back as its tags', Buffer.from(' \t{"$Date":0}')],
])('%s is refused, and not quoted', (_, wire) => {
  expect(() => plainJson.deserialize(wire)).toThrow(CacheSerializationError);
  expect(() => plainJson.deserialize(wire)).not.toThrow(/hunter2/);
});

test('a replacement character that was stored comes back', () => {
  expect(plainJson.deserialize(Buffer.from('"\ufffd"'))).toBe('\ufffd');
});

test('bytes that are no Buffer, in the middle of a larger one, are read', () => {
  const all = new TextEncoder().encode('xx{"a":1}yy');
  expect(plainJson.deserialize(all.subarray(2, -2))).toEqual({ a: 1 });
});
