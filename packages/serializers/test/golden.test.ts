import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serializerFromUrl } from '../src/index.ts';
import { identical } from './identical.ts';
import { isMissing, Money, money, titled } from './samples.ts';

/*
 * Every form that a release wrote, as hexadecimal text: a reader must read them for ever. A file is never changed; a
 * new form gets a new one (CACHE_GOLDEN=write writes those that are missing).
 */
const folder = new URL('./golden/', import.meta.url);

const plain = {
  id: 7,
  name: 'é 😀',
  price: 1.5,
  tags: ['a', 'b'],
  nested: { none: null, yes: true },
  big: 2 ** 53,
  n: -3,
};
const rich = {
  date: new Date(1_700_000_000_123),
  invalid: new Date(Number.NaN),
  map: new Map<unknown, unknown>([
    ['a', 1n],
    [{ k: 1 }, new Set([1])],
  ]),
  missing: undefined,
  numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
  bigints: [2n ** 63n, -(2n ** 70n)],
  buffer: Buffer.from([1, 2, 255]),
  floats: new Float64Array([1.5, -0]),
  words: new Uint16Array([1, 65_535]),
  raw: new Uint8Array([9, 8]).buffer,
  url: new URL('https://example.com/a?b=c'),
  regexp: Object.assign(/a+/gi, { lastIndex: 2 }),
  error: Object.assign(new TypeError('typed', { cause: { at: 1 } }), { code: 'E' }),
  several: new AggregateError([new Error('one')], 'several'),
  holes: Object.assign([1], { 2: 3 }),
  bare: Object.assign(Object.create(null), { a: 1 }),
  surrogate: ['\ud800', { '\udc00': 1 }],
  proto: JSON.parse('{"__proto__":1,"a":2}'),
  lookalike: { a: { $Date: 'x' }, b: { $$: 1 } },
  money: [new Money(500, 'EUR')],
};
const long = { text: 'some text that repeats itself, '.repeat(100) };
const interop = {
  id: 7,
  name: 'é',
  list: [1, -1, 2 ** 40, 1.5, true, null],
  big: 2n ** 63n,
  bin: Buffer.from([1]),
  at: new Date(1000),
};

/** Name of the file → what it holds. `exact`: today's writer still writes these very bytes. */
const forms: Readonly<Record<string, { readonly url: string; readonly value: unknown; readonly exact: boolean }>> = {
  'json-plain': { url: 'json://', value: plain, exact: true },
  'json-tagged': { url: 'json://', value: rich, exact: true },
  'msgpack-plain': { url: 'msgpack://', value: plain, exact: true },
  'msgpack-tagged': { url: 'msgpack://', value: rich, exact: true },
  'msgpack-interop': { url: 'msgpack://?interop=1', value: interop, exact: true },
  'v8-plain': { url: 'v8://', value: plain, exact: false },
  'v8-tagged': { url: 'v8://', value: rich, exact: false },
  'json+zlib-small': { url: 'json+zlib://', value: plain, exact: true },
  'json+zlib': { url: 'json+zlib://', value: long, exact: false },
  'json+gzip': { url: 'json+gzip://', value: long, exact: false },
  'json+brotli': { url: 'json+brotli://', value: long, exact: false },
  'msgpack+zlib+brotli': {
    url: 'msgpack+zlib+brotli://?zlib.threshold=0&brotli.threshold=0',
    value: long,
    exact: false,
  },
  'zlib-escaped': { url: 'zlib://', value: Buffer.from([0x78, 1, 2]), exact: true },
  'gzip-escaped': { url: 'gzip://', value: Buffer.from([0x1f, 1, 2]), exact: true },
  'brotli-escaped': { url: 'brotli://', value: Buffer.from([0xfe, 1, 2]), exact: true },
  'zstd-escaped': { url: 'zstd://', value: Buffer.from([0x28, 1, 2]), exact: true },
  'json-undefined': { url: 'json+zlib://', value: undefined, exact: true },
  'json+zstd': { url: 'json+zstd://', value: long, exact: false },
};

for (const [name, { url, value, exact }] of Object.entries(forms)) {
  test.skipIf(isMissing(url))(`${titled(name)} is read as it was written`, () => {
    const serializer = serializerFromUrl(url, url.includes('interop') ? {} : { types: [money] });
    const file = new URL(`${name}.hex`, folder);
    if (process.env.CACHE_GOLDEN === 'write' && !existsSync(file))
      writeFileSync(
        file,
        Buffer.from(serializer.serialize(value) as Uint8Array)
          .toString('hex')
          .replace(/.{1,120}/g, '$&\n'),
      );
    const stored = Buffer.from(readFileSync(file, 'utf8').replaceAll('\n', ''), 'hex');
    const back = serializer.deserialize(stored);
    expect(identical(withoutMoney(back), withoutMoney(value))).toBe(true);
    if (exact)
      expect(Buffer.from(serializer.serialize(value) as Uint8Array).toString('hex')).toBe(stored.toString('hex'));
  });
}

test('every golden file is read by a test', () => {
  expect(readdirSync(folder).sort()).toEqual(
    Object.keys(forms)
      .map((name) => `${name}.hex`)
      .sort(),
  );
});

// identical() cannot look into a private field
function withoutMoney(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('money' in value)) return value;
  return { ...value, money: (value.money as Money[]).map(({ cents, currency }) => [cents, currency]) };
}
