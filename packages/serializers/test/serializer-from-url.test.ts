import { randomBytes } from 'node:crypto';
import { CacheConfigError, CacheSerializationError, type Serializer, type Wire } from '@cache/core';
import { expect, test } from 'vitest';
import { serializerFromUrl } from '../src/index.ts';
import { bytes, hasZstd, titled } from './samples.ts';

const roundTrip = <T>(serializer: Serializer<T, Wire>, value: T): T =>
  serializer.deserialize(bytes(serializer.serialize(value)));
const rows = Array.from({ length: 100 }, (_, id) => ({
  id,
  name: `row ${id}`,
  when: new Date(id * 1e9),
  tags: ['a', 'b'],
}));

test.each([
  'json://',
  'JSON+ZLIB://',
  'msgpack+zlib://?zlib.level=6',
  'msgpack+brotli+gzip://?gzip.threshold=0&brotli.level=4',
  'v8+gzip://?level=9',
  'json+zlib://?compression-level=9',
  'msgpack+zlib+gzip://?zlib.threshold=0&gzip.threshold=0',
])('layers are applied from left to right and undone from right to left, in any case: %s (C17, D25)', (url) => {
  const serializer = serializerFromUrl(url);
  expect(serializer.name).toBe(url.slice(0, url.indexOf(':')).toLowerCase());
  expect(roundTrip(serializer, rows)).toEqual(rows);
});

test('noop:// and null:// hand over the value itself (C19)', () => {
  for (const url of ['noop://', 'null://']) {
    const serializer = serializerFromUrl(url);
    const value = { any: 'thing' };
    expect(serializer.deserialize(serializer.serialize(value))).toBe(value);
  }
});

test('a compressor alone makes a cache of bytes, and refuses anything else (C23)', () => {
  const serializer = serializerFromUrl('zlib://');
  const blob = Buffer.concat([Buffer.alloc(5000, 'x'), randomBytes(10)]);
  expect(roundTrip(serializer, blob)).toEqual(blob);
  expect(serializer.serialize(blob).length).toBeLessThan(100);
  expect(() => serializer.serialize({ a: 1 })).toThrow(CacheSerializationError);
});

test('json and msgpack both write what a compressor takes, text or bytes (C22, D25)', () => {
  expect(typeof serializerFromUrl('json://').serialize(rows)).toBe('string');
  expect(serializerFromUrl('msgpack://').serialize(rows)).toBeInstanceOf(Uint8Array);
  for (const url of ['json+zlib://', 'msgpack+zlib://']) {
    const serializer = serializerFromUrl(url);
    expect(serializer.serialize(rows)).toBeInstanceOf(Uint8Array);
    expect(roundTrip(serializer, rows)).toEqual(rows);
  }
});

test('pickle is refused, naming what to use instead and the danger of v8 (C18, R15)', () => {
  for (const url of ['pickle://', 'pickle://?pickle-protocol=4'])
    expect(() => serializerFromUrl(url)).toThrow(
      /got "pickle"; for any value use msgpack:\/\/, or v8:\/\/ on a server only you can write to/,
    );
});

test.skipIf(!hasZstd)(titled('zstd:// and zstandard:// are one, with levels 1 to 22 and threads (C21)'), () => {
  const expected = serializerFromUrl('json+zstd://?level=19').serialize(rows);
  for (const query of ['?zstandard.level=19', '?zstd.compression-level=19', '?level=19&threads=0'])
    expect(serializerFromUrl(`json+zstandard://${query}`).serialize(rows)).toEqual(expected);
  expect(roundTrip(serializerFromUrl('json+zstd://?compression-threads=2'), rows)).toEqual(rows);
  for (const query of ['level=0', 'level=23', 'compression-threads=-1'])
    expect(() => serializerFromUrl(`json+zstd://?${query}`)).toThrow(CacheConfigError);
});

test('zlib levels are -1 to 9 (C20)', () => {
  for (const level of [-1, 0, 9])
    expect(roundTrip(serializerFromUrl(`json+zlib://?level=${level}`), rows)).toEqual(rows);
  for (const level of ['-2', '10', '1.5', 'x', ''])
    expect(() => serializerFromUrl(`json+zlib://?compression-level=${level}`)).toThrow(CacheConfigError);
});

test.each([
  ['json', /:\/\//],
  ['subspace://', /expected one of json, msgpack, v8, noop, zlib, gzip, brotli, zstd, got "subspace"/],
  ['json+://', /got ""/],
  ['+json://', /got ""/],
  ['zlib+json://', /json: expected it first/],
  ['json+msgpack://', /msgpack: expected it first/],
  ['json+noop://', /noop: expected it first/],
  ['noop+zlib://', /zlib: expected bytes before it/],
  ['json+zlib+zlib://', /zlib: expected each layer once, got it twice/],
  ['json+zlib+gzip+ZLIB://?level=3', /zlib: expected each layer once, got it twice/],
  ['json+zstd+zstandard://', /zstd: expected each layer once, got it twice/],
  ['noop+null://', /noop: expected each layer once, got it twice/],
  ['json://host', /only \?parameters/],
  ['json://#x', /only \?parameters/],
  ['json+zlib://?compresion-level=3', /expected one of json.strict, zlib.level, .*got "compresion-level"/],
  ['json+zlib://?gzip.level=3', /got "gzip.level"/],
  ['json+zlib+brotli://?level=3', /zlib.level, brotli.level/],
  ['json+zlib://?level=3&zlib.level=4', /expected it once/],
  ['json+zlib://?zlib.level=%zz', /percent/],
  ['json+zlib://?threshold=-1', /threshold/],
  ['json+zlib://?maxOutputLength=0', /maxOutputLength/],
  ['json://?strict=perhaps', /true or false/],
  ['noop://?level=1', /no parameters/],
])('%s is a CacheConfigError that says what is known (C17, R16)', (url, message) => {
  expect(() => serializerFromUrl(url)).toThrow(CacheConfigError);
  expect(() => serializerFromUrl(url)).toThrow(message);
});

test('a top-level undefined is zero bytes on every chain, and comes back (R2)', () => {
  for (const url of [
    'json://',
    'msgpack://',
    'v8://',
    'json+zlib://?threshold=0',
    'msgpack+brotli+gzip://?brotli.threshold=0&gzip.threshold=0',
  ]) {
    const serializer = serializerFromUrl(url);
    expect(bytes(serializer.serialize(undefined)).length).toBe(0);
    expect(serializer.deserialize(new Uint8Array(0))).toBe(undefined);
    for (const value of [null, 0, '', false, Number.NaN]) expect(roundTrip(serializer, value)).toBe(value);
  }
});
