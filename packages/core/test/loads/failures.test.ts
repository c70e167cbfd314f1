import { setTimeout as delay } from 'node:timers/promises';
import { Cache, CacheConnectionError, CacheSerializationError, InvalidTtlError } from '@cache/core';
import { faultyBackend, inMemoryServer } from '@cache/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { asyncMap, mapBackend } from './map-backend.ts';

afterEach(() => vi.useRealTimers());

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

  it('of a refresh, which asks the backend for nothing first, are of the same outage (R3)', async () => {
    const backend = faultyBackend(inMemoryServer<number>().connect());
    const warn = vi.fn();
    const cache = new Cache<number>({ backend, onError: 'bypass', logger: { warn } });
    backend.faults.always = 'error';
    for (const refresh of [false, true, true]) expect(await cache.getOrSet('k', () => 1, { refresh })).toBe(1);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it.each([true, false])('a load that its caller waits for is no background work (enabled: %s)', async (enabled) => {
    const cache = new Cache<number>({ backend: mapBackend<number>(), ttl: '1h', staleIfError: '1h', enabled });
    const loads: unknown[] = [];
    cache.on('load', ({ key, background }) => loads.push([key, background]));
    await cache.getOrSet('at once', () => 1);
    await cache.getOrSet('later', async () => 1);
    await cache.getOrSet('plain', () => 1, { staleIfError: 0 });
    await expect(
      cache.getOrSet('failing', () => {
        throw new Error('down');
      }),
    ).rejects.toThrow('down');
    expect(loads).toEqual(['at once', 'later', 'plain', 'failing'].map((key) => [key, false]));
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
