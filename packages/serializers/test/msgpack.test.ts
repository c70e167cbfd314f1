import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { CacheConfigError, CacheSerializationError } from '@cache/core';
import * as msgpackr from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { json, msgpack } from '../src/index.ts';
import { identical } from './identical.ts';
import { Money, money, plain, refused, rich } from './samples.ts';

const ours = msgpack();

describe.each(Object.entries({ ...plain, ...rich }))('%s', (_, value) => {
  test('comes back as it was', () => {
    expect(identical(ours.deserialize(ours.serialize(value)), value)).toBe(true);
  });

  test('comes back as it was from inside of a list of objects', () => {
    const list = Array.from({ length: 20 }, (_, id) => ({ id, value }));
    expect(identical(ours.deserialize(ours.serialize(list)), list)).toBe(true);
  });
});

test.each(Object.entries(refused))('%s: refused, naming the path (K6)', (_, { value, path }) => {
  expect(() => ours.serialize(value)).toThrow(CacheSerializationError);
  expect(() => ours.serialize(value)).toThrow(`value at ${path}: expected what msgpack carries, got `);
});

test.each([
  ['a short string', (lone: string) => `a${lone}b`],
  ['a string of more than 64', (lone: string) => `${'a'.repeat(80)}${lone}`],
  ['a string of more than a thousand', (lone: string) => `${'é'.repeat(1500)}${lone}`],
  ['a key', (lone: string) => ({ [`a${lone}`]: 1 })],
  ['a string behind much Korean', (lone: string) => ['한국어 텍스트 '.repeat(50), '힣'.repeat(500), lone]],
])('a lone surrogate comes back, wherever it hides among many strings: %s', (_, hide) => {
  const many = Array.from({ length: 60 }, (_, i) => `string ${i} \ufffd 힣`);
  for (const lone of ['\ud800', '\udbff', '\udc00', '\udfff', '\ud83d\ude00']) {
    const value = { many, hidden: hide(lone), more: many };
    expect(identical(ours.deserialize(ours.serialize(value)), value)).toBe(true);
  }
});

test('what cannot be read tells nothing of what was read', () => {
  const wire = Buffer.concat([ours.serialize({ password: 'secret' }), Buffer.of(1)]);
  for (const [serializer, bytes] of [
    [ours, wire],
    [msgpack({ interop: true }), wire.subarray(1)],
  ] as const)
    try {
      serializer.deserialize(bytes);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CacheSerializationError);
      expect(inspect(error)).not.toContain('secret');
    }
});

test('properties named by symbols, and named ones of arrays, are found wherever they are', () => {
  const odd = { [Symbol('x')]: 1 };
  const named = Object.assign([1, 2], { total: 3 });
  const objects = (length: number, last: unknown): unknown[] => [
    ...Array.from({ length: length - 1 }, (_, id) => ({ id })),
    last,
  ];
  for (const [hidden, why] of [
    [odd, /properties named by symbols/],
    [Object.assign([1, 2], odd), /an array with named properties/],
    [named, /an array with named properties/],
  ] as const) {
    const dictionary = Object.fromEntries(objects(100, hidden).map((each, i) => [`key ${i}`, each]));
    const nested = { list: objects(100, { list: objects(50, [hidden]) }), after: {} };
    for (const value of [dictionary, objects(16, hidden), objects(1000, hidden), nested, [objects(40, 1), [hidden]]])
      expect(() => ours.serialize(value)).toThrow(why);
  }
});

test('values of types registered for json come back too', () => {
  const shop = msgpack({ types: [money] });
  const back = shop.deserialize(shop.serialize({ price: new Money(5, 'EUR') })) as { price: Money };
  expect([back.price.cents, back.price.currency]).toEqual([5, 'EUR']);
});

test('msgpackr may be passed in, where a bundler has it', () => {
  expect(msgpack({ msgpackr }).deserialize(ours.serialize({ a: [new Date(5)] }))).toEqual({ a: [new Date(5)] });
});

test('an entry is one byte longer than what msgpackr writes', () => {
  const rows = Array.from({ length: 100 }, (_, id) => ({ id, name: `row ${id}`, price: id / 3 }));
  const bare = new msgpackr.Packr({ moreTypes: true, structuredClone: true });
  expect(ours.serialize(rows).length).toBe(bare.pack(rows).length + 1);
});

test('no bytes of earlier values leak into an entry', () => {
  const secret = Buffer.from('the secret of somebody else');
  for (let i = 0; i < 500; i++) {
    ours.serialize({ secret: secret.toString(), i });
    const wire = Buffer.from(ours.serialize({ a: new Float64Array(i % 50), b: Buffer.alloc(i % 50) }));
    expect(wire.includes(secret)).toBe(false);
  }
});

