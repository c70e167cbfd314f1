import { CacheSerializationError, type Serializer, type Wire } from '@cache/core';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { serializerFromUrl } from '../src/index.ts';
import { identical } from './identical.ts';
import { bytes } from './samples.ts';

vi.setConfig({ testTimeout: process.env.CACHE_TEST_LONG === undefined ? 30_000 : 600_000 });

const runs = process.env.CACHE_TEST_LONG === undefined ? 300 : 30_000;

const anything = fc.anything({
  key: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', '__keys__', 'constructor', 'toJSON', '$Date', '$$', '$type', 'length', '0'),
  ),
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
  values: [
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom('\ud800', '\udc00', 'a', '\ufffd', '\uff0c', '\ud7ff'), maxLength: 80 }),
    fc.double(),
    fc.integer(),
    fc.constantFrom(-0, Number.NaN, null, undefined, true, 2 ** 53, -(2 ** 31)),
    fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n }),
    fc.uint8Array().map((array) => Buffer.from(array)),
    fc.webUrl().map((url) => new URL(url)),
    fc.string().map((message) => new RangeError(message, { cause: message.length })),
    fc.constantFrom(Symbol('x'), () => 1, class A {}, new WeakMap()),
    fc
      .tuple(
        fc.constantFrom([1], Array(200).fill(1), {}, new Map(), new Float32Array(2)),
        fc.constantFrom('named', Symbol('x')),
      )
      .map(([part, key]) => Object.assign(structuredClone(part), { [key]: 1 })),
  ],
});

/** Rows alike, as caches hold them, with anything in one place of one of them. */
const rows = fc
  .record({
    length: fc.integer({ min: 1, max: 60 }),
    at: fc.nat(),
    odd: anything,
    where: fc.constantFrom('tags', 'vendor'),
  })
  .map(({ length, at, odd, where }) =>
    Array.from({ length }, (_, id) => {
      const row: Record<string, unknown> = { id, name: `row ${id}`, tags: ['a', 'b'], vendor: { id } };
      if (id === at % length) row[where] = odd;
      return row;
    }),
  );

describe.each([
  'json://',
  'json://?strict=1',
  'msgpack://',
  'msgpack://?interop=1',
  'v8://',
  'json+zlib://?threshold=0',
  'msgpack+brotli+gzip://?brotli.threshold=0&gzip.threshold=0',
])('%s', (url) => {
  const serializer = serializerFromUrl(url);

  test('a value comes back identical, or is refused: never silently different', () => {
    let carried = 0;
    fc.assert(
      fc.property(fc.oneof({ arbitrary: anything, weight: 4 }, rows), (value) => {
        const wire = written(serializer, value);
        if (wire === undefined) return;
        carried++;
        expect(identical(serializer.deserialize(bytes(wire)), value)).toBe(true);
      }),
      { numRuns: runs, verbose: 1 },
    );
    expect(carried).toBeGreaterThan(runs / 20); // that it does carry something
  });
});

function written(serializer: Serializer<unknown, Wire>, value: unknown): Wire | undefined {
  try {
    return serializer.serialize(value);
  } catch (error) {
    expect(error).toBeInstanceOf(CacheSerializationError);
    expect((error as Error).message).toMatch(/value at \$/);
    return undefined;
  }
}
