import { CacheConfigError } from '@cache/core';
import { manualClock } from '@cache/core/testing';
import { describe, expect, it } from 'vitest';
import { memoryBackend, type Removal } from '../src/index.ts';

describe('memoryBackend', () => {
  it('gives back what was set, by reference, until now >= deadline (S10)', () => {
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

  it.each([
    { max: 0 },
    { max: -1 },
    { max: 1.5 },
    { max: Number.NaN },
    { maxWeight: 0 },
    { weigh: () => 1 },
    { eviction: 'fifo' as never },
    { maximum: 3 } as object,
  ])('refuses %o', (options) => {
    expect(() => memoryBackend(options)).toThrow(CacheConfigError);
  });
});
