import { CacheConnectionError, CacheSerializationError, CacheValidationError, SyncCache } from '@cache/core';
import { faultyBackend } from '@cache/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as zod from 'zod';
import { mapBackend } from './map-backend.ts';

afterEach(() => void vi.useRealTimers());

const quiet = { warn: () => {} };
const down = (): never => {
  throw new Error('down');
};
const upper = (keys: readonly string[]): Map<string, string> => new Map(keys.map((key) => [key, key.toUpperCase()]));

/** A backend of values whose every operation fails at once. */
function broken() {
  const backend = mapBackend<string>();
  const fail = (): never => {
    throw new CacheConnectionError('gone');
  };
  return Object.assign(backend, { get: fail, getEntry: fail, set: fail });
}

/** A cache of strings over text, of which `broken` is none. */
function fragile(options: object = {}) {
  const backend = mapBackend<string>();
  const serializer = {
    name: 'fragile',
    serialize: (value: string) => value,
    deserialize: (wire: string | Uint8Array) => {
      if (wire === 'broken') throw new CacheSerializationError('bytes: expected text');
      return String(wire);
    },
  };
  return { backend, cache: new SyncCache<string>({ backend, serializer, logger: quiet, ...options }) };
}

describe('options of a load that take time', () => {
  const options = {
    staleWhileRevalidate: '1m',
    refreshAhead: 0.5,
    earlyExpiration: true,
    timeout: { hard: '1s' },
    signal: new AbortController().signal,
    singleFlight: true,
    leaseTtl: '1s',
    waitTimeout: '1s',
    onWaitTimeout: 'load',
  };

  it.each(Object.entries(options))(
    '%s is refused by a SyncCache, hit or miss, and taken by its other face',
    async (name, option) => {
      const cache = new SyncCache<string>({ backend: mapBackend<string>() });
      const refused = {
        code: 'INVALID_CONFIG',
        message: `options of a SyncCache (asCache() takes the others): expected one of ttl, tags, staleIfError, cacheErrors, onCorrupt, refresh, onReentry, got the unknown option "${name}"`,
      };
      const loader = vi.fn(() => 'new');
      // ttl: options that are cheap to see are good are looked at when they are used
      for (const given of [{ [name]: option }, { ttl: 5_000, [name]: option }])
        expect(() => cache.getOrSet('k', loader, given)).toThrow(expect.objectContaining(refused));
      expect(() => cache.getOrSetMany(['k'], upper, { [name]: option })).toThrow(expect.objectContaining(refused));
      expect(loader).not.toHaveBeenCalled();
      expect(await cache.asCache().getOrSet('k', loader, { [name]: option })).toBe('new');
      expect(() => cache.getOrSet('k', loader, { [name]: option })).toThrow(expect.objectContaining(refused));
    },
  );

  it('are taken as what a SyncCache gives its loads by default, for its other face', () => {
    const cache = new SyncCache<string>({ backend: mapBackend<string>(), timeout: { hard: '1s' }, waitTimeout: '5s' });
    expect(cache.getOrSet('k', () => 'new')).toBe('new');
  });
});

