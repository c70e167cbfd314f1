import assert from 'node:assert/strict';
import type { MemoryBackend } from '../../src/index.ts';
import type { Entries } from '../../src/store/entries.ts';
import { hashOf, hashSeed } from '../../src/store/key-hash.ts';
import { firstSlot, type Slots } from '../../src/store/slots.ts';

/** The store behind a backend. */
export function entriesOf(backend: MemoryBackend<never> | MemoryBackend): Entries<unknown> {
  // the field is there, and not in the interface
  return (backend as unknown as { entries: Entries<unknown> }).entries;
}

/** A word of a slot's record. */
export function word(slots: Slots<unknown>, slot: number, at: number): number {
  return slots.words[(slot << 3) | at] as number; // in range, or the test fails on NaN
}

/** Throws where index, slots, queues, wheel, tags and weights do not say the same of the entries. */
export function checkInvariants(entries: Entries<unknown>, max: number): void {
  const { slots, index, tags, weights } = entries;
  const live = new Set<number>();
  for (let slot = firstSlot; slot < slots.unused; slot++) if (slots.isLive(slot)) live.add(slot);
  assert.equal(live.size, slots.live, 'slots: live');
  assert.ok(live.size <= max, `slots: ${live.size} live, at most ${max}`);

  // the free list and the live slots are all slots ever used
  const free = new Set<number>();
  for (let slot = slots.free; slot !== 0; slot = word(slots, slot, 1)) {
    assert.ok(!free.has(slot) && !live.has(slot), 'slots: free once, and not live');
    assert.equal(slots.meta(slot), 0, 'slots: free ones have no meta');
    assert.equal(slots.value(slot), undefined, 'slots: free ones hold no value');
    free.add(slot);
  }
  assert.equal(live.size + free.size, slots.unused - firstSlot, 'slots: live or free');

  // index: every live slot is found, and there is nothing else in it
  for (const slot of live) {
    const key = slots.key(slot);
    assert.equal(slots.hash(slot), hashOf(key, hashSeed), 'slots: hash of the key');
    assert.equal(index.find(key, slots.hash(slot)), slot, `index: finds ${key}`);
  }
  let cells = index.overflow.size;
  for (let segment = 0; segment < index.segments; segment++) {
    const at = segment * (index.width + 1);
    const used = index.cells.subarray(at + 1, at + 1 + index.width).filter((cell) => cell !== 0).length;
    assert.equal(used, index.cells[at], 'index: a segment counts its cells');
    cells += used;
  }
  assert.equal(cells, live.size, 'index: as many cells as live slots');

  // queues: each live slot in one, linked both ways
  const queued = new Set<number>();
  const lengths: number[] = [];
  for (const queue of [1, 2]) {
    let length = 0;
    let previous = queue;
    for (let slot = word(slots, queue, 1); slot !== queue; slot = word(slots, slot, 1)) {
      assert.equal(word(slots, slot, 2), previous, 'queues: linked both ways');
      assert.ok(live.has(slot) && !queued.has(slot), 'queues: live slots, once');
      if (queue === 2) assert.ok((slots.meta(slot) & 0x100) !== 0, 'queues: main says so');
      queued.add(slot);
      previous = slot;
      length++;
    }
    assert.equal(slots.last(queue), previous, 'queues: the last one');
    lengths.push(length);
  }
  assert.equal(queued.size, live.size, 'queues: all live slots');
  const { smallCount, mainCount } = entries.policy as { smallCount?: number; mainCount?: number };
  if (smallCount !== undefined) assert.deepEqual([smallCount, mainCount], lengths, 'queues: counts');

  // wheel: every slot with a deadline is in one bucket, linked both ways
  const filed = new Set<number>();
  for (let bucket = 3; bucket < firstSlot; bucket++) {
    let previous = bucket;
    for (let slot = word(slots, bucket, 4); slot !== bucket; slot = word(slots, slot, 4)) {
      assert.equal(word(slots, slot, 3), previous, 'wheel: linked both ways');
      assert.ok(!filed.has(slot), 'wheel: a slot once');
      filed.add(slot);
      previous = slot;
    }
  }
  for (const slot of live)
    if (slots.deadline(slot) !== Number.POSITIVE_INFINITY) assert.ok(filed.has(slot), 'wheel: all that expire');
  for (const slot of filed) assert.notEqual(word(slots, slot, 4), 0, 'wheel: filed slots are linked');

  // tags and weights: of live slots only
  const tagged = [...live].filter((slot) => slots.hasTags(slot));
  assert.deepEqual(tags.size.slots, tagged.length, 'tags: of tagged slots');
  const distinct = new Set(tagged.flatMap((slot) => tags.of(slot)));
  assert.equal(tags.size.tags, distinct.size, 'tags: only those in use');
  for (const slot of tagged)
    for (const tag of tags.of(slot)) assert.ok(tags.carrying([tag]).has(slot), 'tags: both ways');
  if (weights === undefined) return;
  let total = 0;
  for (const slot of live) total += weights.of(slot);
  for (const slot of free) assert.equal(weights.of(slot), 0, 'weights: free slots weigh nothing');
  assert.ok(Math.abs(total - weights.total) < 1e-6 * (1 + total), 'weights: the sum');
  assert.ok(weights.total <= weights.max + 1e-6, 'weights: at most the bound');
}
