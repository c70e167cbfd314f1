import { CacheCapabilityError, CacheConfigError } from '@cache/core';
import { manualClock } from '@cache/core/testing';
import { describe, expect, it } from 'vitest';
import { type MemoryBackend, memoryBackend, type Removal } from '../src/index.ts';
import { firstSlot } from '../src/store/slots.ts';
import { checkInvariants, entriesOf } from './store/check-invariants.ts';

describe('memoryBackend', () => {
  it('gives back what was set, by reference, until now >= deadline (S10, P2, R4)', () => {
    const clock = manualClock();
    const backend = memoryBackend({ clock });
    const value = { a: 1 };
    backend.set('k', value, { ttl: 10 });
    clock.advance(9.5);
    expect(backend.get('k')).toEqual({ hit: true, value });
    clock.advance(0.5);
    expect(backend.get('k')).toEqual({ hit: false });
    expect(backend.delete('k')).toBe(false);
  });

  it('takes an expired entry for absent in `ifNotExists` and `delete` (S10, D20)', () => {
    const clock = manualClock();
    const backend = memoryBackend<number>({ clock });
    backend.set('k', 1, { ttl: 10 });
    expect(backend.set('k', 2, { ifNotExists: true })).toBe(false);
    clock.advance(10);
    expect(backend.set('k', 3, { ttl: 10, ifNotExists: true })).toBe(true);
    expect(backend.get('k')).toEqual({ hit: true, value: 3 });
    clock.advance(10);
    expect(backend.delete('k')).toBe(false);
  });

  it('fixes the deadline when it writes, whatever is written or read later (B5)', () => {
    const clock = manualClock();
    const backend = memoryBackend<number>({ clock });
    backend.set('k', 1, { ttl: 100 });
    clock.advance(60);
    backend.get('k');
    backend.set('other', 1, { ttl: 1 });
    expect(backend.ttl('k')).toBe(40);
    clock.advance(40);
    expect(backend.get('k').hit).toBe(false);
  });

  it('leaves nothing of keys that were asked for in vain (B7, D30)', () => {
    const backend = memoryBackend<number>({ max: 100 });
    for (let i = 0; i < 10_000; i++) {
      backend.get(`k${i}`);
      backend.getEntry(`k${i}`);
      backend.has(`k${i}`);
      backend.delete(`k${i}`);
    }
    const { slots, index, tags } = entriesOf(backend as never);
    expect([slots.live, slots.unused - firstSlot, index.overflow.size, tags.size.slots]).toEqual([0, 0, 0, 0]);
    expect(index.cells.every((cell) => cell === 0)).toBe(true);
  });

  it('writes what it just missed, and another key after that, each under its own name', () => {
    for (const [missed, written] of [
      ['a', 'a'],
      ['a', 'b'],
      ['', ''],
      ['a', ''],
    ] as const) {
      const backend = memoryBackend<number>();
      for (const ask of ['get', 'has', 'getEntry', 'delete'] as const) {
        backend[ask](missed);
        backend.set(written, 1);
        checkInvariants(entriesOf(backend as never), 100_000);
        expect(backend.get(written)).toEqual({ hit: true, value: 1 });
        backend.delete(written);
      }
    }
  });

  it('does not take a key for missed that came since, be it while it was written or by who was told', () => {
    const weighed: MemoryBackend<number> = memoryBackend<number>({
      maxWeight: 10,
      weigh: (_value, key) => (weighed.has(key) ? 1 : 2),
    });
    const told: MemoryBackend<number> = memoryBackend<number>({
      onRemove({ key }) {
        if (!told.has(key)) told.set(key, 2);
      },
    });
    for (const backend of [weighed, told]) {
      for (const ask of ['get', 'has', 'getEntry', 'delete'] as const) {
        backend[ask]('k');
        backend.set('k', 1);
        backend[ask]('k');
        backend.set('k', 3);
        checkInvariants(entriesOf(backend as never), 100_000);
        expect(backend.get('k')).toEqual({ hit: true, value: 3 });
        expect([...backend.keys()]).toEqual(['k']);
      }
    }
  });

  it('writes no second entry beside one that was missed because it is stale', () => {
    const clock = manualClock();
    const backend = memoryBackend<number>({ clock });
    for (const ask of ['get', 'has'] as const) {
      backend.set('k', 1, { ttl: 10, staleFor: 5 });
      clock.advance(12);
      expect(backend[ask]('k')).not.toMatchObject({ hit: true });
      backend.set('k', 2);
      checkInvariants(entriesOf(backend as never), 100_000);
      expect([...backend.keys()]).toEqual(['k']);
    }
  });

  it('keeps an entry through its stale window for getEntry and delete only', () => {
    const clock = manualClock();
    const backend = memoryBackend({ clock });
    backend.set('k', 1, { ttl: 10, staleFor: 5, tags: ['t'] });
    clock.advance(12);
    expect(backend.get('k').hit).toBe(false);
    expect(backend.getEntry('k')).toEqual({ value: 1, freshFor: -2, expiresIn: 3, tags: ['t'] });
    expect(backend.delete('k')).toBe(true);
  });

  it('makes room when it is full and tells what left', () => {
    const removed: Removal<number>[] = [];
    const backend = memoryBackend<number>({ max: 2, eviction: 'lru', onRemove: (removal) => removed.push(removal) });
    for (const [i, key] of ['a', 'b', 'c'].entries()) backend.set(key, i);
    expect(removed).toEqual([{ key: 'a', value: 0, reason: 'evict' }]);
    expect(backend.stats()).toMatchObject({ size: 2, maxSize: 2, evictions: 1 });
  });

  it('removes the entries of a tag and counts them', () => {
    const backend = memoryBackend();
    backend.set('a', 1, { tags: ['x', 'y'] });
    backend.set('b', 2, { tags: ['y'] });
    expect(backend.invalidateTags(['x', 'y'])).toBe(2);
    expect(backend.get('a').hit).toBe(false);
  });

  it('keeps the bookkeeping of tags to the tags of entries that are there', () => {
    const backend = memoryBackend({ max: 10 });
    for (let i = 0; i < 10_000; i++) backend.set(`k${i}`, i, { tags: [`t${i}`, 'all'] });
    expect(entriesOf(backend).tags.size).toEqual({ tags: 11, slots: 10 });
    expect(backend.invalidateTags(['all'])).toBe(10);
    expect(entriesOf(backend).tags.size).toEqual({ tags: 0, slots: 0 });
  });

  it('lists the keys of fresh entries, all or those of a prefix (P4)', () => {
    const clock = manualClock();
    const backend = memoryBackend<number>({ clock });
    backend.set('user:1', 1);
    backend.set('user:2', 2, { ttl: 10, staleFor: 10 });
    backend.set('page:1', 3, { ttl: 20 });
    expect([...backend.keys('user:')].sort()).toEqual(['user:1', 'user:2']);
    clock.advance(10);
    expect([...backend.keys()].sort()).toEqual(['page:1', 'user:1']);
    expect([...backend.keys('none')]).toEqual([]);
  });

  it('lists keys while others write: none twice, none that is gone, all that stay', () => {
    const backend = memoryBackend<number>({ max: 200 });
    for (let i = 0; i < 100; i++) backend.set(`k${i}`, i);
    const seen: string[] = [];
    for (const key of backend.keys()) {
      seen.push(key);
      if (seen.length % 3 === 0) {
        backend.delete(key);
        backend.set(key, 0); // in another slot, maybe, or in the same
        backend.set(`new${seen.length}`, 1);
        backend.delete(`k${99 - seen.length}`);
      }
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((key) => key.startsWith('new'))).toEqual([]);
    const list = backend.keys('k')[Symbol.iterator]();
    list.next();
    backend.clear();
    backend.set('k-after', 1);
    expect(list.next().done).toBe(true);
  });

  it('does not count `has`, `keys` and `stats` as uses of an entry (R28)', () => {
    const backend = memoryBackend({ max: 2, eviction: 'lru' });
    backend.set('a', 1);
    backend.set('b', 2);
    backend.has('a');
    [...backend.keys()];
    backend.stats();
    backend.set('c', 3);
    expect([...backend.keys()].sort()).toEqual(['b', 'c']);
    backend.get('b');
    backend.set('d', 4);
    expect([...backend.keys()].sort()).toEqual(['b', 'd']);
    backend.set('b', 5);
    backend.set('e', 6);
    expect(backend.get('b')).toEqual({ hit: true, value: 5 }); // a write is a use (B4, B5)
  });

  it('makes room one for one at a bound of one (D29, B1)', () => {
    for (const eviction of ['adaptive', 'lru'] as const) {
      const backend = memoryBackend({ max: 1, eviction });
      backend.set('a', 1);
      backend.set('b', 2);
      expect([backend.has('a'), backend.get('b')]).toEqual([false, { hit: true, value: 2 }]);
    }
  });

  it('has no bound at Infinity, and grows without losing anything', () => {
    const backend = memoryBackend<number>({ max: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 150_000; i++) backend.set(`k${i}`, i, { ttl: 1e6, staleFor: i % 2 });
    expect(backend.stats()).toMatchObject({ size: 150_000, maxSize: Number.POSITIVE_INFINITY, evictions: 0 });
    for (let i = 0; i < 150_000; i += 7) expect(backend.get(`k${i}`)).toEqual({ hit: true, value: i });
    checkInvariants(entriesOf(backend), 150_000);
  });

  it('counts hits, misses, writes and the rest (P3)', () => {
    const backend = memoryBackend();
    expect(backend.stats()).toMatchObject({ type: 'memory', requests: 0, hitRate: 0, maxSize: 100_000 });
    backend.set('a', 1, { tags: ['t'] });
    backend.get('a');
    backend.get('b');
    backend.delete('a');
    backend.delete('a');
    backend.clear();
    backend.invalidateTags(['t']);
    expect(backend.stats()).toMatchObject({
      requests: 2,
      hits: 1,
      misses: 1,
      hitRate: 0.5,
      writes: 1,
      deletes: 1,
      clears: 1,
      tagInvalidations: 1,
    });
  });

  it('gives values by reference: what the caller changes is changed (C14, D28)', () => {
    const backend = memoryBackend<number[]>();
    const value = [1];
    backend.set('k', value);
    value.push(2);
    expect(backend.get('k')).toEqual({ hit: true, value: [1, 2] });
  });

  it('refuses a lease before it changes anything', () => {
    const backend = memoryBackend();
    expect(() => backend.set('k', 1, { lease: { key: 'k', token: 't' } })).toThrow(CacheCapabilityError);
    expect(backend.has('k')).toBe(false);
  });

  it.each([
    [{ max: 0 }, 'memory max: expected an integer from 1 to 33000000, or Infinity, got 0'],
    [{ max: -1 }, 'got -1'],
    [{ max: 1.5 }, 'got 1.5'],
    [{ max: Number.NaN }, 'got NaN'],
    [{ maxWeight: 0 }, 'memory maxWeight: expected a finite number above 0, got 0'],
    [{ weigh: () => 1 }, 'memory weigh: expected maxWeight beside it, got none'],
    [{ eviction: 'fifo' }, `memory eviction: expected 'adaptive' or 'lru', got "fifo"`],
    [{ clock: null }, 'memory clock: expected an object with now(), got null'],
    [
      { maximum: 3 },
      'memory: expected one of max, maxWeight, weigh, eviction, clock, onRemove, got the unknown option "maximum"',
    ],
    [null, 'memory: expected an object of options, got null'],
    [5, 'memory: expected an object of options, got 5'],
  ])('refuses %o: %s', (options, message) => {
    const make = () => memoryBackend(options as never);
    expect(make).toThrow(CacheConfigError);
    expect(make).toThrow(message);
  });
});
