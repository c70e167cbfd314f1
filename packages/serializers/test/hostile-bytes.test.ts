import { CacheSerializationError, type Serializer, type Wire } from '@cache/core';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { serializerFromUrl } from '../src/index.ts';
import { bytes, isMissing, money, plain, rich, titled } from './samples.ts';

vi.setConfig({ testTimeout: process.env.CACHE_TEST_LONG === undefined ? 30_000 : 600_000 });

const long = process.env.CACHE_TEST_LONG !== undefined;
const runs = long ? 20_000 : 150;
const value = { plain, rich, text: 'some text, '.repeat(20) };
const compressors = ['zlib', 'gzip', 'brotli', 'zstd'];
// v8 is for servers that nobody else writes to, which its docs say; it is fuzzed because that is no licence
const urls = [
  'json://',
  'msgpack://',
  'msgpack://?interop=1',
  'v8://',
  ...compressors.flatMap((each) => [`json+${each}://?threshold=0`, `msgpack+${each}://?threshold=0`]),
];

const make = (url: string): Serializer<unknown, Wire> =>
  serializerFromUrl(url, url.includes('interop') ? {} : { types: [money] });
const prototypes = [Object.prototype, Array.prototype, Function.prototype].map(
  (each) => [each, Reflect.ownKeys(each).length] as const,
);

afterEach(() => {
  for (const [prototype, keys] of prototypes) expect(Reflect.ownKeys(prototype).length).toBe(keys);
});

/** Reads hostile bytes: a value or the one error there is, within a time that only a hang exceeds. */
function read(serializer: Serializer<unknown, Wire>, wire: Uint8Array): unknown {
  const started = performance.now();
  try {
    return serializer.deserialize(wire);
  } catch (error) {
    if (!(error instanceof CacheSerializationError)) throw error;
    return error;
  } finally {
    expect(performance.now() - started).toBeLessThan(20_000);
  }
}

for (const url of urls)
  (isMissing(url) ? describe.skip : describe)(titled(url), () => {
    let serializer: Serializer<unknown, Wire>;
    let wire: Buffer;
    beforeAll(() => {
      serializer = make(url);
      wire = bytes(
        serializer.serialize(url.includes('interop') ? { a: [1, 'text', null, { b: Buffer.from('x') }] } : value),
      );
    });

    test('truncated at every offset: an error, or a value, never anything else', () => {
      for (let end = 0; end < wire.length; end += long ? 1 : 1 + (wire.length >> 9))
        read(serializer, wire.subarray(0, end));
    });

    test('with flipped bits', () => {
      fc.assert(
        fc.property(fc.array(fc.nat(wire.length * 8 - 1), { minLength: 1, maxLength: 3 }), (bits) => {
          const flipped = Buffer.from(wire);
          for (const bit of bits) flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
          read(serializer, flipped);
        }),
        { numRuns: runs },
      );
    });

    test('random bytes, behind each first byte that means something', () => {
      const first = fc.constantFrom(0x20, 0xf8, 0xf9, 0xfa, 0xfb, 0xfe, 0xff, 0x78, 0x1f, 0x28, 0xc1, 0x7b, 0x5b);
      fc.assert(
        fc.property(first, fc.uint8Array({ maxLength: 200 }), (begin, rest) => {
          read(serializer, Buffer.concat([Buffer.of(begin), rest]));
        }),
        { numRuns: runs },
      );
    });

    const isBare = url.includes('interop');
    const why = isBare ? ' (skipped: bare MessagePack, where a digit of JSON is a number too)' : '';
    test.skipIf(isBare)(`the bytes of every other serializer: an error, or the value${why}`, () => {
      for (const other of urls) {
        if (isMissing(other)) continue;
        const theirs = make(other);
        for (const each of [1, 'text', { a: [1, 'x'] }, [null]]) {
          const got = read(serializer, bytes(theirs.serialize(each)));
          if (!(got instanceof CacheSerializationError)) expect(got).toEqual(each);
        }
      }
    });
  });

