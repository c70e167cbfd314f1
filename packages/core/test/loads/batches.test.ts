import { setTimeout as delay } from 'node:timers/promises';
import { Cache, CacheConnectionError, CacheError, type ManyLoadContext } from '@cache/core';
import { faultyBackend, inMemoryServer } from '@cache/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { asyncMap, mapBackend } from './map-backend.ts';

afterEach(() => void vi.useRealTimers());

const upper = (keys: readonly string[]): Map<string, string> => new Map(keys.map((key) => [key, key.toUpperCase()]));

describe('what a loader of many keys can say', () => {
  it('gives each key a ttl, tags and a veto of its own, and sees the old values', async () => {
    vi.useFakeTimers();
    const cache = new Cache<string>({ backend: asyncMap<string>(), prefix: 'p:', staleIfError: '1h' });
    await cache.set('old', 'before', { ttl: 10 });
    await vi.advanceTimersByTimeAsync(20);
    const stale = vi.fn();
    const values = await cache.getOrSetMany(['short', 'red', 'skipped', 'old'], (keys, context) => {
      stale([...context.stale]);
      context.ttl('short', '2s');
      context.tags('red', 'colour');
      context.skip('skipped');
      return upper(keys);
    });
    expect([...values.keys()]).toEqual(['short', 'red', 'skipped', 'old']);
    expect(stale).toHaveBeenCalledWith([['old', 'before']]);
    expect(await cache.ttl('short')).toBe(2_000);
    expect(await cache.ttl('red')).toBeNull();
    expect(await cache.has('skipped')).toBe(false);
    expect(await cache.invalidateTags(['colour'])).toBe(1);
    expect([await cache.has('red'), await cache.has('short')]).toEqual([false, true]);
  });

  it('is about the keys it was asked for: another is an error, and nothing is stored', async () => {
    const cache = new Cache<string>({ backend: mapBackend<string>() });
    const speaks = (keys: readonly string[], context: ManyLoadContext<string>) => {
      context.skip('other');
      return upper(keys);
    };
    await expect(cache.getOrSetMany(['a'], speaks)).rejects.toThrow(
      'key "other": expected one of the keys this load was asked for',
    );
    expect(await cache.has('a')).toBe(false);
  });

  it('its values come as a Map, as pairs or as an object by key, and as nothing else', async () => {
    const cache = new Cache<number>({ backend: mapBackend<number>() });
    const forms = [new Map([['a', 1]]), [['a', 2]], { a: 3 }] as const;
    for (const [n, form] of forms.entries())
      expect([...(await cache.getOrSetMany(['a'], () => form as never, { refresh: true }))]).toEqual([['a', n + 1]]);
    for (const form of [null, undefined, 5, 'ab'])
      await expect(cache.getOrSetMany(['b'], () => form as never)).rejects.toMatchObject({ code: 'INVALID_LOAD' });
    expect(await cache.has('b')).toBe(false);
  });
});