test('bytes that are read do not keep the whole entry they came in', () => {
  const entry = ours.serialize({ small: Buffer.from('abc'), large: 'x'.repeat(64_000) });
  const { small } = ours.deserialize(entry) as { small: Buffer };
  expect(small.buffer.byteLength).toBeLessThan(10_000);
  expect(small.buffer).not.toBe(entry.buffer);
});

test('an application that uses msgpackr itself keeps what it packed', () => {
  const theirs = new msgpackr.Packr();
  const packed = Array.from({ length: 200 }, (_, id) => {
    ours.serialize({ id, noise: 'x'.repeat(id * 10) });
    const bytes = theirs.pack({ id, text: 'y'.repeat(id) });
    ours.serialize({ id, more: 'z'.repeat(5000) });
    return bytes;
  });
  for (const [id, bytes] of packed.entries()) expect(theirs.unpack(bytes)).toEqual({ id, text: 'y'.repeat(id) });
});

test('another process, which never saw the objects, reads them', () => {
  const rows = Array.from({ length: 5 }, (_, id) => ({ id, at: new Date(id), set: new Set([id]) }));
  const wire = Buffer.from(ours.serialize(rows)).toString('hex');
  const program = `const { Packr } = require('msgpackr');
    const rows = new Packr({ moreTypes: true }).unpack(Buffer.from('${wire}', 'hex').subarray(1));
    console.log(JSON.stringify(rows.map(({ id, at, set }) => [id, at.getTime(), [...set]])));`;
  const read = execFileSync(process.execPath, ['-e', program], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  });
  expect(JSON.parse(read)).toEqual(rows.map(({ id }) => [id, id, [id]]));
});

describe('interop', () => {
  const interop = msgpack({ interop: true });

  test('is what the specification of MessagePack says, byte by byte', () => {
    const hex = (value: unknown): string => Buffer.from(interop.serialize(value)).toString('hex');
    expect(hex({ a: 1, b: [true, null] })).toBe('82a16101a16292c3c0');
    expect(hex([-1, 128, 65_536, 1.5])).toBe('94ffcc80ce00010000cb3ff8000000000000');
    expect(hex(2n ** 63n)).toBe('cf8000000000000000');
    expect(hex(Buffer.from([1, 2]))).toBe('c4020102');
    expect(hex(new Date(1000))).toBe('d6ff00000001');
    expect(hex('é')).toBe('a2c3a9');
  });

  test.each([
    ['Map', { a: new Map() }, '$.a'],
    ['Set', [new Set()], '$[0]'],
    ['undefined', { a: undefined }, '$.a'],
    ['-0', { a: [-0] }, '$.a[0]'],
    ['a lone surrogate', ['\ud800'], '$[0]'],
    ['a typed array', { a: new Float64Array(1) }, '$.a'],
    ['a bigint beyond 64 bits', { a: 2n ** 64n }, '$.a'],
    ['an Error', { a: new Error('x') }, '$.a'],
  ])('%s is refused, naming the path', (_, value, path) => {
    expect(() => interop.serialize(value)).toThrow(
      `value at ${path}: expected what msgpack for other languages carries`,
    );
  });

  test('takes no types', () => {
    expect(() => msgpack({ interop: true, types: [money] })).toThrow(CacheConfigError);
  });
});

test.each([
  ['an array that claims 2 ** 32 elements', 'f8ddffffffff'],
  ['nested arrays that each claim what is left', `f8${'dc0fff'.repeat(1365)}`],
  ['a map that claims 2 ** 32 entries', 'f8dfffffffff'],
  ['a string that claims 4 GB', 'f8dbffffffff61'],
  ['bytes that claim 4 GB', 'f8c6ffffffff61'],
  ['an extension nobody knows', 'f8d41100'],
  ['a reference, which only cycles need', 'f8d67000000001'],
  ['the byte no value begins with', 'f8'],
  ['JSON, of one digit too', '31'],
])('%s is refused at once', (_, hex) => {
  const started = performance.now();
  expect(() => ours.deserialize(Buffer.from(hex, 'hex'))).toThrow(CacheSerializationError);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('json and msgpack refuse the bytes of each other', () => {
  for (const value of Object.values(plain)) {
    expect(() => ours.deserialize(Buffer.from(String(json().serialize(value))))).toThrow(CacheSerializationError);
    expect(() => json().deserialize(ours.serialize(value))).toThrow(CacheSerializationError);
  }
});
