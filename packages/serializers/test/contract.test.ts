import type { Serializer, Wire } from '@cache/core';
import { describeSerializer } from '@cache/core/testing';
import { describe, it, vi } from 'vitest';
import { serializerFromUrl } from '../src/index.ts';
import { all, isMissing, plain, refused, rich, titled } from './samples.ts';

vi.setConfig({ testTimeout: process.env.CACHE_TEST_LONG === undefined ? 30_000 : 600_000 });

const large = Array.from({ length: 1200 }, (_, id) => ({
  id,
  name: `row ${id}`,
  text: 'some text of some length',
  tags: ['a', 'b'],
}));
// node's isDeepStrictEqual, with which the kit compares, takes no invalid date for another
const values = [...all.filter((value) => value !== rich['invalid Date']), large];
const refuses = Object.values(refused).map(({ value }) => value);
const strict = [undefined, ...Object.values(plain)];

const layers: readonly (readonly [url: string, values: readonly unknown[], refuses: readonly unknown[]])[] = [
  ['json://', values, refuses],
  [
    'json://?strict=1',
    strict,
    [
      ...refuses,
      ...Object.values(rich).filter(
        (value) => value !== rich['lone surrogates'] && value !== rich['objects that look like tags'],
      ),
    ],
  ],
  ['msgpack://', values, refuses],
  [
    'msgpack://?interop=1',
    [undefined, null, [1.5, 'a', true, { b: [] }], 2n ** 63n, new Date(7), Buffer.from('x')],
    [...refuses, new Map(), [undefined], -0, '\ud800', new Uint8Array(1), 2n ** 64n],
  ],
  ['v8://', values, refuses],
  ['noop://', [Buffer.from('a'), Buffer.alloc(0), Buffer.from([0xfe])], []],
];
const compressors = ['zlib', 'gzip', 'brotli', 'zstd'];
const blobs = [
  Buffer.alloc(0),
  Buffer.from('x'),
  ...[0x78, 0x1f, 0xfb, 0x28, 0xfe, 0xc1, 0x00].map((first) => Buffer.from([first, 1, 2])),
  Buffer.alloc(5000, 'a'),
  Buffer.alloc(300_000, 'ab'),
];
const chains = [
  ...compressors.flatMap((each) => [`json+${each}://`, `msgpack+${each}://?threshold=0`, `v8+${each}://?level=3`]),
  'json+zlib+gzip://?zlib.threshold=0&gzip.threshold=0',
  'msgpack+brotli+zlib://?brotli.threshold=0&zlib.threshold=0',
  'v8+gzip+brotli://?gzip.threshold=0&brotli.threshold=0',
  'json+gzip+zlib://?gzip.threshold=0&zlib.threshold=0',
  'json+gzip://?threshold=0&level=9',
  'json+brotli://?threshold=100&level=5',
  'msgpack+zlib://?threshold=1000000',
  'msgpack+gzip+brotli+zlib://?gzip.threshold=10',
  'v8+zlib+brotli+gzip://?brotli.level=0',
  'json+zlib://?level=-1',
  'json+brotli+gzip+zlib://?gzip.threshold=0',
];

const runnerFor = (url: string) => ({ describe: isMissing(url) ? describe.skip : describe, it });
const make = (url: string) => (): Serializer<unknown, Wire> => serializerFromUrl(url);
for (const [url, carried, refusing] of layers)
  describeSerializer(url, make(url), { values: carried, refuses: refusing }, runnerFor(url));
for (const each of compressors)
  for (const query of ['', '?threshold=0'])
    describeSerializer(
      titled(`${each}://${query}`),
      make(`${each}://${query}`),
      { values: blobs, refuses: [undefined, {}, 1] },
      runnerFor(each),
    );
for (const url of chains) describeSerializer(titled(url), make(url), { values, refuses }, runnerFor(url));

it('that were at least twenty chains', ({ expect }) => {
  expect(chains.filter((url) => !isMissing(url)).length).toBeGreaterThanOrEqual(20);
});
