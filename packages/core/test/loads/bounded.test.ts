import { Cache } from '@cache/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { flightTable } from '../../src/loads/flight-table.ts';
import { asyncMap, mapBackend } from './map-backend.ts';

afterEach(() => void vi.useRealTimers());

const failing = (): Promise<never> => Promise.reject(new Error('down'));

describe('what is remembered of loads is bounded', () => {
  it('of failures: a thousand at most, the oldest first to go, each for its time', async () => {
    vi.useFakeTimers();
    const cache = new Cache<number>({ backend: mapBackend<number>(), cacheErrors: '1m' });
    const loader = vi.fn(failing);
    const load = (n: number): Promise<unknown> => cache.getOrSet(`k${n}`, loader).catch(() => {});
    for (let n = 0; n < 1_001; n++) await load(n);
    expect(loader).toHaveBeenCalledTimes(1_001);
    await load(1);
    expect(loader).toHaveBeenCalledTimes(1_001);
    await load(0);
    expect(loader).toHaveBeenCalledTimes(1_002);
    await vi.advanceTimersByTimeAsync(60_000);
    await load(500);
    expect(loader).toHaveBeenCalledTimes(1_003);
  });

  it.each([
    { how: 'that others may join', singleFlight: true },
    { how: 'that nobody joins', singleFlight: false },
  ])(
    'of invalidated tags: what no running load $how can have missed is dropped, and nothing one could',
    async ({ singleFlight }) => {
      const backend = asyncMap<number>();
      const cache = new Cache<number>({ backend });
      const open: ((value: number) => void)[] = [];
      const load = (key: string, tag: string): Promise<number> =>
        cache.getOrSet(
          key,
          async ({ tags }) => {
            const value = await new Promise<number>((resolve) => open.push(resolve));
            tags(tag);
            return value;
          },
          { singleFlight },
        );
      const settle = () => new Promise((resolve) => setTimeout(resolve, 1));
      const first = load('first', 'early');
      await settle();
      for (let n = 0; n < 600; n++) await cache.invalidateTags([`a${n}`]);
      await cache.invalidateTags(['early']);
      const second = load('second', 'late');
      await settle();
      await cache.invalidateTags(['late']);
      for (let n = 0; n < 600; n++) await cache.invalidateTags([`b${n}`]);
      open[0]?.(1);
      expect(await first).toBe(1);
      expect(await cache.has('first')).toBe(false);
      for (let n = 0; n < 600; n++) await cache.invalidateTags([`c${n}`]); // past the bound: what the first missed goes
      open[1]?.(2);
      expect(await second).toBe(2);
      expect(await cache.has('second')).toBe(false);
    },
  );

  it('of keys: nothing, once their loads and changes are settled', async () => {
    const backend = asyncMap<number>();
    const cache = new Cache<number>({ backend });
    const all: Promise<unknown>[] = [];
    const go = (...asked: Promise<unknown>[]): void => void all.push(...asked.map((one) => one.catch(() => {})));
    for (let n = 0; n < 200; n++) {
      const key = `k${n % 20}`;
      go(cache.getOrSet(key, n % 3 === 0 ? failing : async () => n));
      go(cache.getOrSet(key, async () => n, { singleFlight: false, tags: ['t'] }));
      if (n % 7 === 0) go(cache.delete(key), cache.invalidateTags(['t']), cache.clear('k1'));
    }
    const { flights, strays } = flightTable(backend);
    let most = 0;
    go(cache.getOrSet('looks', async () => (most = flights.size + strays.size)));
    await Promise.all(all);
    expect(most).toBeGreaterThan(10);
    expect([flights.size, strays.size]).toEqual([0, 0]);
  });
});

it('close waits for loads that fail too, and for no longer than its bound', async () => {
  vi.useFakeTimers();
  const cache = new Cache<number>({ backend: mapBackend<number>() });
  let fail: (error: Error) => void = () => {};
  const loading = expect(cache.getOrSet('k', () => new Promise<never>((_, reject) => (fail = reject)))).rejects.toThrow(
    'down',
  );
  void cache.getOrSet('hangs', () => new Promise<number>(() => {}));
  await vi.advanceTimersByTimeAsync(1);
  let closed = false;
  const closing = cache.close().then(() => (closed = true));
  fail(new Error('down'));
  await loading;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(closed).toBe(false);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(closed).toBe(true);
  await closing;
});
