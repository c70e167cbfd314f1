import { Cache } from '@cache/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { mapBackend } from './map-backend.ts';

afterEach(() => vi.useRealTimers());

describe('entries that are loaded anew before their time', () => {
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
});