describe('a batch', () => {
  it('whose loader fails rejects with its error, for each who waits for any of its keys', async () => {
    const cache = new Cache<string>({ backend: asyncMap<string>() });
    const failure = new Error('source down');
    const failing = cache.getOrSetMany(['a', 'b'], async () => {
      await delay(5);
      throw failure;
    });
    const refused = expect(failing).rejects.toBe(failure);
    await delay(2);
    await expect(cache.getOrSet('b', () => 'never')).rejects.toBe(failure);
    await refused;
    expect([...(await cache.getOrSetMany(['a', 'b'], upper)).values()]).toEqual(['A', 'B']);
  });

  it('answers with old values behind which it refreshes, once', async () => {
    vi.useFakeTimers();
    const cache = new Cache<number>({ backend: asyncMap<number>(), ttl: 100, staleWhileRevalidate: '1h' });
    let n = 0;
    const load = (): Promise<Map<string, number>> =>
      cache.getOrSetMany(['a', 'b'], async (keys) => new Map(keys.map((key) => [key, ++n])));
    expect([...(await load()).values()]).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(200);
    expect((await Promise.all([load(), load()])).map((values) => [...values.values()])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    await vi.advanceTimersByTimeAsync(10);
    expect([...(await load()).values()]).toEqual([3, 4]);
    expect(n).toBe(4);
  });

  it('aborts its loader when nobody waits for any of its keys any more', async () => {
    const cache = new Cache<string>({ backend: mapBackend<string>() });
    const abort = new AbortController();
    let signal: AbortSignal | undefined;
    const waiting = cache.getOrSetMany(
      ['a', 'b'],
      async (keys, context) => {
        signal = context.signal;
        await delay(1_000, undefined, { signal });
        return upper(keys);
      },
      { signal: abort.signal },
    );
    const gone = expect(waiting).rejects.toThrow('enough');
    await delay(2);
    expect(signal?.aborted).toBe(false);
    abort.abort(new Error('enough'));
    await gone;
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toEqual(new Error('enough'));
  });

  it('refreshes what is fresh when asked to, and answers with nothing older', async () => {
    const cache = new Cache<string>({ backend: mapBackend<string>() });
    await cache.set('a', 'old');
    const loader = vi.fn(upper);
    expect([...(await cache.getOrSetMany(['a'], loader, { refresh: true }))]).toEqual([['a', 'A']]);
    expect(loader.mock.calls.map(([keys]) => keys)).toEqual([['a']]);
    expect(await cache.get('a')).toBe('A');
  });

  it('is loaded and not stored while the cache is switched off', async () => {
    const cache = new Cache<string>({ backend: mapBackend<string>(), enabled: false });
    const loader = vi.fn(upper);
    for (let n = 0; n < 2; n++) expect([...(await cache.getOrSetMany(['a'], loader)).values()]).toEqual(['A']);
    expect(loader).toHaveBeenCalledTimes(2);
    expect(cache.stats()).toMatchObject({ requests: 0, writes: 0 });
  });

  it('asked for inside the load of one of its keys is refused before anything is loaded', async () => {
    const cache = new Cache<string>({ backend: mapBackend<string>() });
    const loader = vi.fn(upper);
    const inner = cache.getOrSet('a', async () => (await cache.getOrSetMany(['b', 'a'], loader)).get('a') as string);
    await expect(inner).rejects.toMatchObject({ code: 'REENTRANT_LOAD', key: 'a' });
    expect(loader).not.toHaveBeenCalled();
  });

  it('of a backend that fails is an error, and the loader answers where failures are bypassed', async () => {
    const backend = faultyBackend(mapBackend<string>());
    backend.faults.always = 'error';
    await expect(new Cache<string>({ backend }).getOrSetMany(['a'], upper)).rejects.toBeInstanceOf(
      CacheConnectionError,
    );
    const soft = new Cache<string>({ backend, onError: 'bypass', logger: { warn: () => {} } });
    expect([...(await soft.getOrSetMany(['a', 'b'], upper)).values()]).toEqual(['A', 'B']);
  });

  it('waits for keys that another process is loading, and loads the others at once', async () => {
    const server = inMemoryServer<string>();
    const [here, there] = [1, 2].map(() => new Cache<string>({ backend: server.connect() })) as [
      Cache<string>,
      Cache<string>,
    ];
    let finish: (value: string) => void = () => {};
    const other = there.getOrSet('b', () => new Promise((resolve) => (finish = resolve)));
    await delay(5);
    const loader = vi.fn(upper);
    const many = here.getOrSetMany(['a', 'b', 'c'], loader);
    await delay(5);
    expect(loader.mock.calls.map(([keys]) => keys)).toEqual([['a', 'c']]);
    finish('B of another');
    expect([...(await many)]).toEqual([
      ['a', 'A'],
      ['b', 'B of another'],
      ['c', 'C'],
    ]);
    await other;
  });

  it('a key that is deleted while the others are looked for is loaded anew, for this batch too', async () => {
    let reads = 0;
    const slow = asyncMap<string>(async (operation) => {
      if (operation === 'getEntry answered' && ++reads === 1) await delay(10);
    });
    const cache = new Cache<string>({ backend: slow });
    const asked: (readonly string[])[] = [];
    const many = cache.getOrSetMany(['a', 'b'], (keys) => {
      asked.push(keys);
      return upper(keys);
    });
    await delay(5);
    await cache.delete('b');
    expect([...(await many).values()]).toEqual(['A', 'B']);
    expect(asked.flat().sort()).toEqual(['a', 'b']);
    expect([await cache.get('a'), await cache.get('b')]).toEqual(['A', 'B']);
  });
});

it('a key given twice is loaded once, and an error of one key names it', async () => {
  const cache = new Cache<string>({ backend: mapBackend<string>(), prefix: 'p:' });
  const loader = vi.fn(upper);
  expect([...(await cache.getOrSetMany(['a', 'a'], loader)).keys()]).toEqual(['a']);
  expect(loader.mock.calls[0]?.[0]).toEqual(['a']);
  const error = await cache.getOrSetMany(['b', ''], loader).catch((thrown: CacheError) => thrown);
  expect(error).toBeInstanceOf(CacheError);
  expect(loader).toHaveBeenCalledTimes(1);
});
