import { setTimeout as delay } from 'node:timers/promises';
import { Cache, CacheLeaseTimeoutError, type LoadContext } from '@cache/core';
import { faultyBackend, inMemoryServer } from '@cache/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { flightTable } from '../../src/loads/flight-table.ts';

/** As many caches as there would be processes, over one server. */
function fleet(size: number) {
  const server = inMemoryServer<number>();
  const backends = Array.from({ length: size }, () => faultyBackend(server.connect()));
  return { server, backends, caches: backends.map((backend) => new Cache<number>({ backend })) };
}

/** A loader that ends when told to. */
function held<T>() {
  const open: { readonly context: LoadContext<T>; resolve(value: T): void; reject(error: unknown): void }[] = [];
  const loader = vi.fn(
    (context: LoadContext<T>) => new Promise<T>((resolve, reject) => open.push({ context, resolve, reject })),
  );
  return { loader, open };
}

const settle = (): Promise<void> => delay(5);

afterEach(() => vi.useRealTimers());

describe('loads with leases', () => {
  it('run one loader in the fleet, and its value reaches all who wait (D7)', async () => {
    const { caches } = fleet(4);
    const { loader, open } = held<number>();
    const all = Promise.all(caches.flatMap((cache) => Array.from({ length: 10 }, () => cache.getOrSet('k', loader))));
    await settle();
    expect(loader).toHaveBeenCalledTimes(1);
    open[0]?.resolve(7);
    expect(new Set(await all)).toEqual(new Set([7]));
    expect(loader).toHaveBeenCalledTimes(1);
  });

  it('hand over to one waiter at once when the loader of the holder fails, never to all', async () => {
    const { caches } = fleet(3);
    const { loader, open } = held<number>();
    const first = expect(caches[0]?.getOrSet('k', loader)).rejects.toThrow('down');
    await settle();
    const others = Promise.all([caches[1]?.getOrSet('k', loader), caches[2]?.getOrSet('k', loader)]);
    await settle();
    expect(loader).toHaveBeenCalledTimes(1);
    open[0]?.reject(new Error('down'));
    await first;
    await settle();
    expect(loader).toHaveBeenCalledTimes(2);
    open[1]?.resolve(3);
    expect(await others).toEqual([3, 3]);
    expect(loader).toHaveBeenCalledTimes(2);
  });

  it('free the waiters of a holder that died when its lease has run out', async () => {
    vi.useFakeTimers();
    const { caches, server } = fleet(1);
    const dead = server.connect();
    dead.acquire('k', 1_000);
    const loader = vi.fn(async () => 5);
    const value = caches[0]?.getOrSet('k', loader);
    await vi.advanceTimersByTimeAsync(900);
    expect(loader).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(700);
    expect(await value).toBe(5);
  });

  it('renew the lease of a loader that is slower than it', async () => {
    vi.useFakeTimers();
    const { caches } = fleet(2);
    const { loader, open } = held<number>();
    const one = caches[0]?.getOrSet('k', loader, { leaseTtl: 300 });
    await vi.advanceTimersByTimeAsync(10);
    const two = caches[1]?.getOrSet('k', loader, { leaseTtl: 300 });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(loader).toHaveBeenCalledTimes(1);
    open[0]?.resolve(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(await Promise.all([one, two])).toEqual([1, 1]);
  });

  it('refuse the fill of a holder that was paused past its lease, and who joined late loads again (D11)', async () => {
    vi.useFakeTimers();
    const { caches, backends } = fleet(2);
    const [paused, other] = caches as [Cache<number>, Cache<number>];
    const { loader, open } = held<number>();
    const slow = paused.getOrSet('k', loader);
    await vi.advanceTimersByTimeAsync(10);
    backends[0]?.faults.script('renew', 'error', 'error', 'error', 'error', 'error', 'error');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(await other.getOrSet('k', async () => 2)).toBe(2);
    await other.delete('k');
    const joined = paused.getOrSet('k', async () => 3);
    await vi.advanceTimersByTimeAsync(10);
    open[0]?.resolve(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(await slow).toBe(1);
    expect(await joined).toBe(3);
    expect(await other.get('k')).toBe(3);
  });

  it('end the wait for another process past waitTimeout, or load without storing if told to (K13, D12)', async () => {
    vi.useFakeTimers();
    const { caches, server } = fleet(1);
    const [cache] = caches as [Cache<number>];
    const holder = server.connect();
    const lease = holder.acquire('k', 60_000);
    expect(lease).toHaveProperty('lease');
    const refused = expect(cache.getOrSet('k', () => 1, { waitTimeout: 2_000 })).rejects.toBeInstanceOf(
      CacheLeaseTimeoutError,
    );
    await vi.advanceTimersByTimeAsync(2_500);
    await refused;
    const alone = cache.getOrSet('k', () => 4, { waitTimeout: 1_000, onWaitTimeout: 'load' });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(await alone).toBe(4);
    expect(await cache.has('k')).toBe(false);
  });

  it('populate once in the fleet, with the ttl and the tags of the call, under a lease that is given back (S21)', async () => {
    const { caches, server } = fleet(3);
    const loader = vi.fn(async () => delay(5, 7));
    const options = { ttl: '1m', tags: ['red'] } as const;
    expect(await Promise.all(caches.map((cache) => cache.getOrSet('k', loader, options)))).toEqual([7, 7, 7]);
    expect(loader).toHaveBeenCalledTimes(1);
    expect(await caches[1]?.ttl('k')).toBeGreaterThan(50_000);
    const free = server.connect().acquire('k', 1_000, Number.POSITIVE_INFINITY);
    expect(free).toHaveProperty('lease');
    expect(await caches[2]?.invalidateTags(['red'])).toBe(1);
    expect(await caches[0]?.has('k')).toBe(false);
  });

  it('have what 6.4 left out: one load, tags and invalidation in the fleet, writes through, figures; nothing is written behind (S19)', async () => {
    const { caches } = fleet(2);
    const [here, there] = caches as [Cache<number>, Cache<number>];
    const { loader, open } = held<number>();
    const both = Promise.all([here.getOrSet('k', loader), there.getOrSet('k', loader)]);
    await settle();
    await there.delete('k');
    open[0]?.resolve(1);
    await settle();
    open[1]?.resolve(2);
    expect(await both).toContain(1);
    expect(await here.get('k')).not.toBe(1);
    let source = 0;
    await here.setThrough('k', 5, (value) => {
      source = value;
    });
    expect([source, await there.get('k')]).toEqual([5, 5]);
    expect(here.stats()).toMatchObject({ loads: 1, writes: 1 });
    expect(Object.getOwnPropertyNames(Cache.prototype).filter((name) => /behind/i.test(name))).toEqual([]);
  });

  it('answer stale at once in every process while one of them refreshes', async () => {
    vi.useFakeTimers();
    const { caches } = fleet(3);
    const options = { ttl: 100, staleWhileRevalidate: 10_000 };
    await caches[0]?.getOrSet('k', () => 1, options);
    await vi.advanceTimersByTimeAsync(200);
    const { loader, open } = held<number>();
    const answers = Promise.all(caches.map((cache) => cache.getOrSet('k', loader, options)));
    await vi.advanceTimersByTimeAsync(10);
    expect(await answers).toEqual([1, 1, 1]);
    expect(loader).toHaveBeenCalledTimes(1);
    expect(open[0]?.context.stale).toBe(1);
    open[0]?.resolve(2);
    await vi.advanceTimersByTimeAsync(10);
    expect(await Promise.all(caches.map((cache) => cache.getOrSet('k', loader, options)))).toEqual([2, 2, 2]);
  });

  it('renew ahead once in the fleet', async () => {
    vi.useFakeTimers();
    const { caches } = fleet(3);
    const options = { ttl: 1_000, refreshAhead: 0.5 };
    const loader = vi.fn(async () => loader.mock.calls.length);
    await caches[0]?.getOrSet('k', loader, options);
    await vi.advanceTimersByTimeAsync(600);
    await Promise.all(caches.map((cache) => cache.getOrSet('k', loader, options)));
    await vi.advanceTimersByTimeAsync(10);
    await Promise.all(caches.map((cache) => cache.getOrSet('k', loader, options)));
    await vi.advanceTimersByTimeAsync(10);
    expect(loader).toHaveBeenCalledTimes(2);
  });

  it('take three commands of one process for a miss by fifty callers, and one for a hit', async () => {
    const server = inMemoryServer<number>();
    const asked: string[] = [];
    const backend = faultyBackend(server.connect(), {
      step: ({ operation, phase }) => {
        if (phase === 'request') asked.push(operation);
      },
    });
    const cache = new Cache<number>({ backend });
    await Promise.all(Array.from({ length: 50 }, () => cache.getOrSet('k', async () => 1)));
    expect(asked).toEqual(['get', 'acquire', 'set']);
    asked.length = 0;
    await cache.getOrSet('k', async () => 1);
    expect(asked).toEqual(['get']);
  });

  it('leave nothing in the table when all is settled, whatever came of it', async () => {
    const { caches, backends } = fleet(2);
    const [cache] = caches as [Cache<number>];
    await Promise.allSettled([
      cache.getOrSet('a', () => Promise.reject(new Error('no'))),
      cache.getOrSet('b', async () => 1),
      cache.getOrSetMany(['c', 'd'], async () => ({ c: 1 })),
    ]);
    await settle();
    const table = flightTable(backends[0] as object);
    expect([table.flights.size, table.strays.size]).toEqual([0, 0]);
  });
});
