import assert from 'node:assert/strict';
import { describe, expect, it, vi } from 'vitest';
import { memoryBackend } from '../../src/index.ts';
import { hashOf, hashSeed } from '../../src/store/key-hash.ts';
import { KeyIndex } from '../../src/store/key-index.ts';
import { Slots } from '../../src/store/slots.ts';
import { random, seedFor } from '../random.ts';
import { checkInvariants, entriesOf } from './check-invariants.ts';

/** An index and its slots, with hashes that the test chooses. */
function indexOf(max: number): {
  add(key: string, hash: number): number;
  remove(slot: number): void;
  readonly index: KeyIndex<number>;
} {
  const slots = new Slots<number>(max);
  const index = new KeyIndex(slots, max, true);
  return {
    index,
    add(key, hash) {
      const slot = slots.take();
      slots.fill(slot, key, 0, hash, 0);
      index.add(slot, key, hash);
      return slot;
    },
    remove(slot) {
      index.remove(slot);
      slots.release(slot);
    },
  };
}

/** `prefix` and two units that bring its hash to `hash`, by going back from there: the multiplier is odd, so it has an inverse. */
function collidingKey(prefix: string, hash: number): string {
  let inverse = 0x9e3779b1;
  for (let bits = 4; bits < 32; bits *= 2) inverse = Math.imul(inverse, 2 - Math.imul(0x9e3779b1, inverse));
  let before = hashSeed ^ (prefix.length + 2);
  for (let i = 0; i < prefix.length; i++) before = Math.imul(before ^ prefix.charCodeAt(i), 0x9e3779b1);
  const unshifted = hash ^ (hash >>> 15) ^ (hash >>> 30);
  const last = Math.imul(unshifted, inverse);
  for (let unit = 0; unit < 0x1_0000; unit++) {
    const first = Math.imul(last ^ unit, inverse) ^ before;
    if (first >>> 16 === 0) return prefix + String.fromCharCode(first, unit);
  }
  return collidingKey(`${prefix}.`, hash);
}

describe('the index of keys', () => {
  it.each([
    ['the same', () => 7],
    ['the same segment', (i: number) => (0x7fff_0000 | (i & 0xffff)) >>> 0],
    ['the same home in every segment', (i: number) => (i << 16) | 1],
    ['one of three', (i: number) => [1, -1, 0x5555_5555][i % 3] as number],
  ] as const)('bounds its probes when all keys have %s hash, and leaves the rest to a Map', (_, hashFor) => {
    const { index, add, remove } = indexOf(20_000);
    const slots = new Map<string, number>();
    for (let i = 0; i < 6_000; i++) slots.set(`flood${i}`, add(`flood${i}`, hashFor(i)));
    for (let i = 0; i < 6_000; i++) assert.equal(index.find(`flood${i}`, hashFor(i)), slots.get(`flood${i}`));
    // no chain of cells is longer than the limit, whatever the keys
    let run = 0;
    for (const cell of index.cells) {
      run = cell === 0 ? 0 : run + 1;
      expect(run).toBeLessThan(1_200); // a segment
    }
    for (let i = 0; i < 6_000; i += 2) remove(slots.get(`flood${i}`) as number);
    for (let i = 0; i < 6_000; i++)
      assert.equal(index.find(`flood${i}`, hashFor(i)), i % 2 === 0 ? 0 : slots.get(`flood${i}`));
    for (let i = 1; i < 6_000; i += 2) remove(slots.get(`flood${i}`) as number);
    expect(index.overflow.size).toBe(0);
    expect(index.cells.every((cell) => cell === 0)).toBe(true);
  });

  it('agrees with a Map over random additions and removals with hashes that collide', () => {
    const below = random(seedFor('index against a Map'));
    for (const max of [1, 2, 7, 100, 3_000]) {
      const { index, add, remove } = indexOf(max);
      const model = new Map<string, number>();
      const hashFor = (n: number): number => Math.imul(n % 97, 0x2545_f491) ^ (n % 5 === 0 ? 0 : n);
      for (let step = 0; step < 30_000; step++) {
        const n = below(max * 2 + 1);
        const key = `k${n}`;
        const known = model.get(key);
        assert.equal(index.find(key, hashFor(n)), known ?? 0);
        if (known !== undefined) {
          remove(known);
          model.delete(key);
        } else if (model.size < max) model.set(key, add(key, hashFor(n)));
      }
    }
  });

  it('has a seed of its own in every process, so that collisions cannot be prepared', async () => {
    vi.resetModules(); // as another process that loads it
    const another = await import('../../src/store/key-hash.ts');
    expect(another.hashSeed).not.toBe(hashSeed);
    expect(another.hashOf('key', another.hashSeed)).not.toBe(hashOf('key', hashSeed));
  });

  it('answers all the same when somebody who knew the seed made a thousand keys of one hash', () => {
    const backend = memoryBackend<number>({ max: 5_000 });
    const keys = Array.from({ length: 1_000 }, (_, i) => collidingKey(`user:${i}:`, 0x1234_5678));
    expect(new Set(keys.map((key) => hashOf(key, hashSeed))).size).toBe(1);
    for (const [i, key] of keys.entries()) backend.set(key, i);
    const { index } = entriesOf(backend as never);
    expect(index.overflow.size).toBe(keys.length - index.limit);
    for (const [i, key] of keys.entries()) expect(backend.get(key)).toEqual({ hit: true, value: i });
    checkInvariants(entriesOf(backend as never), 5_000);
    for (const key of keys) expect(backend.delete(key)).toBe(true);
    expect(index.overflow.size).toBe(0);
    checkInvariants(entriesOf(backend as never), 5_000);
  });
});