describe('loads of a SyncCache', () => {
  it('answer with the same failure for cacheErrors, count one load of it, and forget it when the key is changed', () => {
    vi.useFakeTimers();
    const cache = new SyncCache<string>({ backend: mapBackend<string>() });
    const loader = vi.fn(down);
    const load = () => cache.getOrSet('k', loader, { cacheErrors: 1_000 });
    for (let n = 0; n < 3; n++) expect(load).toThrow('down');
    expect(loader).toHaveBeenCalledTimes(1);
    expect(cache.stats()).toMatchObject({ loads: 1, loadErrors: 1 });
    vi.advanceTimersByTime(1_000);
    expect(load).toThrow('down');
    expect(loader).toHaveBeenCalledTimes(2);
    cache.delete('k');
    expect(cache.getOrSet('k', () => 'fine', { cacheErrors: 1_000 })).toBe('fine');
  });

  it('heal a corrupt entry: report it, load and overwrite it, with a stale window too; onCorrupt: throw throws (R3)', () => {
    for (const options of [{}, { ttl: '1m', staleIfError: '1h' }]) {
      const { cache, backend } = fragile(options);
      const errors: string[] = [];
      cache.on('error', ({ error }) => errors.push(error.code));
      backend.set('k', 'broken');
      expect(() => cache.getOrSet('k', () => 'new', { onCorrupt: 'throw' })).toThrow(CacheSerializationError);
      expect(cache.getOrSet('k', () => 'new')).toBe('new');
      expect(cache.get('k')).toBe('new');
      expect(errors).toContain('SERIALIZATION');
      backend.set('k', 'broken');
      backend.set('fine', 'kept');
      expect([...cache.getOrSetMany(['k', 'fine'], upper)]).toEqual([
        ['k', 'K'],
        ['fine', 'kept'],
      ]);
    }
  });

  it('fail with the backend, and live through it where failures are bypassed', () => {
    const loud = new SyncCache<string>({ backend: broken() });
    expect(() => loud.getOrSet('k', () => 'v')).toThrow(CacheConnectionError);
    for (const staleIfError of [undefined, '1h' as const]) {
      const soft = new SyncCache<string>({
        backend: broken(),
        ttl: '1m',
        staleIfError,
        onError: 'bypass',
        logger: quiet,
      });
      expect(soft.getOrSet('k', () => 'v')).toBe('v');
      expect([...soft.getOrSetMany(['a', 'b'], upper).values()]).toEqual(['A', 'B']);
    }
  });

  it('give a loaded value that could not be stored to who chose to live with old ones', () => {
    const backend = mapBackend<string>();
    const cache = new SyncCache<string>({ backend, ttl: '1m', logger: quiet });
    backend.set = () => {
      throw new CacheConnectionError('gone');
    };
    expect(() => cache.getOrSet('k', () => 'v')).toThrow(CacheConnectionError);
    expect(cache.getOrSet('k', () => 'v', { staleIfError: '1h' })).toBe('v');
  });

  it('refresh what is fresh when asked to, one and many', () => {
    const cache = new SyncCache<string>({ backend: mapBackend<string>() });
    cache.set('k', 'old');
    expect(cache.getOrSet('k', () => 'new', { refresh: true })).toBe('new');
    expect([...cache.getOrSetMany(['k'], upper, { refresh: true }).values()]).toEqual(['K']);
    expect(cache.get('k')).toBe('K');
  });

  it('ask nothing of the loader when all is there', () => {
    const cache = new SyncCache<string>({ backend: mapBackend<string>() });
    cache.setMany([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect([...cache.getOrSetMany(['b', 'a'], down)]).toEqual([
      ['b', '2'],
      ['a', '1'],
    ]);
  });

  it('run the loader each time and store nothing while the cache is switched off (R26)', () => {
    const cache = new SyncCache<string>({ backend: mapBackend<string>(), enabled: false });
    const loader = vi.fn(() => 'v');
    expect([cache.getOrSet('k', loader), cache.getOrSet('k', loader)]).toEqual(['v', 'v']);
    expect([...cache.getOrSetMany(['k'], upper).values()]).toEqual(['K']);
    cache.enabled = true;
    expect(cache.has('k')).toBe(false);
    expect(cache.stats()).toMatchObject({ writes: 0 });
  });

  it('store with the tags and the ttl of the options and of the loader, and skip when told to', () => {
    const cache = new SyncCache<string>({ backend: mapBackend<string>() });
    cache.getOrSet(
      'k',
      ({ tags, ttl }) => {
        tags('blue');
        ttl('5s');
        return 'v';
      },
      { tags: ['red'] },
    );
    expect(cache.ttl('k')).toBeGreaterThan(4_000);
    expect(cache.invalidateTags(['red'])).toBe(1);
    cache.getOrSet('k', ({ tags }) => {
      tags('blue');
      return 'v';
    });
    expect(cache.invalidateTags(['blue'])).toBe(1);
    const skipped = cache.getOrSet('k', ({ skip }) => {
      skip();
      return 'v';
    });
    expect(skipped).toBe('v');
    expect(cache.has('k')).toBe(false);
  });

  it('count a value that the schema refuses as a load that failed, and store none of the others', () => {
    const cache = new SyncCache<string>({ backend: mapBackend<string>(), schema: zod.string().min(1) });
    const failed: unknown[] = [];
    cache.on('load', ({ key, error }) => error !== undefined && failed.push(key));
    expect(() => cache.getOrSet('k', () => '')).toThrow(CacheValidationError);
    expect(() => cache.getOrSetMany(['a', 'b'], () => ({ a: 'fine', b: '' }))).toThrow(CacheValidationError);
    expect(failed).toEqual(['k', 'a', 'b']);
    expect(cache.has('a')).toBe(false);
  });

  it('share entries with the same cache as promises, and its running loads', async () => {
    const cache = new SyncCache<string>({ backend: mapBackend<string>(), prefix: 'p:' });
    const later = cache.asCache();
    expect(later.name).toBe(cache.name);
    let finish: (value: string) => void = () => {};
    const running = later.getOrSet('k', () => new Promise((resolve) => (finish = resolve)));
    await new Promise(setImmediate);
    cache.delete('k');
    finish('loaded before the delete');
    expect(await running).toBe('loaded before the delete');
    expect(cache.has('k')).toBe(false);
    await later.set('k', 'v');
    expect(cache.get('k')).toBe('v');
  });

  it('do not leave a rejection behind when a backend answers later', async () => {
    const backend = faultyBackend(mapBackend<string>());
    backend.faults.always = 'error';
    const cache = new SyncCache<string>({ backend: backend as never, staleIfError: '1h' });
    for (const load of [() => cache.getOrSet('k', () => 'v'), () => cache.getOrSetMany(['k'], upper)])
      expect(load).toThrow('SyncCache: expected an answer at once, got a promise');
    await new Promise(setImmediate);
  });
});
