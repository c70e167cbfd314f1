import { setTimeout as delay } from 'node:timers/promises';
import {
  Cache,
  CacheCapabilityError,
  CacheKeyError,
  CacheSerializationError,
  InvalidTtlError,
  plainJson,
  SyncCache,
} from '@cache/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { asyncMap, mapBackend } from './map-backend.ts';

afterEach(() => void vi.useRealTimers());

describe('setThrough', () => {
  it('writes to the source first, then to the cache; a writer that fails leaves the entry as it was (S23)', async () => {
    const cache = new Cache<number>({ backend: asyncMap<number>() });
    const order: string[] = [];
    await cache.setThrough('k', 1, async (value) => {
      order.push(`source ${value}, cached ${await cache.has('k')}`);
    });
    expect(order).toEqual(['source 1, cached false']);
    expect(await cache.get('k')).toBe(1);
    await expect(cache.setThrough('k', 2, () => Promise.reject(new Error('read-only')))).rejects.toThrow('read-only');
    expect(await cache.get('k')).toBe(1);
  });

  it('is refused before the writer is called, when it is none or the options are wrong', async () => {
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    const writer = vi.fn();
    await expect(cache.setThrough('k', 1, undefined as never)).rejects.toThrow(
      'writer: expected a function, got undefined',
    );
    await expect(cache.setThrough('', 1, writer)).rejects.toBeInstanceOf(CacheKeyError);
    await expect(cache.setThrough('k', 1, writer, { ttl: 0 })).rejects.toBeInstanceOf(InvalidTtlError);
    await expect(cache.setThrough('k', 1, writer, { ttl: 5, staleIfError: -1 })).rejects.toBeInstanceOf(
      InvalidTtlError,
    );
    await expect(cache.setThrough('k', 1, writer, { tags: [''] })).rejects.toBeInstanceOf(CacheKeyError);
    await expect(cache.setThrough('k', 1, writer, { ifNotExists: true } as never)).rejects.toThrow(
      'got the unknown option "ifNotExists"',
    );
    await cache.setThrough('k', 1, writer, { ttl: '5s', tags: ['red'] });
    expect(await cache.invalidateTags(['red'])).toBe(1);
    await cache.close();
    await expect(cache.setThrough('k', 1, writer)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(writer).toHaveBeenCalledTimes(1);
  });

  it.each(['throw', 'bypass'] as const)(
    'removes an entry that it could not replace, which is older than the source (onError: %s)',
    async (onError) => {
      const logger = { warn() {} };
      const cache = new Cache<unknown>({
        backend: mapBackend<never>(),
        serializer: plainJson as never,
        onError,
        logger,
      });
      await cache.set('k', 1);
      const writer = vi.fn();
      const written = cache.setThrough('k', 2n, writer);
      if (onError === 'throw') await expect(written).rejects.toBeInstanceOf(CacheSerializationError);
      else await written;
      expect(writer).toHaveBeenCalledExactlyOnceWith(2n);
      expect(await cache.has('k')).toBe(false);
    },
  );

  it('keeps the order of writes of one key, and loads that run meanwhile store nothing', async () => {
    const cache = new Cache<number>({ backend: asyncMap<number>() });
    let source = 0;
    const write = (value: number, ms: number): Promise<void> =>
      cache.setThrough('k', value, async () => {
        await delay(ms);
        source = value;
      });
    await Promise.all([write(1, 6), write(2, 1), cache.getOrSet('k', async () => source)]);
    expect([source, await cache.get('k')]).toEqual([2, 2]);
  });
});

describe('SyncCache loads', () => {
  it('load once and store, count as Cache does, and answer stale when the loader fails', () => {
    vi.useFakeTimers();
    const cache = new SyncCache<number>({ backend: mapBackend<number>(), ttl: 100, staleIfError: 1_000 });
    const loader = vi.fn(() => 1);
    expect([cache.getOrSet('k', loader), cache.getOrSet('k', loader)]).toEqual([1, 1]);
    expect(loader).toHaveBeenCalledTimes(1);
    expect(cache.stats()).toMatchObject({ hits: 1, misses: 1, writes: 1, loads: 1 });
    vi.advanceTimersByTime(200);
    const down = (): number => {
      throw new Error('down');
    };
    expect(cache.getOrSet('k', down)).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(() => cache.getOrSet('k', down)).toThrow('down');
  });

  it('do not store a value whose loader deleted its key, and refuse to load inside itself (D8)', () => {
    const cache = new SyncCache<number>({ backend: mapBackend<number>() });
    expect(
      cache.getOrSet('k', () => {
        cache.delete('k');
        return 1;
      }),
    ).toBe(1);
    expect(cache.has('k')).toBe(false);
    expect(() => cache.getOrSet('k', () => cache.getOrSet('k', () => 1))).toThrow(
      expect.objectContaining({ code: 'REENTRANT_LOAD' }),
    );
  });

  it('refuse a loader that answers with a promise, and store nothing', () => {
    const cache = new SyncCache<unknown>({ backend: mapBackend<unknown>() });
    expect(() => cache.getOrSet('k', async () => 1)).toThrow(CacheCapabilityError);
    expect(cache.has('k')).toBe(false);
  });

  it('load many in one call, in the order asked for', () => {
    const cache = new SyncCache<string>({ backend: mapBackend<string>() });
    cache.set('b', 'B');
    const loader = vi.fn((keys: readonly string[]) =>
      keys.filter((key) => key !== 'x').map((key) => [key, key.toUpperCase()] as const),
    );
    expect([...cache.getOrSetMany(['c', 'b', 'x', 'a'], loader)]).toEqual([
      ['c', 'C'],
      ['b', 'B'],
      ['a', 'A'],
    ]);
    expect(loader.mock.calls.map(([keys]) => keys)).toEqual([['c', 'x', 'a']]);
    expect(cache.get('c')).toBe('C');
  });
});
