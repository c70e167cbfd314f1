import {
  Cache,
  CacheConfigError,
  CacheSerializationError,
  dummyBackend,
  type Serializer,
  type Wire,
} from '@cache/core';
import { expect, expectTypeOf, test } from 'vitest';
import { brotli, chain, gzip, json, msgpack, noop, readsAlso, serializerFromUrl, v8, zlib } from '../src/index.ts';
import { bytes } from './samples.ts';

test('the compiler checks that each layer takes what the one before it gives', () => {
  expectTypeOf(chain(json(), zlib())).toEqualTypeOf<Serializer<unknown, Uint8Array>>();
  expectTypeOf(chain(msgpack<{ a: number }>(), zlib(), gzip())).toEqualTypeOf<Serializer<{ a: number }, Uint8Array>>();
  expectTypeOf(chain(noop<Uint8Array>(), zlib())).toEqualTypeOf<Serializer<Uint8Array, Uint8Array>>();
  expectTypeOf<Serializer<{ a: number }, Uint8Array>>().toExtend<Serializer<{ a: number }, Wire>>();
  // @ts-expect-error a serializer of values comes first, or bytes would be its values
  expect(() => chain(json(), msgpack())).toThrow(CacheConfigError);
  // @ts-expect-error also behind compression
  expect(() => chain(zlib(), json())).toThrow(CacheConfigError);
  expect(() => chain(json(), chain(json(), zlib()) as Serializer<Wire, Uint8Array>)).toThrow(CacheConfigError);
  // @ts-expect-error noop hands over dates, and compression takes bytes
  chain(noop<Date>(), zlib());
});

test('a serializer by URL fits the cache it is given to', () => {
  const users = new Cache<{ name: string }>({
    backend: dummyBackend(),
    serializer: serializerFromUrl('msgpack+zlib://'),
  });
  expect(users).toBeInstanceOf(Cache);
  expectTypeOf(serializerFromUrl('json://')).toEqualTypeOf<Serializer<unknown, Wire>>();
});

test('a chain of two is the two called by hand', () => {
  const value = { list: Array.from({ length: 500 }, (_, i) => `item ${i}`) };
  const [first, second] = [json(), zlib({ level: 6 })];
  const both = chain(first, second);
  expect(both.name).toBe('json+zlib');
  expect(both.serialize(value)).toEqual(second.serialize(first.serialize(value)));
  expect(both.deserialize(both.serialize(value))).toEqual(value);
});

test('the form of options and the form of URLs write the same bytes (R16)', () => {
  const value = { list: Array.from({ length: 500 }, (_, i) => `item ${i}`) };
  const byUrl = serializerFromUrl('msgpack+zlib+brotli://?zlib.level=6&zlib.threshold=0&brotli.level=5');
  const byOptions = chain(msgpack(), zlib({ level: 6, threshold: 0 }), brotli({ level: 5 }));
  expect(byUrl.serialize(value)).toEqual(byOptions.serialize(value));
});

test('only a chain with a layer that works off the event loop has the asynchronous pair (C32, R15)', async () => {
  expect(json().serializeAsync).toBe(undefined);
  expect(chain(json(), { name: 'x', serialize: (a: Wire) => a, deserialize: (a: Wire) => a }).serializeAsync).toBe(
    undefined,
  );
  const both = chain(json(), zlib());
  const value = { list: Array.from({ length: 20_000 }, (_, i) => `item ${i}`) };
  const wire = await both.serializeAsync?.(value);
  expect(await both.deserializeAsync?.(wire as Uint8Array)).toEqual(value);
});

test('large payloads are compressed while the event loop goes on (C32)', async () => {
  const both = chain(json(), zlib({ level: 9 }));
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  const wire = both.serializeAsync?.({ text: 'some words, and more of them. '.repeat(300_000) });
  await wire;
  clearInterval(counting);
  expect(turns).toBeGreaterThan(0);
});

test.each([
  [
    () => json({ strickt: true } as never),
    /json: expected one of strict, types, readsAlso, got the unknown option "strickt"/,
  ],
  [() => msgpack({ type: [] } as never), /msgpack: expected one of interop, types, readsAlso, msgpackr/],
  [() => v8({ level: 1 } as never), /v8: expected one of types, readsAlso/],
  [
    () => zlib({ levl: 6 } as never),
    /zlib: expected one of level, threshold, maxOutputLength, got the unknown option "levl"/,
  ],
  [() => brotli(6 as never), /brotli: expected an object of options, got number/],
  [() => serializerFromUrl('json://', { reads: [] } as never), /serializerFromUrl: expected one of types, readsAlso/],
])('an option that does not exist is a configuration error that lists those that do: %s', (make, message) => {
  expect(make).toThrow(CacheConfigError);
  expect(make).toThrow(message);
});

test('no layers, and what is no serializer, are configuration errors', () => {
  expect(() => (chain as (...layers: unknown[]) => unknown)()).toThrow(CacheConfigError);
  expect(() => (chain as (...layers: unknown[]) => unknown)(json(), 'zlib')).toThrow(CacheConfigError);
});

test('a fleet changes its serializer without a flush: the new one reads what the old one wrote', async () => {
  const old = json();
  const written = bytes(old.serialize({ a: new Date(5) }));
  for (const next of [
    msgpack({ readsAlso: [old] }),
    readsAlso(chain(msgpack(), zlib({ threshold: 0 })), [old]),
    serializerFromUrl('msgpack+gzip://', { readsAlso: [old] }),
  ]) {
    expect(next.deserialize(written)).toEqual({ a: new Date(5) });
    expect(await (next.deserializeAsync?.(written) ?? next.deserialize(written))).toEqual({ a: new Date(5) });
    expect(next.deserialize(bytes(next.serialize({ b: 1 })))).toEqual({ b: 1 });
    expect(() => next.deserialize(Buffer.from('neither'))).toThrow(CacheSerializationError);
  }
  expect(json({ readsAlso: [msgpack(), msgpack({ interop: true })] }).deserialize(msgpack().serialize([1]))).toEqual([
    1,
  ]);
  expect(() => json({ readsAlso: ['json'] as never })).toThrow(CacheConfigError);
});

test('what no reader can read throws the error of the serializer itself (D26)', () => {
  expect(() => msgpack({ readsAlso: [json()] }).deserialize(Buffer.from('{'))).toThrow(/what msgpack wrote/);
});
