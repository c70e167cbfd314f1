import fc from 'fast-check';
import * as msgpackr from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { msgpack } from '../src/index.ts';
import { writePlain } from '../src/values/msgpack-writer.ts';
import { identical } from './identical.ts';

const ours = msgpack();
const bare = new msgpackr.Packr({ moreTypes: true });

/** What is written must be what msgpackr writes: one reader for both, and golden files stay what they are. */
function expectSameBytes(value: unknown): void {
  const written = writePlain(value, 0xf8);
  expect(written?.[0]).toBe(0xf8);
  expect(Buffer.compare(written?.subarray(1) as Uint8Array, bare.pack(value))).toBe(0);
}

const plainValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme', maxLength: 100 }),
    fc.string({ unit: fc.constantFrom('a', 'é', '한', '🎉', '\ufffd', '\uff0c'), maxLength: 300 }),
    fc.double().filter((number) => !Object.is(number, -0)),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constantFrom(null, {}, []),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(
      fc.string({ maxLength: 40 }).filter((key) => !key.startsWith('__')),
      fc.oneof(tie('value'), fc.constant(undefined)),
      { noNullPrototype: true, maxKeys: 20 },
    ),
  ),
}));

test('plain data is written byte by byte as msgpackr writes it', () => {
  fc.assert(fc.property(plainValue.value, expectSameBytes), { numRuns: 500, verbose: 1 });
});

test('a shape keeps its id within an entry, also when so many keys are met in it that shapes are forgotten', () => {
  const manyKeys = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a key like no other ${i}`, i]));
  expectSameBytes([{}, { id: 1 }, manyKeys, {}, { id: 2 }]);
});

test.each(['a', 'é', '한', '🎉'])('text of every length around a header that grows: %s', (unit) => {
  for (const around of [31, 32, 63, 64, 85, 127, 128, 255, 256, 21_845, 32_768, 65_535, 65_536])
    for (let length = around - 2; length <= around + 2; length++)
      expectSameBytes({ text: unit.repeat(length / unit.length), after: 1 });
});

test('numbers around each size', () => {
  const edges = [0, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 2 ** 16, 2 ** 31, 2 ** 32];
  const near = edges.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((edge) => edge >= 0);
  const numbers = [...near, ...near.filter((edge) => edge > 0).map((edge) => -edge)];
  expectSameBytes([...numbers, ...numbers.map((number) => number + 0.5), Number.NaN, Infinity, -Infinity, 5e-324]);
  for (const number of numbers) expectSameBytes(number);
});

test('more shapes than there are ids for records, met again and inside of each other', () => {
  const shaped = (i: number, inner: unknown): object => ({ [`key ${i}`]: inner, [`also ${i % 7}`]: i });
  const flat = Array.from({ length: 500 }, (_, i) => shaped((i * i) % 90, i));
  let nested: unknown = null;
  for (let i = 0; i < 200; i++) nested = shaped(i % 80, [nested, shaped(i % 3, i)]);
  for (const value of [flat, nested, { flat, nested }, flat]) {
    expectSameBytes(value);
    expect(identical(ours.deserialize(ours.serialize(value)), value)).toBe(true);
  }
});

test('dictionaries, whose shapes are forgotten, do not confuse the entries after them', () => {
  for (let i = 0; i < 40; i++) {
    expectSameBytes(Object.fromEntries(Array.from({ length: 500 }, (_, j) => [`key ${i} ${j}`, j])));
    expectSameBytes([{ id: i, name: 'a' }, { id: i, name: 'b', more: { id: 1 } }, { id: i }]);
  }
});

test('an entry stays what it is while others are written', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 100, maxLength: 200 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const values = lengths.map((length, id) => ({ id, text: String.fromCharCode(97 + (id % 26)).repeat(length) }));
      const entries = values.map((value) => ours.serialize(value));
      for (const [id, entry] of entries.entries()) expect(ours.deserialize(entry)).toEqual(values[id]);
    }),
    { numRuns: 10, verbose: 1 },
  );
});

test('an entry that is moved to a worker takes no other with it', () => {
  const before = ours.serialize({ id: 1 });
  const moved = ours.serialize({ id: 2 });
  try {
    structuredClone(moved, { transfer: [moved.buffer as ArrayBuffer] });
  } catch {
    // refused, as of Node 21
  }
  expect(ours.deserialize(before)).toEqual({ id: 1 });
  expectSameBytes({ id: 3 });
});

test('an entry that is larger than what is kept for the next', () => {
  const value = { list: Array.from({ length: 300 }, (_, i) => String(i).padEnd(70_000, 'x')) }; // 21 MB
  expectSameBytes(value);
  expectSameBytes({ small: 1 });
});

describe('getters', () => {
  test('that write an entry themselves', () => {
    let inner: unknown;
    const value = {
      before: 'a',
      get also() {
        inner = ours.deserialize(ours.serialize({ before: 'b', list: [1, 2] }));
        return 'c';
      },
      after: 'd',
    };
    expect(ours.deserialize(ours.serialize(value))).toEqual({ before: 'a', also: 'c', after: 'd' });
    expect(inner).toEqual({ before: 'b', list: [1, 2] });
  });

  test('that remove what comes after them', () => {
    const value: Record<string, unknown> = {
      get first() {
        delete value.second;
        return 1;
      },
      second: 2,
    };
    const entry = { value };
    expect(ours.deserialize(ours.serialize(entry))).toEqual({ value: { first: 1 } });
  });

  test('that throw leave the next entry as it is', () => {
    const value = {
      text: 'a',
      get bad(): never {
        throw new Error('no');
      },
    };
    expect(() => ours.serialize(value)).toThrow('value at $: expected what msgpack carries, got something that throws');
    expectSameBytes({ text: 'a', list: [1] });
  });
});

test('keys that every object seems to have are not written', () => {
  const everywhere = Object.prototype as { polluted?: number };
  everywhere.polluted = 1;
  try {
    expect(Object.hasOwn(ours.deserialize(ours.serialize({ a: { b: 1 } })) as object, 'polluted')).toBe(false);
  } finally {
    delete everywhere.polluted;
  }
  expect(ours.deserialize(ours.serialize({ a: { b: 1 } }))).toEqual({ a: { b: 1 } });
});

test('an object of another realm is written as one of this', async () => {
  const { runInNewContext } = await import('node:vm');
  const foreign: unknown = runInNewContext('({ a: [1, { b: [] }] })');
  expect(ours.deserialize(ours.serialize(foreign))).toEqual({ a: [1, { b: [] }] });
});
