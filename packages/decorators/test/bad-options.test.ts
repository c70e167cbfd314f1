import { Cache, CacheConfigError, CacheKeyError, type LoadOptions, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { describe, expect, test } from 'vitest';
import { cacheable, cached, cacheEvict, cachePut, entityCache, invalidateAfter, refreshAfter } from '../src/index.ts';

const cache = new Cache<unknown>({ backend: memoryBackend() });
const load = async (id: number): Promise<number> => id;
// As JavaScript may call them: the type tests say what does not compile.
const wrap = cached as unknown as (...given: unknown[]) => unknown;

describe('options that can never work are refused when the function is made', () => {
  test.each<[string, object, RegExp]>([
    ['a template as a number', { key: 5 }, /expected `key` to be a function or a template, got number/],
    ['params without a template', { params: ['id'] }, /expected `params` with a key template only/],
    ['hashed with a key', { key: 'a', hashed: true }, /expected `hashed` with default keys only/],
    ['tags that are no list', { key: 'a', tags: 'x' }, /expected `tags` to be an array of non-empty strings/],
    ['an empty tag', { key: 'a', tags: [''] }, /expected `tags` to be an array of non-empty strings/],
    ['when that is no function', { key: 'a', when: true }, /expected `when` to be a function, got boolean/],
    ['unless that is no function', { key: 'a', unless: 1 }, /expected `unless` to be a function, got number/],
    ['an onError that is none', { key: 'a', onError: 'ignore' }, /expected onError 'throw', 'bypass' or a function/],
    ['refresh', { key: 'a', refresh: true }, /a cached function has refresh\(\)/],
    ['onReentry', { key: 'a', onReentry: 'throw' }, /expected neither `refresh` nor `onReentry`/],
    [
      'ifNotExists with a stale window',
      { key: 'a', ifNotExists: true, staleIfError: '1m' },
      /`ifNotExists` or a stale window/,
    ],
  ])('%s', (_, options, message) => {
    expect(() => wrap(cache, options, load)).toThrow(CacheConfigError);
    expect(() => wrap(cache, options, load)).toThrow(message);
  });

  const misspelt: [string, object, RegExp][] = [
    ['an option that does not exist', { tll: 5 }, /expected one of .*\bttl, tags\b.*, got the unknown option "tll"/],
    ['a time that is none', { ttl: '5 minutes' }, /ttl: expected milliseconds/],
    ['a stale window that is none', { staleIfError: 'long' }, /staleIfError: expected milliseconds/],
    ['a bound that does not exist', { timeout: { sfot: 5 } }, /timeout: .*got the unknown option "sfot"/],
    ['bounds that contradict each other', { timeout: { soft: 9, hard: 5 } }, /expected soft below hard/],
    ['another word than those there are', { onCorrupt: 'ignore' }, /onCorrupt: expected 'load' or 'throw'/],
    ['a signal that is none', { signal: {} }, /signal: expected an AbortSignal/],
    ['hashed that is no boolean', { hashed: 'yes' }, /expected `hashed` to be a boolean, got string/],
    ['ifNotExists that is no boolean', { ifNotExists: null }, /expected `ifNotExists` to be a boolean, got null/],
  ];
  test.each(misspelt)('%s, before there is a function to wrap, by cached and by cacheable', (_, options, message) => {
    for (const face of [cached, cacheable] as unknown as (typeof wrap)[])
      expect(() => face(cache, options)).toThrow(message);
    expect(() => wrap(cache, options, load)).toThrow(message);
    expect(() => wrap(() => cache, options, load)).toThrow(message);
  });

  test('options that take time, for a function that answers at once over a SyncCache', () => {
    const now = new SyncCache<unknown>({ backend: memoryBackend() });
    const message = /options of a SyncCache .*got the unknown option "timeout"/;
    const timeout = { hard: '1s' };
    expect(() => wrap(now, { key: 'k', mode: 'sync', timeout }, () => 1)).toThrow(message);
    // Of this one it is known when it has run.
    let runs = 0;
    const unknown = wrap(now, { key: 'k', timeout }, () => ++runs) as () => unknown;
    for (const _ of [1, 2, 3]) expect(unknown).toThrow(message);
    expect([runs, now.has('k')]).toEqual([1, false]);
  });

  test('every option of a load is one of a cached function, but for those that it has another way for', async () => {
    const options: Required<Omit<LoadOptions, 'refresh' | 'onReentry'>> = {
      ttl: '1m',
      tags: ['t'],
      staleWhileRevalidate: '1m',
      staleIfError: '1m',
      refreshAhead: 0.5,
      earlyExpiration: true,
      timeout: { soft: '1s', hard: '2s' },
      signal: new AbortController().signal,
      cacheErrors: '1s',
      onCorrupt: 'throw',
      singleFlight: true,
      leaseTtl: '1s',
      waitTimeout: '1s',
      onWaitTimeout: 'load',
    };
    const key = (id: number): string => `all:${id}`;
    expect(await cached(cache, { ...options, key }, load)(1)).toBe(1);
    // A plain function that returns promises, over a cache that answers at once.
    const now = new SyncCache<unknown>({ backend: memoryBackend() });
    const later = cached(now, { ...options, key }, (id: number) => Promise.resolve(id));
    expect(await Promise.all([later(2), later(2)])).toEqual([2, 2]);
    expect(now.get('all:2')).toBe(2);
    const { signal: _, ttl: __, ...rest } = options;
    const entities = entityCache({ name: 'all', key: (args: { id: number }) => args.id, cache: now, ...rest });
    expect(entities.getOrSet({ id: 3 }, () => ({ id: 3 }))).toEqual({ id: 3 });
    expect(entities.getOrSetMany([{ id: 4 }], () => [{ id: 4 }])).toEqual([{ id: 4 }]);
  });

  test('of writers too, with null for options, and with what is no function', () => {
    const put = cachePut as unknown as typeof wrap;
    const evict = cacheEvict as unknown as typeof wrap;
    expect(() => put(cache, { key: 'a', tll: 5 })).toThrow(
      /^cachePut: expected one of .*got the unknown option "tll"$/,
    );
    expect(() => put(cache, { key: 'a', ifNotExists: 1 })).toThrow(
      /expected `ifNotExists` to be a boolean, got number/,
    );
    expect(() => put(cache, { keyFromResult: 'id' })).toThrow(/expected `keyFromResult` to be a function, got string/);
    expect(() => evict(cache, { keyy: 'a' })).toThrow(/^cacheEvict: expected one of .*got the unknown option "keyy"$/);
    expect(() => evict(cache, { prefix: 5 })).toThrow(/expected `prefix` to be a string, got number/);
    expect(() => evict(cache, { all: 'yes' })).toThrow(/expected `all` to be a boolean, got string/);
    const reader = cached(cache, { key: 'r' }, load);
    for (const after of [invalidateAfter, refreshAfter] as unknown as (typeof wrap)[]) {
      expect(() => after(reader, { arg: () => [1] })).toThrow(/expected one of args, argsFromResult.*option "arg"/);
      expect(() => after(reader, { args: [1] })).toThrow(/expected `args` to be a function, got object/);
      expect(() => after(reader, null)).toThrow(/expected an object of options, got null/);
    }
    expect(() => invalidateAfter(reader, { onRefreshError: 'warn' } as never)).toThrow(/option "onRefreshError"/);
  });

  test('of entities too, and no cache', () => {
    const given = { name: 'a', key: (args: { id: number }) => args.id, cache };
    const make = entityCache as unknown as typeof wrap;
    expect(() => make(null)).toThrow(/entityCache: expected an object of options, got null/);
    expect(() => make({ ...given, tll: 5 })).toThrow(/entityCache: expected one of .*got the unknown option "tll"/);
    expect(() => make({ ...given, staleIfError: 'x' })).toThrow(/staleIfError: expected milliseconds/);
    expect(() => make({ ...given, cache: undefined })).toThrow(/entityCache "a": expected a Cache, .* got undefined/);
    const entities = entityCache<{ id: number }>(given);
    expect(() => entities.refreshAfter(5 as never)).toThrow(/expected a function that reads the entity, got number/);
    expect(() => entities.refreshAfter(async () => undefined, { arg: 5 } as never)).toThrow(/unknown option "arg"/);
  });

  test('no cache, no function, a function where options should be', () => {
    expect(() => wrap(undefined, {}, load)).toThrow(
      /expected a Cache, a SyncCache or a function that finds one, got undefined/,
    );
    expect(() => wrap(cache, { key: 'a' }, 5)).toThrow(/expected a function, got number/);
    expect(() => wrap(cache, { key: 'a' }, null)).toThrow(/expected a function, got null/);
    expect(() => wrap(cache, load)).toThrow(/expected options before the function/);
    expect(() => wrap(cache, {}, async () => 1)).toThrow(CacheKeyError);
    expect(() => wrap(cache, { key: '' }, load)).toThrow(CacheKeyError);
    for (const write of [cacheEvict, cachePut] as unknown as (typeof wrap)[])
      expect(() => write(cache, undefined as never)).toThrow(/expected an object of options, got undefined/);
  });

  test('a writer with both ways to say which call it is about, or another choice for a failed refresh', () => {
    const reader = cached(cache, { key: 'a' }, load);
    const both = { args: () => [1], argsFromResult: () => [1] } as never;
    expect(() => invalidateAfter(reader, both)).toThrow(/expected `args` or `argsFromResult`, got both/);
    expect(() => refreshAfter(reader, { onRefreshError: 'log' } as never)).toThrow(
      /expected onRefreshError 'throw' or 'warn'/,
    );
  });

  test('an entity without a key function, or without a name', () => {
    expect(() => entityCache({ name: 'a', key: 'id' as never, cache })).toThrow(
      /expected `key` to be a function, got string/,
    );
    expect(() => entityCache({ name: '', key: () => 1, cache })).toThrow(CacheKeyError);
  });
});

test('a backend that answers what it must not is a mistake of the program: it is not passed over', async () => {
  const backend = Object.assign(memoryBackend<unknown>(), { get: () => undefined as never });
  const options = { key: 'k', onError: 'bypass' } as const;
  await expect(cached(new Cache<unknown>({ backend }), options, load)(1)).rejects.toMatchObject({
    code: 'INVALID_ANSWER',
    message: expect.stringContaining('backend memory: expected get to answer'),
  });
});

test('a sync function whose result cannot be stored answers by it when told to, and runs once', () => {
  // JSON cannot carry a bigint: the write fails, after the body has run.
  const serializer = {
    name: 'json',
    serialize: (value: unknown) => JSON.stringify(value),
    deserialize: (wire: string | Uint8Array) => JSON.parse(String(wire)),
  };
  const now = new SyncCache<unknown>({ backend: memoryBackend(), serializer });
  let runs = 0;
  const big = (n: number): bigint => {
    runs++;
    return BigInt(n);
  };
  const told: unknown[] = [];
  const soft = cached(now, { key: (n) => `soft:${n}`, onError: (error) => told.push(error.code) }, big);
  expect([soft(2), runs, told]).toEqual([2n, 1, ['SERIALIZATION']]);
  const loud = cached(now, { key: (n) => `loud:${n}` }, big);
  expect(() => loud(2)).toThrow(/key "loud:2"/);
});