describe('100,000 levels of nesting', () => {
  const deep = 100_000;
  test.each([
    ['json', 'json://', Buffer.from('['.repeat(deep) + ']'.repeat(deep))],
    ['json, objects', 'json://', Buffer.from(`${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`)],
    ['tagged json', 'json://', Buffer.from(` \t${'{"$Set":['.repeat(deep)}${']}'.repeat(deep)}`)],
    ['msgpack', 'msgpack://', Buffer.concat([Buffer.of(0xf8), Buffer.alloc(deep, 0x91), Buffer.of(1)])],
    ['tagged msgpack', 'msgpack://', Buffer.concat([Buffer.of(0xf9), Buffer.alloc(deep, 0x91), Buffer.of(1)])],
    ['msgpack interop', 'msgpack://?interop=1', Buffer.concat([Buffer.alloc(deep, 0x91), Buffer.of(1)])],
    ['v8', 'v8://', Buffer.concat([Buffer.of(0xff, 0x0f), Buffer.from('4101'.repeat(deep), 'hex')])],
  ])('%s: an error, or the value', (_, url, wire) => {
    read(make(url), wire);
  });

  test.each(['json://', 'json://?strict=1', 'msgpack://', 'v8://'])('%s does not write it', (url) => {
    let value: unknown = 1;
    for (let i = 0; i < deep; i++) value = [value];
    expect(() => make(url).serialize(value)).toThrow(CacheSerializationError);
    expect(() => make(url).serialize(value)).toThrow(/nesting/);
  });
});

test('records that make msgpackr compile a reader each take time in proportion to the bytes', () => {
  // a record of one key, defined and used four times, again and again
  const once = Buffer.from('9ad4724091a16101400140014001400140014001400140014001', 'hex');
  const wire = Buffer.concat([Buffer.of(0xf8, 0xdd, 0, 0, 0x40, 0), ...Array.from({ length: 0x4000 }, () => once)]);
  read(make('msgpack://'), wire);
});

test('bigints, regular expressions and base64 of a megabyte take no more than their size deserves', () => {
  const serializer = make('json://');
  read(serializer, Buffer.from(` \t{"$bigint":"${'9'.repeat(1_000_000)}"}`));
  read(serializer, Buffer.from(` \t{"$RegExp":["${'(a+)+'.repeat(200_000)}",""]}`));
  read(serializer, Buffer.from(` \t{"$Buffer":"${'AAAA'.repeat(250_000)}"}`));
  read(serializer, Buffer.from(` \t[${'{"$undefined":0},'.repeat(60_000)}1]`));
});

test('keys that are names of prototypes reach none', () => {
  for (const key of ['__proto__', 'constructor', 'prototype'])
    for (const url of ['json://', 'msgpack://', 'msgpack://?interop=1', 'v8://']) {
      const inner = JSON.parse(`{"${key}":{"prototype":{"polluted":1},"polluted":1}}`);
      const serializer = make(url);
      let wire: Wire;
      try {
        wire = serializer.serialize(inner);
      } catch {
        continue; // interop refuses __proto__
      }
      read(serializer, bytes(wire));
    }
  // what msgpackr itself never writes: a map and a record with the key __proto__
  const proto = Buffer.from('__proto__');
  for (const bytesOfMap of [
    Buffer.concat([Buffer.of(0x81, 0xa9), proto, Buffer.of(0x81, 0xa8), Buffer.from('polluted'), Buffer.of(1)]),
    Buffer.concat([
      Buffer.of(0xd4, 0x72, 0x40, 0x91, 0xa9),
      proto,
      Buffer.of(0x81, 0xa8),
      Buffer.from('polluted'),
      Buffer.of(1),
    ]),
  ])
    for (const [url, first] of [
      ['msgpack://', [0xf8]],
      ['msgpack://', [0xf9]],
      ['msgpack://?interop=1', []],
    ] as const)
      read(make(url), Buffer.concat([Buffer.from(first), bytesOfMap]));
  expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
});
