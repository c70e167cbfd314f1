import { setTimeout as delay } from 'node:timers/promises';
import {
  Cache,
  CacheCapabilityError,
  CacheConfigError,
  CacheConnectionError,
  CacheSerializationError,
  defineBackend,
  followAwaits,
  InvalidTtlError,
  SyncCache,
} from '@cache/core';
import { faultyBackend, inMemoryServer } from '@cache/core/testing';
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

describe('failures', () => {
  it('reports a corrupt entry, loads, and overwrites it; onCorrupt: throw rejects (R3)', async () => {
    const serializer = {
      name: 'fragile',
      serialize: (value: number) => String(value),
      deserialize: (wire: Uint8Array | string) => {
        const text = typeof wire === 'string' ? wire : Buffer.from(wire).toString();
        if (text === 'broken') throw new CacheSerializationError('bytes: expected a number');
        return Number(text);
      },
    };
    for (const backend of [mapBackend<string>(), asyncMap<string>(), inMemoryServer<string>().connect()]) {
      const cache = new Cache<number>({ backend, serializer, logger: { warn: () => {} } });
      const errors: boolean[] = [];
      cache.on('error', ({ swallowed }) => errors.push(swallowed));
      await backend.set('k', 'broken');
      await expect(cache.getOrSet('k', () => 1, { onCorrupt: 'throw' })).rejects.toBeInstanceOf(
        CacheSerializationError,
      );
      expect(await cache.getOrSet('k', () => 1)).toBe(1);
      expect(errors).toContain(true);
      expect(await cache.get('k')).toBe(1);
      await backend.set('k', 'broken');
      await cache.set('fine', 5);
      expect([
        ...(await cache.getOrSetMany(['k', 'fine', 'new'], async (keys) => keys.map((key) => [key, 9] as const))),
      ]).toEqual([
        ['k', 9],
        ['fine', 5],
        ['new', 9],
      ]);
      expect(await cache.get('k')).toBe(9);
    }
  });

  it('of the backend reach the caller, unless bypassed: then the loader answers', async () => {
    const broken = faultyBackend(mapBackend<number>());
    broken.faults.always = 'error';
    const loud = new Cache<number>({ backend: broken, prefix: 'loud:' });
    await expect(loud.getOrSet('k', () => 1)).rejects.toBeInstanceOf(CacheConnectionError);
    const warn = vi.fn();
    const soft = new Cache<number>({ backend: broken, onError: 'bypass', logger: { warn } });
    expect(await soft.getOrSet('k', () => 1)).toBe(1);
    expect(await soft.getOrSet('k', () => 2)).toBe(2);
    expect(warn).toHaveBeenCalledTimes(1);
    const leased = faultyBackend(inMemoryServer<number>().connect());
    leased.faults.always = 'error';
    const fleet = new Cache<number>({ backend: leased, onError: 'bypass', logger: { warn } });
    expect(await fleet.getOrSet('k', () => 3)).toBe(3);
  });

  it('of the backend while a lease is asked for and the key is changed: loaded anew, and not stored', async () => {
    let refuse = (): void => {};
    const refused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    const line = faultyBackend(inMemoryServer<number>().connect(), {
      step: ({ operation }) => (operation === 'acquire' ? refused : undefined),
    });
    line.faults.script('acquire', 'error', 'error');
    const cache = new Cache<number>({ backend: line, onError: 'bypass', logger: { warn() {} } });
    const loader = vi.fn(() => 1);
    const loading = cache.getOrSet('k', loader);
    await delay(1);
    await cache.delete('k');
    expect(loader).not.toHaveBeenCalled();
    refuse();
    expect(await loading).toBe(1);
    expect(loader).toHaveBeenCalledTimes(1);
    expect(await cache.has('k')).toBe(false);
  });

  it('are not answered by an entry that is older than this call allows, though another would', async () => {
    vi.useFakeTimers();
    const cache = new Cache<number>({ backend: mapBackend<number>(), ttl: 1_000, staleIfError: '1h' });
    await cache.getOrSet('k', () => 1);
    vi.advanceTimersByTime(61_001);
    const failing = () => Promise.reject(new Error('down'));
    await expect(cache.getOrSet('k', failing, { staleIfError: '1m' })).rejects.toThrow('down');
    expect(await cache.getOrSet('k', failing)).toBe(1);
  });

  it('of an entry that cannot be read are healed and counted where nobody listens', async () => {
    const backend = mapBackend<number>();
    const broken = { ...backend, get: () => Promise.reject(new CacheSerializationError('bytes: broken')) };
    const cache = new Cache<number>({ backend: broken as never, logger: { warn() {} } });
    expect(await cache.getOrSet('k', () => 1)).toBe(1);
    expect(backend.get('k')).toEqual({ hit: true, value: 1 });
    expect(cache.stats()).toMatchObject({ misses: 1, loads: 1 });
  });

  it('do not turn a mistake of the program into a stale answer', async () => {
    vi.useFakeTimers();
    const cache = new Cache<number>({ backend: mapBackend<number>(), ttl: 10, staleIfError: '1h' });
    await cache.set('k', 1);
    vi.advanceTimersByTime(20);
    await expect(
      cache.getOrSet('k', ({ ttl }) => {
        ttl(-1);
        return 2;
      }),
    ).rejects.toBeInstanceOf(InvalidTtlError);
    expect(await cache.getOrSet('k', () => Promise.reject(new Error('down')))).toBe(1);
  });

  it('of work behind an answer are events and nothing else', async () => {
    vi.useFakeTimers();
    const cache = new Cache<number>({ backend: asyncMap<number>(), ttl: 10, staleWhileRevalidate: '1h' });
    await cache.set('k', 1);
    await vi.advanceTimersByTimeAsync(20);
    const loads: { background: boolean; error?: unknown }[] = [];
    cache.on('load', (event) => loads.push(event));
    const answer = cache.getOrSet('k', () => Promise.reject(new Error('down')));
    await vi.advanceTimersByTimeAsync(5);
    expect(await answer).toBe(1);
    expect(loads).toMatchObject([{ background: true, error: new Error('down') }]);
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
  ] as const)('%o are refused before the loader runs', async (options, error) => {
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    const loader = vi.fn(() => 1);
    await expect(cache.getOrSet('k', loader, options as never)).rejects.toBeInstanceOf(error);
    await expect(cache.getOrSetMany(['k'], loader as never, options as never)).rejects.toBeInstanceOf(error);
    expect(() =>
      new SyncCache<number>({ backend: mapBackend<number>() }).getOrSet('k', loader, options as never),
    ).toThrow(error);
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

  it('expire early by chance, the sooner the longer loads take (XFetch)', async () => {
    vi.useFakeTimers();
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    const loader = vi.fn(() => new Promise<number>((resolve) => setTimeout(resolve, 100, loader.mock.calls.length)));
    const load = (): Promise<number> => cache.getOrSet('k', loader, { ttl: 1_000, earlyExpiration: true });
    const first = load();
    await vi.advanceTimersByTimeAsync(100);
    await first;
    // 100 ms of cost × −ln(0.5) = 69 ms before the end.
    await vi.advanceTimersByTimeAsync(900);
    await load();
    expect(loader).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(40);
    expect(await load()).toBe(1);
    expect(loader).toHaveBeenCalledTimes(2);
    random.mockRestore();
  });

  it('expire the earlier the larger beta is', async () => {
    vi.useFakeTimers();
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const loads = async (beta: number): Promise<number> => {
      const cache = new Cache<number>({ backend: mapBackend<number>(), ttl: 1_000, earlyExpiration: { beta } });
      const loader = vi.fn(() => new Promise<number>((resolve) => setTimeout(resolve, 100, 1)));
      const first = cache.getOrSet('k', loader);
      await vi.advanceTimersByTimeAsync(100);
      await first;
      await vi.advanceTimersByTimeAsync(900); // 100 ms before the end; 69 ms times beta are looked ahead
      await cache.getOrSet('k', loader);
      return loader.mock.calls.length;
    };
    expect([await loads(1), await loads(2)]).toEqual([1, 2]);
    random.mockRestore();
  });

  it('renewed ahead, one that fails is not tried again before the entry has expired', async () => {
    vi.useFakeTimers();
    const cache = new Cache<number>({ backend: mapBackend<number>(), ttl: 1_000, refreshAhead: 0.5 });
    await cache.getOrSet('k', () => 1);
    vi.advanceTimersByTime(600);
    const failing = vi.fn(() => Promise.reject(new Error('down')));
    for (let n = 0; n < 3; n++) {
      expect(await cache.getOrSet('k', failing)).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(failing).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(400);
    expect(await cache.getOrSet('k', () => 2)).toBe(2);
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
