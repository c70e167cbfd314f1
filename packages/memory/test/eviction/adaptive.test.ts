import assert from 'node:assert/strict';
import { expect, it } from 'vitest';
import { memoryBackend } from '../../src/index.ts';
import { long, random, seedFor } from '../random.ts';
import { checkInvariants, entriesOf, word } from '../store/check-invariants.ts';
import { NaiveAdaptive } from './naive-adaptive.ts';

/** Keys of changing kinds of work: Zipf-like, loops larger than the store, scans, a hot set that moves. */
function workload(below: (n: number) => number, max: number): () => string {
  let step = 0;
  return () => {
    step++;
    const phase = Math.floor(step / (max * 40 + 200)) % 5;
    if (phase === 0) return `z${Math.floor((max * 4) / (1 + below(max * 4)))}`;
    if (phase === 1) return `l${step % Math.ceil(max * 1.3 + 1)}`;
    if (phase === 2) return `s${step}`;
    if (phase === 3) return `h${Math.floor(step / (max * 4)) + below(Math.ceil(max / 2))}`;
    return `u${below(max * 3 + 1)}`;
  };
}

it('evicts what a naive model of the same policy evicts, over a million operations', { timeout: 600_000 }, () => {
  const seed = seedFor('differential test of the adaptive policy');
  const below = random(seed);
  const sizes = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33, 64, 100, 257];
  const operations = Math.ceil((long ? 10_000_000 : 1_000_000) / sizes.length);
  for (const max of sizes) {
    const evicted: string[] = [];
    const backend = memoryBackend<number>({
      max,
      onRemove: ({ key, reason }) => {
        if (reason === 'evict') evicted.push(key);
      },
    });
    const model = new NaiveAdaptive(max);
    const next = workload(below, max);
    for (let step = 0; step < operations; step++) {
      const key = next();
      const where = `max ${max}, step ${step}, key ${key}, seed ${seed}`;
      if (below(50) === 0) assert.equal(backend.delete(key), model.delete(key), where);
      else if (below(10) === 0) {
        backend.set(key, step);
        assert.equal(evicted.pop(), model.set(key), where);
      } else {
        const hit = backend.get(key).hit;
        assert.equal(hit, model.get(key), where);
        if (hit) continue;
        backend.set(key, step);
        assert.equal(evicted.pop(), model.set(key), where);
      }
    }
    checkInvariants(entriesOf(backend as never), max);
  }
});

it('holds what is used through a scan of keys that never come back', () => {
  const backend = memoryBackend<number>({ max: 1_000 });
  const hot = Array.from({ length: 300 }, (_, i) => `hot${i}`);
  for (let round = 0; round < 10; round++) for (const key of hot) if (!backend.get(key).hit) backend.set(key, 1);
  for (let i = 0; i < 5_000; i++) backend.set(`scan${i}`, i);
  const held = hot.filter((key) => backend.has(key)).length;
  expect(held).toBeGreaterThan(280);
});

it('holds a part of a loop that is larger than the store, where LRU holds nothing', () => {
  const hits = { adaptive: 0, lru: 0 };
  for (const eviction of ['adaptive', 'lru'] as const) {
    const backend = memoryBackend<number>({ max: 500, eviction });
    for (let i = 0; i < 50_000; i++) {
      const key = `page${i % 1_000}`;
      if (backend.get(key).hit) hits[eviction]++;
      else backend.set(key, i);
    }
  }
  expect(hits.lru).toBe(0);
  expect(hits.adaptive).toBeGreaterThan(15_000);
});

it('looks at a bounded number of entries when all are hot', () => {
  const backend = memoryBackend<number>({ max: 10_000 });
  for (let i = 0; i < 10_000; i++) backend.set(`k${i}`, i);
  for (let round = 0; round < 3; round++) for (let i = 0; i < 10_000; i++) backend.get(`k${i}`);
  const before = firstOfQueues(backend);
  backend.set('new', 1);
  expect(backend.stats()).toMatchObject({ size: 10_000, evictions: 1 });
  // everything that was looked at moved to the front of its queue: it is not far away
  expect(firstOfQueues(backend).indexOf(before[0] as string)).toBeLessThan(200);
});

/** The keys of both queues, the newest of each first. */
function firstOfQueues(backend: ReturnType<typeof memoryBackend<number>>): string[] {
  const { slots } = entriesOf(backend as never);
  const keys: string[] = [];
  for (const queue of [2, 1])
    for (let slot = word(slots, queue, 1); slot !== queue; slot = word(slots, slot, 1)) keys.push(slots.key(slot));
  return keys;
}
