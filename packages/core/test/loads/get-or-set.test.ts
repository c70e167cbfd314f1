import { setTimeout as delay } from 'node:timers/promises';
import { Cache, CacheError, CacheLeaseTimeoutError, CacheTimeoutError } from '@cache/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { asyncMap, mapBackend } from './map-backend.ts';

const backends = {
  'a synchronous backend': () => mapBackend<never>(),
  'an asynchronous backend': () => asyncMap<never>(),
};

for (const [kind, make] of Object.entries(backends)) {
  describe(`getOrSet over ${kind}`, () => {
    it('runs the loader once for many concurrent callers, and all get the value (D7)', async () => {
      const cache = new Cache<number>({ backend: make() });
      const loader = vi.fn(async () => {
        await delay(1);
        return 7;
      });
      expect(new Set(await Promise.all(Array.from({ length: 50 }, () => cache.getOrSet('k', loader))))).toEqual(
        new Set([7]),
      );
      expect(loader).toHaveBeenCalledTimes(1);
      expect(await cache.get('k')).toBe(7);
      expect(cache.stats()).toMatchObject({ misses: 50, writes: 1, loads: 1 });
    });

    it('counts one miss and one write on an empty cache (D13)', async () => {
      const cache = new Cache<number>({ backend: make() });
      await cache.getOrSet('k', () => 1);
      expect(cache.stats()).toMatchObject({ requests: 1, misses: 1, writes: 1 });
    });

    it('gives a rejection to every waiter, caches it not, and loads again at the next call (D7)', async () => {
      const cache = new Cache<number>({ backend: make() });
      const failure = new Error('source down');
      const loader = vi.fn(async () => {
        await delay(1);
        throw failure;
      });
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => cache.getOrSet('k', loader)));
      expect(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason === failure)).toBe(true);
      expect(loader).toHaveBeenCalledTimes(1);
      expect(await cache.getOrSet('k', () => 2)).toBe(2);
    });

    it('loads different keys in parallel', async () => {
      const cache = new Cache<string>({ backend: make() });
      let open = 0;
      let most = 0;
      const loader = async ({ key }: { key: string }): Promise<string> => {
        open++;
        most = Math.max(most, open);
        await delay(2);
        open--;
        return key;
      };
      expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.getOrSet(key, loader)))).toEqual(['a', 'b', 'c']);
      expect(most).toBe(3);
    });

    it('gives a value loaded before a delete to its caller and does not store it (D8)', async () => {
      const cache = new Cache<number>({ backend: make() });
      let finish: (value: number) => void = () => {};
      const begun = cache.getOrSet('k', () => new Promise<number>((resolve) => (finish = resolve)));
      await delay(1);
      await cache.delete('k');
      const second = cache.getOrSet('k', async () => 2);
      await delay(1);
      finish(1);
      expect(await begun).toBe(1);
      expect(await second).toBe(2);
      expect(await cache.get('k')).toBe(2);
    });

    it('rejects a getOrSet of its own key inside its loader at once, directly and through another key', async () => {
      const cache = new Cache<number>({ backend: make() });
      const inner = (): Promise<number> => cache.getOrSet('k', () => 1);
      await expect(cache.getOrSet('k', inner)).rejects.toMatchObject({ code: 'REENTRANT_LOAD' });
      await expect(cache.getOrSet('k', () => inner())).rejects.toBeInstanceOf(CacheError);
      const run = cache.getOrSet('k', () => cache.getOrSet('k', () => 5, { onReentry: 'run' }));
      expect(await run).toBe(5);
    });

    it('answers stale at once and refreshes behind within staleWhileRevalidate', async () => {
      vi.useFakeTimers();
      const cache = new Cache<number>({ backend: make() });
      let n = 0;
      const options = { ttl: 1000, staleWhileRevalidate: 5000 };
      const load = (): Promise<number> => cache.getOrSet('k', async () => ++n, options);
      expect(await load()).toBe(1);
      vi.advanceTimersByTime(1500);
      expect(await Promise.all([load(), load(), load()])).toEqual([1, 1, 1]);
      await vi.advanceTimersByTimeAsync(10);
      expect(n).toBe(2);
      expect(await load()).toBe(2);
    });

    it('answers stale within staleIfError when the loader fails, and not after', async () => {
      vi.useFakeTimers();
      const cache = new Cache<number>({ backend: make() });
      const options = { ttl: 1000, staleIfError: 2000 };
      await cache.getOrSet('k', () => 1, options);
      const fail = (): number => {
        throw new Error('down');
      };
      vi.advanceTimersByTime(1500);
      expect(await cache.getOrSet('k', fail, options)).toBe(1);
      vi.advanceTimersByTime(2000);
      await expect(cache.getOrSet('k', fail, options)).rejects.toThrow('down');
    });

    it('answers stale past the soft timeout and times out past the hard one, and stores what comes late', async () => {
      vi.useFakeTimers();
      const cache = new Cache<number>({ backend: make() });
      const options = { ttl: 1000, staleIfError: 10_000, timeout: { soft: 50, hard: 200 } };
      const slow = (value: number) => () => new Promise<number>((resolve) => setTimeout(resolve, 500, value));
      await cache.getOrSet('k', () => 1, options);
      vi.advanceTimersByTime(1500);
      const soft = cache.getOrSet('k', slow(2), options);
      await vi.advanceTimersByTimeAsync(60);
      expect(await soft).toBe(1);
      await vi.advanceTimersByTimeAsync(500);
      expect(await cache.get('k')).toBe(2);
      const hard = cache.getOrSet('other', slow(3), options);
      const refused = expect(hard).rejects.toBeInstanceOf(CacheTimeoutError);
      await vi.advanceTimersByTimeAsync(210);
      await refused;
      await vi.advanceTimersByTimeAsync(400);
      expect(await cache.get('other')).toBe(3);
    });

    it('lets one waiter abort without the others, and aborts the loader when all have gone', async () => {
      const cache = new Cache<number>({ backend: make() });
      const one = new AbortController();
      const two = new AbortController();
      let signal: AbortSignal | undefined;
      const loader = vi.fn((context: { signal: AbortSignal }) => {
        signal = context.signal;
        return delay(20, 9, { signal: context.signal });
      });
      const first = cache.getOrSet('k', loader, { signal: one.signal });
      const second = cache.getOrSet('k', loader, { signal: two.signal });
      const gone = expect(first).rejects.toThrow();
      await delay(1);
      one.abort();
      await gone;
      expect(signal?.aborted).toBe(false);
      expect(await second).toBe(9);
      const third = new AbortController();
      const last = cache.getOrSet('other', loader, { signal: third.signal });
      const left = expect(last).rejects.toThrow();
      await delay(1);
      third.abort();
      await left;
      expect(signal?.aborted).toBe(true);
      expect(await cache.has('other')).toBe(false);
    });

    it('remembers a failure for cacheErrors and forgets it when the key is changed', async () => {
      const cache = new Cache<number>({ backend: make() });
      const loader = vi.fn(() => Promise.reject(new Error('down')));
      for (let i = 0; i < 3; i++)
        await expect(cache.getOrSet('k', loader, { cacheErrors: 1000 })).rejects.toThrow('down');
      expect(loader).toHaveBeenCalledTimes(1);
      await cache.delete('k');
      expect(await cache.getOrSet('k', () => 1, { cacheErrors: 1000 })).toBe(1);
    });

    it('renews ahead of expiry, once, while answering with the entry', async () => {
      vi.useFakeTimers();
      const cache = new Cache<number>({ backend: make() });
      let n = 0;
      const load = (): Promise<number> => cache.getOrSet('k', async () => ++n, { ttl: 1000, refreshAhead: 0.8 });
      expect(await load()).toBe(1);
      vi.advanceTimersByTime(700);
      expect(await load()).toBe(1);
      vi.advanceTimersByTime(150);
      expect(await Promise.all([load(), load()])).toEqual([1, 1]);
      await vi.advanceTimersByTimeAsync(5);
      expect(n).toBe(2);
      expect(await load()).toBe(2);
      expect(n).toBe(2);
    });

    it('answers a refresh only with a value loaded after the call', async () => {
      const cache = new Cache<number>({ backend: make() });
      let n = 0;
      const loader = async (): Promise<number> => {
        const mine = ++n;
        await delay(2);
        return mine;
      };
      const plain = cache.getOrSet('k', loader);
      await delay(1);
      const refreshed = cache.getOrSet('k', loader, { refresh: true });
      expect(await plain).toBe(1);
      expect(await refreshed).toBe(2);
      expect(await cache.get('k')).toBe(2);
    });

    it('bounds the wait for a load that somebody else began (D12)', async () => {
      vi.useFakeTimers();
      const cache = new Cache<number>({ backend: make() });
      void cache.getOrSet('k', () => new Promise<number>(() => {}), { waitTimeout: 100 });
      await vi.advanceTimersByTimeAsync(1);
      const joined = expect(cache.getOrSet('k', () => 1, { waitTimeout: 100 })).rejects.toBeInstanceOf(
        CacheLeaseTimeoutError,
      );
      const alone = cache.getOrSet('k', () => 4, { waitTimeout: 100, onWaitTimeout: 'load' });
      await vi.advanceTimersByTimeAsync(150);
      await joined;
      expect(await alone).toBe(4);
    });

    it('getOrSetMany loads the missing keys once, shares with overlapping batches, and keeps order', async () => {
      const cache = new Cache<string>({ backend: make() });
      await cache.set('b', 'B');
      const asked: string[][] = [];
      const load = async (keys: readonly string[]): Promise<Map<string, string>> => {
        asked.push([...keys]);
        await delay(2);
        return new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.toUpperCase()]));
      };
      const [one, two] = await Promise.all([
        cache.getOrSetMany(['a', 'b', 'none', 'c'], load),
        cache.getOrSetMany(['c', 'd', 'a'], load),
      ]);
      expect([...one]).toEqual([
        ['a', 'A'],
        ['b', 'B'],
        ['c', 'C'],
      ]);
      expect([...two]).toEqual([
        ['c', 'C'],
        ['d', 'D'],
        ['a', 'A'],
      ]);
      expect(asked).toEqual([['a', 'none', 'c'], ['d']]);
      expect(await cache.getOrSetMany([], load)).toEqual(new Map());
    });
  });
}

afterEach(() => vi.useRealTimers());
