import assert from 'node:assert/strict';
import type { Backend } from '../../contract/backend.ts';
import type { BackendCapabilities } from '../capabilities.ts';
import type { Clause } from '../trial.ts';

class Point {
  readonly x: number = 1;
}

/** What a backend of values carries, by reference or faithfully copied. */
const anyValues: readonly unknown[] = [
  null,
  undefined,
  0,
  -0,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  '',
  '\u0000',
  '\ud800 is a lone surrogate',
  false,
  true,
  10n ** 30n,
  new Date(0),
  new Map<unknown, unknown>([[{ a: 1 }, new Set([1, '1'])]]),
  new Set(),
  /x/gi,
  [],
  [undefined, null, [0]],
  {},
  { hit: false },
  JSON.parse('{"then":"not a promise"}'),
  JSON.parse('{"__proto__":{"polluted":true}}'),
  Object.create(null),
  new Point(),
  Buffer.from('bytes'),
  new Uint8Array(0),
  new Float64Array([0.1]),
  new Error('a value like any other'),
];

/** What a backend of bytes carries: any bytes, none at all, and those that look like a frame, a reply or a number. */
const anyBytes: readonly unknown[] = [
  new Uint8Array(0),
  Uint8Array.of(0),
  Uint8Array.of(0xc1),
  Uint8Array.of(0xc1, 0x01, 0x00, 0xff),
  Uint8Array.of(0xc1, 0xc1, 0xc1),
  Uint8Array.from({ length: 256 }, (_, n) => n),
  Uint8Array.from({ length: 100_000 }, (_, n) => n % 251),
  Buffer.from('nil'),
  Buffer.from('-1'),
  Buffer.from('+OK\r\n'),
  Buffer.from('$-1\r\n'),
  Buffer.from('null'),
  Buffer.from('é鍵🔑'),
];

/** The values that `backend` must carry. */
export function samplesFor(
  backend: Pick<Backend<unknown>, 'stores'>,
  { values }: BackendCapabilities,
): readonly unknown[] {
  return values ?? (backend.stores === 'bytes' ? anyBytes : anyValues);
}

/** Every value is a hit, whatever it looks like. */
export const values: readonly Clause[] = [
  {
    title: 'carries every value, and every one is a hit: null, undefined, 0, an empty string and no bytes at all too',
    async check({ backend, capabilities, key, isHit, isValue }) {
      const samples = samplesFor(backend, capabilities);
      for (const [n, sample] of samples.entries()) {
        assert.equal(await backend.set(key(String(n)), sample), true);
        isHit(await backend.get(key(String(n))), sample);
        assert.equal(await backend.has(key(String(n))), true);
        const entry = await backend.getEntry(key(String(n)));
        assert.ok(entry, 'getEntry: expected an entry');
        isValue(entry.value, sample);
      }
    },
  },
  {
    title: 'every value is something that is there: for ifNotExists, delete and expire',
    async check({ backend, capabilities, key, value }) {
      const samples = samplesFor(backend, capabilities);
      for (const [n, sample] of samples.entries()) {
        await backend.set(key(String(n)), sample);
        assert.equal(await backend.set(key(String(n)), value(1), { ifNotExists: true }), false);
        assert.equal(await backend.expire(key(String(n)), null), true);
        assert.equal(await backend.delete(key(String(n))), true);
      }
    },
  },
  {
    title: 'carries text as it is; where bytes are stored, as its UTF-8 bytes, which are read back as bytes',
    async check({ backend, key, isHit }) {
      const texts = ['', 'text', 'é鍵🔑\u0000'];
      for (const text of texts) {
        await backend.set(key(`k${text}`), text);
        isHit(await backend.get(key(`k${text}`)), backend.stores === 'bytes' ? Buffer.from(text) : text);
      }
    },
  },
];

/** The bulk clause of values. */
export const bulkValues: Clause = {
  title: 'setMany, getMany and getEntries carry every value',
  async check({ backend, capabilities, key, isValue }) {
    const samples = samplesFor(backend, capabilities);
    const pairs = samples.map((sample, n) => [key(String(n)), sample] as const);
    await backend.setMany(pairs);
    const keys = pairs.map(([one]) => one);
    const found = await backend.getMany(keys);
    const entries = await backend.getEntries(keys);
    assert.deepEqual([...found.keys()], keys);
    assert.deepEqual([...entries.keys()], keys);
    for (const [one, sample] of pairs) {
      isValue(found.get(one), sample);
      isValue(entries.get(one)?.value, sample);
    }
  },
};
