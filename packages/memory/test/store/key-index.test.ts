import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { hashOf, hashSeed } from '../../src/store/key-hash.ts';
import { KeyIndex } from '../../src/store/key-index.ts';
import { firstSlot, Slots } from '../../src/store/slots.ts';
import { random, seedFor } from '../random.ts';

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

  it('has a seed of its own in every process, so that collisions cannot be prepared', () => {
    expect(hashOf('key', 1)).not.toBe(hashOf('key', 2));
    expect(Number.isInteger(hashSeed)).toBe(true);
    expect(firstSlot).toBeGreaterThan(0);
  });
});
