import { randomBytes } from 'node:crypto';
import * as node from 'node:zlib';
import { CacheCapabilityError, CacheConfigError, CacheSerializationError } from '@cache/core';
import { describe, expect, test, vi } from 'vitest';
import { brotli, chain, gzip, json, zlib, zstd } from '../src/index.ts';
import { hasZstd, isMissing, titled } from './samples.ts';

vi.setConfig({ testTimeout: process.env.CACHE_TEST_LONG === undefined ? 30_000 : 600_000 });

const layers = [
  ['zlib', zlib, 0x78],
  ['gzip', gzip, 0x1f],
  ['brotli', brotli, 0xfb],
  ['zstd', zstd, 0x28],
] as const;

for (const [name, make, first] of layers)
  (isMissing(name) ? describe.skip : describe)(titled(name), () => {
    const text = Buffer.from('some text that repeats itself, '.repeat(200));

    test('shrinks what is large and leaves what is small or does not shrink as it is', () => {
      const layer = make();
      expect(layer.serialize(text)[0]).toBe(first);
      expect(layer.serialize(text).length).toBeLessThan(text.length / 10);
      const small = text.subarray(0, 1023);
      expect(layer.serialize(small)).toEqual(small);
      const noise = Buffer.concat([Buffer.of(1), randomBytes(5000)]);
      expect(layer.serialize(noise)).toEqual(noise);
    });

    test('reads back bytes that begin like what it marks, compressed or not', async () => {
      const layer = make();
      for (const begin of [first, 0xfe, 0xc1, 0])
        for (const rest of [Buffer.alloc(0), Buffer.of(0xfe), randomBytes(3000), Buffer.alloc(3000)]) {
          const bytes = Buffer.concat([Buffer.of(begin), rest]);
          expect(Buffer.compare(layer.deserialize(layer.serialize(bytes)), bytes)).toBe(0);
          expect(Buffer.compare(await layer.deserializeAsync(await layer.serializeAsync(bytes)), bytes)).toBe(0);
        }
    });

    test('a threshold of zero compresses all but zero bytes, which stay zero bytes', () => {
      const layer = make({ threshold: 0 });
      expect(layer.serialize(Buffer.alloc(0)).length).toBe(0);
      expect(layer.deserialize(layer.serialize(Buffer.alloc(60, 'a')))).toEqual(Buffer.alloc(60, 'a'));
      expect(layer.serialize(Buffer.alloc(60, 'a'))[0]).toBe(first);
    });

    test('takes a string for its UTF-8 bytes', () => {
      expect(
        make()
          .deserialize(make().serialize('é'.repeat(2000)))
          .toString(),
      ).toBe('é'.repeat(2000));
    });

    test('on the asynchronous path large payloads come back, compressed a little or a thousandfold', async () => {
      const layer = make();
      for (const bytes of [
        Buffer.alloc(5_000_000, 'ab'),
        Buffer.concat([randomBytes(200_000), Buffer.alloc(200_000)]),
      ]) {
        const wire = await layer.serializeAsync(bytes);
        expect(wire.length).toBeLessThan(bytes.length);
        expect(Buffer.compare(await layer.deserializeAsync(wire), bytes)).toBe(0);
        expect(Buffer.compare(layer.deserialize(wire), bytes)).toBe(0);
      }
    });

    test('an entry that is larger than maxOutputLength allows is refused, on both paths (D38)', async () => {
      const wire = make().serialize(text);
      const layer = make({ maxOutputLength: 1000 });
      expect(() => layer.deserialize(wire)).toThrow(CacheSerializationError);
      expect(() => layer.deserialize(wire)).toThrow(/more than 1000 bytes/);
      await expect(layer.deserializeAsync(wire)).rejects.toThrow(/more than 1000 bytes/);
    });

    test('what could not be read back is not written', async () => {
      const layer = make({ maxOutputLength: 1000 });
      expect(() => layer.serialize(Buffer.alloc(1001))).toThrow(CacheSerializationError);
      await expect(layer.serializeAsync(Buffer.alloc(1001))).rejects.toThrow(CacheSerializationError);
      expect(layer.deserialize(layer.serialize(Buffer.alloc(1000)))).toEqual(Buffer.alloc(1000));
    });

    test('truncated and flipped streams are refused: each format has a checksum', async () => {
      const layer = make();
      const wire = Buffer.from(layer.serialize(text));
      for (let n = 1; n < wire.length; n++) {
        expect(() => layer.deserialize(wire.subarray(0, n))).toThrow(CacheSerializationError);
        await expect(layer.deserializeAsync(wire.subarray(0, n))).rejects.toThrow(CacheSerializationError);
      }
      for (let bit = 8; bit < wire.length * 8; bit++) {
        const flipped = Buffer.from(wire);
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        let read: Uint8Array | undefined;
        try {
          read = layer.deserialize(flipped);
        } catch (error) {
          expect(error).toBeInstanceOf(CacheSerializationError);
        }
        // a flip may hit what no reader needs, such as the operating system in gzip's header
        if (read !== undefined) expect(Buffer.compare(read, text)).toBe(0);
      }
    });

    test.each([
      { level: 1.5 },
      { level: 99 },
      { threshold: -1 },
      { threshold: 0.5 },
      { maxOutputLength: 0 },
      { maxOutputLength: Number.NaN },
    ])('%o is a CacheConfigError', (options) => {
      expect(() => make(options)).toThrow(CacheConfigError);
    });
  });

test('other programs read the streams of zlib and gzip as they are', () => {
  const value = { list: Array.from({ length: 500 }, (_, i) => i) };
  expect(JSON.parse(node.inflateSync(chain(json(), zlib()).serialize(value)).toString())).toEqual(value);
  expect(JSON.parse(node.gunzipSync(chain(json(), gzip()).serialize(value)).toString())).toEqual(value);
});

test('small json behind a compressor is json that redis-cli shows', () => {
  expect(Buffer.from(chain(json(), zlib()).serialize({ a: 1 })).toString()).toBe('{"a":1}');
});

test.skipIf(hasZstd)(`zstd says which Node has it (C21)${hasZstd ? ' (skipped: this one has it)' : ''}`, () => {
  expect(() => zstd()).toThrow(CacheCapabilityError);
  expect(() => zstd()).toThrow(/Node 22\.15 or newer/);
});

test('zstd levels and threads are checked before its presence (C21)', () => {
  expect(() => zstd({ level: 0 })).toThrow(CacheConfigError);
  expect(() => zstd({ threads: -1 })).toThrow(CacheConfigError);
});
