import { setTimeout as delay } from 'node:timers/promises';
import {
  Cache,
  CacheCapabilityError,
  CacheConfigError,
  defineBackend,
  followAwaits,
  InvalidTtlError,
  SyncCache,
} from '@cache/core';
import { inMemoryServer } from '@cache/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { asyncMap, mapBackend } from './map-backend.ts';

afterEach(() => vi.useRealTimers());

function untagged<V>() {
  const { invalidateTags: _, ...rest } = mapBackend<V>();
  return rest;
}

describe('what a loader can say', () => {
  it('gives its entry a ttl and tags of its own, and sees the old value', async () => {
    vi.useFakeTimers();
    const cache = new Cache<number>({ backend: mapBackend<number>(), staleIfError: '1h' });
    await cache.getOrSet('k', ({ ttl, tags }) => {
      ttl('2s');
      tags('red');
      return 1;
    });
    expect(await cache.ttl('k')).toBeCloseTo(2_000, 0);
    vi.advanceTimersByTime(3_000);
    const seen = vi.fn();
    await cache.getOrSet('k', ({ stale }) => {
      seen(stale);
      return 2;
    });
    expect(seen).toHaveBeenCalledWith(1);
  });

  it('keeps a value from being stored by skip()', async () => {
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    expect(
      await cache.getOrSet('k', ({ skip }) => {
        skip();
        return 1;
      }),
    ).toBe(1);
    expect(await cache.has('k')).toBe(false);
  });

  it('refuses a ttl that is none, and stores nothing (R5)', async () => {
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    await expect(
      cache.getOrSet('k', ({ ttl }) => {
        ttl(0);
        return 1;
      }),
    ).rejects.toBeInstanceOf(InvalidTtlError);
    expect(await cache.has('k')).toBe(false);
  });

  it('refuses tags above a backend that keeps none, before the loader runs where it can be known (S24)', async () => {
    const cache = new Cache<number>({ backend: defineBackend(untagged<number>()) });
    const loader = vi.fn(() => 1);
    await expect(cache.getOrSet('k', loader, { tags: ['red'] })).rejects.toBeInstanceOf(CacheCapabilityError);
    expect(loader).not.toHaveBeenCalled();
  });
});

describe('tags and loads', () => {
  it('do not store a value whose tag, also one the loader chose, was invalidated since it began (S20)', async () => {
    for (const backend of [mapBackend<number>(), asyncMap<number>(), inMemoryServer<number>().connect()]) {
      const cache = new Cache<number>({ backend });
      let finish: () => void = () => {};
      const begun = cache.getOrSet('k', async ({ tags }) => {
        await new Promise<void>((resolve) => (finish = resolve));
        tags('red');
        return 1;
      });
      await delay(2);
      await cache.invalidateTags(['red']);
      const joined = cache.getOrSet('k', async () => 2);
      await delay(2);
      finish();
      expect(await begun).toBe(1);
      expect(await joined).toBe(2);
      expect(await cache.get('k')).toBe(2);
    }
  });

  it('an entry set again without a tag has left it (D14)', async () => {
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    await cache.set('k', 1, { tags: ['red'] });
    await cache.set('k', 2);
    expect(await cache.invalidateTags(['red'])).toBe(0);
    expect(await cache.get('k')).toBe(2);
  });
});

describe('a loader that asks for its own key after an await', () => {
  it('is refused where awaits are followed, and not where it is only one of several loads', async () => {
    followAwaits();
    const cache = new Cache<number>({ backend: asyncMap<number>() });
    const asks = async (): Promise<number> => {
      await delay(1);
      return cache.getOrSet('other', async () => {
        await delay(1);
        return cache.getOrSet('k', () => 1);
      });
    };
    await expect(cache.getOrSet('k', asks)).rejects.toMatchObject({ code: 'REENTRANT_LOAD', key: 'k' });
    expect(await cache.getOrSet('k', async () => (await cache.getOrSet('third', async () => 1)) + 1)).toBe(2);
  });
});

