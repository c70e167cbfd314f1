import assert from 'node:assert/strict';
import { manualClock } from '@cache/core/testing';
import { expect, it } from 'vitest';
import { memoryBackend, type Removal } from '../src/index.ts';
import { long, random, seedFor } from './random.ts';
import { checkInvariants, entriesOf } from './store/check-invariants.ts';

interface Kept {
  readonly value: number;
  readonly weight: number;
  readonly tags: readonly string[];
  window: number;
  deadline: number;
}

/**
 * Random operations on a store and on a `Map` that is told of each removal: after each, both hold the same entries, and
 * every removal had the reason it was given.
 */
function fuzz(seed: number, max: number, operations: number, checkEvery: number): void {
  const below = random(seed);
  const clock = manualClock(below(1e6));
  const maxWeight = below(2) === 0 ? undefined : max * 4;
  const told: Removal<number>[] = [];
  const backend = memoryBackend<number>({
    max,
    clock,
    maxWeight,
    weigh: maxWeight === undefined ? undefined : (value) => value % 10,
    eviction: below(4) === 0 ? 'lru' : 'adaptive',
    onRemove: (removal) => told.push(removal),
  });
  const entries = entriesOf(backend as never);
  const kept = new Map<string, Kept>();
  const gone = (entry: Kept): boolean => clock.now() >= entry.deadline + entry.window;
  const fresh = (entry: Kept | undefined): entry is Kept => entry !== undefined && clock.now() < entry.deadline;
  const keyOf = (n: number): string => `${'k'.repeat(1 + (n % 3))}${n}`;
  const weightHeld = (): number => [...kept.values()].reduce((sum, entry) => sum + entry.weight, 0);

  /** What was told is applied to the model; `asked` are the reasons the operation itself may give. */
  const apply = (asked: readonly string[], incoming?: { key: string; entry: Kept }): void => {
    for (const { key, value, reason } of told.splice(0)) {
      const entry = kept.get(key);
      if (reason === 'evict') {
        if (key === incoming?.key && value === incoming.entry.value) {
          assert.ok(incoming.entry.weight > (maxWeight as number), 'evicted at once: too heavy alone');
          incoming = undefined;
          continue;
        }
        const full = kept.size >= max;
        const heavy = maxWeight !== undefined && weightHeld() + (incoming?.entry.weight ?? 0) > maxWeight;
        assert.ok(full || heavy, `evicted ${key} though there was room`);
      } else if (reason === 'expire') assert.ok(entry !== undefined && gone(entry), `expired ${key} before its time`);
      else assert.ok(asked.includes(reason), `${reason} of ${key} was not asked for`);
      assert.equal(entry?.value, value, `removed value of ${key}`);
      kept.delete(key);
    }
    if (incoming !== undefined) kept.set(incoming.key, incoming.entry);
  };

  for (let step = 0; step < operations; step++) {
    const key = keyOf(below(max * 3 + 2));
    const known = kept.get(key);
    const operation = below(24);
    if (operation < 8) {
      const found = backend.get(key);
      assert.deepEqual(found, fresh(known) ? { hit: true, value: known.value } : { hit: false });
      apply([]);
    } else if (operation < 16) {
      const ttl = below(3) === 0 ? null : 1 + below(below(8) === 0 ? 1e7 : 300);
      const staleFor = ttl !== null && below(3) === 0 ? below(400) : 0;
      const tags = below(4) === 0 ? [`t${below(5)}`, `t${below(5)}`] : undefined;
      const ifNotExists = below(5) === 0;
      const value = step;
      const stored = backend.set(key, value, { ttl, staleFor, tags, ifNotExists });
      assert.equal(stored, !(ifNotExists && fresh(known)));
      if (!stored) {
        apply([]);
        continue;
      }
      const deadline = ttl === null ? Number.POSITIVE_INFINITY : clock.now() + ttl;
      const weight = maxWeight === undefined ? 0 : value % 10;
      apply(['replace'], { key, entry: { value, weight, tags: tags ?? [], window: staleFor, deadline } });
    } else if (operation < 18) {
      assert.equal(backend.delete(key), known !== undefined && !gone(known));
      apply(['delete']);
    } else if (operation === 18) {
      const ttl = below(4) === 0 ? null : 1 + below(500);
      assert.equal(backend.expire(key, ttl), known !== undefined && !gone(known));
      apply([]);
      const still = kept.get(key);
      if (still !== undefined) still.deadline = ttl === null ? Number.POSITIVE_INFINITY : clock.now() + ttl;
    } else if (operation === 19) {
      const entry = backend.getEntry(key);
      apply([]);
      assert.equal(entry?.value, kept.get(key)?.value);
      assert.deepEqual(new Set(entry?.tags ?? []), new Set(kept.get(key)?.tags ?? []));
    } else if (operation === 20) {
      clock.advance(below(below(20) === 0 ? 1e6 : 90));
    } else if (operation === 21) {
      const tag = `t${below(5)}`;
      const carrying = [...kept.values()].filter((entry) => entry.tags.includes(tag) && !gone(entry)).length;
      assert.equal(backend.invalidateTags([tag]), carrying);
      apply(['invalidate']);
      for (const entry of kept.values()) assert.ok(!entry.tags.includes(tag));
    } else if (operation === 22) {
      while (!entries.wheel.sweep()); // more may be overdue than stats() removes at once
      const size = backend.stats().size as number;
      apply([]);
      assert.equal(size, kept.size);
      for (const entry of kept.values()) assert.ok(!gone(entry), 'after stats() nothing dead is held');
    } else if (below(8) === 0) {
      const prefix = 'k'.repeat(below(4));
      backend.clear(prefix);
      apply(['clear']);
      for (const left of kept.keys()) assert.ok(!left.startsWith(prefix));
    } else {
      const listed = [...backend.keys('kk')].sort();
      const expected = [...kept].filter(([k, entry]) => k.startsWith('kk') && fresh(entry)).map(([k]) => k);
      assert.deepEqual(listed, expected.sort());
    }
    if (step % checkEvery === 0) checkInvariants(entries, max);
  }
  backend.close();
}

it('keeps its invariants and a Map’s answers at every size from 1 to 64 (R28, D20, D29)', { timeout: 600_000 }, () => {
  const seed = seedFor('fuzz of sizes 1–64');
  const operations = long ? 20_000 : 400;
  for (let max = 1; max <= 64; max++) {
    try {
      fuzz(seed + max, max, operations, 1);
    } catch (cause) {
      throw new Error(`max ${max}, seed ${seed}: ${(cause as Error).message}`, { cause });
    }
  }
});

it('keeps them in stores whose index splits', { timeout: 600_000 }, () => {
  const seed = seedFor('fuzz of larger stores');
  for (const max of [1_000, 5_000]) fuzz(seed + max, max, long ? 400_000 : 20_000, 2_500);
  expect.assertions(0);
});