describe('options of a load', () => {
  it.each([
    [{ ttl: 0 }, InvalidTtlError],
    [{ staleWhileRevalidate: -1 }, InvalidTtlError],
    [{ refreshAhead: 1 }, CacheConfigError],
    [{ earlyExpiration: { beta: 0 } }, CacheConfigError],
    [{ timeout: { soft: 10, hard: 5 } }, CacheConfigError],
    [{ onCorrupt: 'ignore' }, CacheConfigError],
    [{ waitTimeout: null }, CacheConfigError],
    [{ ttll: 5 }, CacheConfigError],
    [{ signal: {} }, CacheConfigError],
    [{ signal: null }, CacheConfigError],
    [{ singleFlight: 'no' }, CacheConfigError],
    [{ refresh: 1 }, CacheConfigError],
    [{ timeout: 500 }, CacheConfigError],
    [{ timeout: { sfot: 5 } }, CacheConfigError],
    [{ timeout: { hard: null } }, CacheConfigError],
    [{ earlyExpiration: { beta: Number.POSITIVE_INFINITY } }, CacheConfigError],
    [5, CacheConfigError],
    [null, CacheConfigError],
  ] as const)('%o are refused before the loader runs', async (options, error) => {
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    const loader = vi.fn(() => 1);
    await expect(cache.getOrSet('k', loader, options as never)).rejects.toBeInstanceOf(error);
    await expect(cache.getOrSetMany(['k'], loader as never, options as never)).rejects.toBeInstanceOf(error);
    const now = new SyncCache<number>({ backend: mapBackend<number>() });
    // What takes time is no option there at all.
    const there = 'staleWhileRevalidate' in Object(options) ? CacheConfigError : error;
    expect(() => now.getOrSet('k', loader, options as never)).toThrow(there);
    expect(loader).not.toHaveBeenCalled();
  });

  it('a loader that is no function is refused', async () => {
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    await expect(cache.getOrSet('k', 5 as never)).rejects.toBeInstanceOf(CacheConfigError);
    await expect(cache.getOrSet('k', null as never)).rejects.toThrow('loader: expected a function, got null');
    await expect(cache.getOrSetMany(['k'], undefined as never)).rejects.toBeInstanceOf(CacheConfigError);
  });

  it('singleFlight: false runs a loader for each caller (D7)', async () => {
    for (const backend of [mapBackend<number>(), asyncMap<number>(), inMemoryServer<number>().connect()]) {
      const cache = new Cache<number>({ backend });
      const loader = vi.fn(() => delay(1, 1));
      await Promise.all([1, 2, 3].map(() => cache.getOrSet('k', loader, { singleFlight: false })));
      expect(loader).toHaveBeenCalledTimes(3);
      expect(await cache.get('k')).toBe(1);
    }
  });

  it('jitter shortens the time to live of what is loaded (D40)', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const cache = new Cache<number>({ backend: mapBackend<number>(), ttl: 1_000, jitter: 0.2 });
    await cache.getOrSet('k', () => 1);
    expect(await cache.ttl('k')).toBeLessThanOrEqual(900);
    random.mockRestore();
  });
});

describe('a cache that is switched off or closed', () => {
  it('runs the loader each time and stores nothing when it is off (R26)', async () => {
    const cache = new Cache<number>({ backend: mapBackend<number>(), enabled: false });
    const loader = vi.fn(() => 1);
    await Promise.all([cache.getOrSet('k', loader), cache.getOrSet('k', loader)]);
    expect(loader).toHaveBeenCalledTimes(2);
    cache.enabled = true;
    expect(await cache.has('k')).toBe(false);
  });

  it('waits for running loads when it is closed, and stores nothing of them', async () => {
    const backend = asyncMap<number>();
    const cache = new Cache<number>({ backend });
    let finish: (value: number) => void = () => {};
    const value = cache.getOrSet('k', () => new Promise<number>((resolve) => (finish = resolve)));
    await delay(2);
    let closed = false;
    const closing = cache.close().then(() => (closed = true));
    await delay(2);
    expect(closed).toBe(false);
    finish(1);
    expect(await value).toBe(1);
    await closing;
    expect(await backend.has('k')).toBe(false);
    await expect(cache.getOrSet('k', () => 1)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
