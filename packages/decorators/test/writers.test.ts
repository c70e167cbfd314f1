import {
  Cache,
  CacheBackendError,
  CacheCapabilityError,
  CacheConfigError,
  CacheKeyError,
  SyncCache,
} from '@cache/core';
import { faultyBackend } from '@cache/core/testing';
import { memoryBackend } from '@cache/memory';
import { describe, expect, test } from 'vitest';
import { cached, cacheEvict, cachePut } from '../src/index.ts';
import type { Body } from './faces/face.ts';
import { faces } from './faces/writer.ts';
import { untagged } from './untagged.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });
const freshSync = (): SyncCache<unknown> => new SyncCache<unknown>({ backend: memoryBackend() });

const fail = async (): Promise<never> => {
  throw new Error('no');
};

describe.each(Object.entries(faces))('%s', (_, face) => {
  const put = (cache: unknown, options: object, body: Body) => face(cachePut(cache as never, options as never), body);
  const evict = (cache: unknown, options: object, body: Body) =>
    face(cacheEvict(cache as never, options as never), body);

  test('put runs the body always and stores what it returns (P11)', async () => {
    const cache = fresh();
    let run = 0;
    const write = put(cache, { key: 'k:{0}' }, async () => ++run);
    expect([await write(1), await write(1)]).toEqual([1, 2]);
    expect(await cache.get('k:1')).toBe(2);
    const now = freshSync();
    expect(put(now, { key: (id: number) => `k:${id}` }, (id: number) => id * 2)(4)).toBe(8);
    expect(now.get('k:4')).toBe(8);
  });

  test('put stores by a key that only the result knows', async () => {
    const cache = fresh();
    const write = put(cache, { keyFromResult: (user: { id: number }) => `user:${user.id}` }, async () => ({ id: 9 }));
    await write();
    expect(await cache.get('user:9')).toEqual({ id: 9 });
  });

  test('put takes ttl, tags, when, unless and ifNotExists', async () => {
    const cache = fresh();
    const options = {
      key: 'k:{0}',
      ttl: (result: number) => result * 1_000,
      tags: (_result: number, { args }: { args: readonly unknown[] }) => [`t:${args[0]}`],
      when: ({ args }: { args: readonly unknown[] }) => args[0] !== 'never',
      unless: (result: number) => result > 5,
    };
    let result = 3;
    const write = put(cache, options, async () => result);
    await write('a');
    await write('never');
    expect([await cache.get('k:a'), await cache.has('k:never')]).toEqual([3, false]);
    expect(await cache.ttl('k:a')).toBeGreaterThan(2_000);
    await cache.invalidateTags(['t:a']);
    expect(await cache.has('k:a')).toBe(false);
    result = 6;
    expect(await write('b')).toBe(6);
    expect(await cache.has('k:b')).toBe(false);
    const first = put(cache, { key: 'x', ifNotExists: true }, async (value: number) => value);
    await first(1);
    await first(2);
    expect(await cache.get('x')).toBe(1);
  });

  test('a body that fails puts and evicts nothing (S12)', async () => {
    const cache = fresh();
    await cache.set('k:1', 'old');
    await expect(put(cache, { key: 'k:{0}' }, fail)(1)).rejects.toThrow('no');
    for (const options of [{ key: 'k:{0}' }, { all: true }, { prefix: 'k' }, { tags: ['t'] }])
      await expect(evict(cache, options, fail)(1)).rejects.toThrow('no');
    expect(await cache.get('k:1')).toBe('old');
  });

  test('evict removes the entry of a key, and hands the result on (S12, P12)', async () => {
    const cache = fresh();
    await cache.set('k:1', 'old');
    await cache.set('k:2', 'old');
    expect(await evict(cache, { key: 'k:{0}' }, async () => 'result')(1)).toBe('result');
    expect([await cache.has('k:1'), await cache.has('k:2')]).toEqual([false, true]);
    await evict(cache, { keyFromResult: (id: number) => `k:${id}` }, async () => 2)();
    expect(await cache.has('k:2')).toBe(false);
    const now = freshSync();
    now.set('k:1', 'old');
    expect(evict(now, { key: 'k:{0}' }, () => 'result')(1)).toBe('result');
    expect(now.has('k:1')).toBe(false);
  });

  test('evict by tags, by prefix, all, and several at once (S24, P12)', async () => {
    const cache = fresh();
    const fill = async () => {
      await cache.set('a:1', 1, { tags: ['t:1'] });
      await cache.set('a:2', 1);
      await cache.set('b:1', 1);
      await cache.set('c:1', 1);
    };
    const left = async () => [...(await cache.getMany(['a:1', 'a:2', 'b:1', 'c:1'])).keys()];
    await fill();
    await evict(cache, { tags: ['t:1'] }, async () => 1)();
    expect(await left()).toEqual(['a:2', 'b:1', 'c:1']);
    await fill();
    await evict(cache, { tags: (id: number) => [`t:${id}`] }, async () => 1)();
    expect(await left()).toEqual(['a:2', 'b:1', 'c:1']);
    await fill();
    await evict(cache, { prefix: 'a:' }, async () => 1)();
    expect(await left()).toEqual(['b:1', 'c:1']);
    await fill();
    await evict(cache, { key: 'b:{0}', tags: ['t:1'], prefix: 'c' }, async () => 1)(1);
    expect(await left()).toEqual(['a:2']);
    await fill();
    await evict(cache, { all: true }, async () => 1)();
    expect(await left()).toEqual([]);
  });

  test('an eviction by tag, prefix or all while a load runs is not undone by the load (D8)', async () => {
    for (const options of [{ tags: ['t'] }, { prefix: 'k' }, { all: true }, { key: 'k:{0}' }]) {
      const cache = fresh();
      let open = (_value: string): void => {};
      const load = cached(
        cache,
        { key: 'k:{0}', tags: ['t'] },
        (_id: number) =>
          new Promise<string>((resolve) => {
            open = resolve;
          }),
      );
      const running = load(1);
      await new Promise(setImmediate);
      await evict(cache, options, async () => 1)(1);
      open('old');
      expect(await running).toBe('old');
      expect(await cache.has('k:1')).toBe(false);
    }
  });

  test('when false removes nothing', async () => {
    const cache = fresh();
    await cache.set('k', 1);
    await evict(cache, { all: true, when: () => false }, async () => 1)();
    expect(await cache.has('k')).toBe(true);
  });

  test('an evict that removes nothing, and options that contradict or do not exist, are refused at decoration (R30, P12, D33)', () => {
    for (const options of [
      {},
      { when: () => true },
      { all: false },
      { prefix: '' },
      { keys: 'a' },
      { all: true, ttl: 5 },
    ])
      expect(() => evict(fresh(), options, fail)).toThrow(CacheConfigError);
    expect(() => evict(fresh(), { key: '{' }, fail)).toThrow(CacheKeyError);
    for (const options of [{ key: 'a', keyFromResult: () => 'b' }, { prefix: 'x' }, { hashed: true, key: 'a' }])
      expect(() => put(fresh(), options, fail)).toThrow(CacheConfigError);
  });

  test('a key that cannot be built, and tags the backend does not keep, are found before the body runs (R14, S15, D33, D36)', async () => {
    let runs = 0;
    const body = async () => ++runs;
    const cache = fresh();
    for (const key of ['{0.id}', '{nobody}', () => '', () => 5] as const) {
      await expect(put(cache, { key }, body)(() => 1)).rejects.toThrow(CacheKeyError);
      await expect(evict(cache, { key }, body)(() => 1)).rejects.toThrow(CacheKeyError);
    }
    const without = new Cache({ backend: untagged() });
    await expect(evict(without, { tags: ['a'] }, body)()).rejects.toThrow(CacheCapabilityError);
    await expect(evict(without, { tags: () => ['a'] }, body)()).rejects.toThrow(CacheCapabilityError);
    await expect(put(without, { key: 'k', tags: ['a'] }, body)()).rejects.toThrow(CacheCapabilityError);
    expect(runs).toBe(0);
  });

  test('a cache that fails is told to the caller although the body has succeeded; onError may pass it over', async () => {
    const faulty = faultyBackend(memoryBackend());
    faulty.faults.always = 'error';
    const cache = new Cache<unknown>({ backend: faulty });
    const told: unknown[] = [];
    const soft = { key: 'k', onError: (error: unknown) => told.push(error) };
    await expect(put(cache, { key: 'k' }, async () => 1)()).rejects.toThrow(CacheBackendError);
    await expect(evict(cache, { key: 'k' }, async () => 1)()).rejects.toThrow(CacheBackendError);
    expect([await put(cache, soft, async () => 1)(), await evict(cache, soft, async () => 2)()]).toEqual([1, 2]);
    expect(told).toHaveLength(2);
  });

  test('the cache is found for each call; none means that the body runs alone', async () => {
    const cache = fresh();
    const find = async ({ args }: { args: readonly unknown[] }) => (args[0] === 'none' ? undefined : cache);
    const write = put(find, { key: 'k:{0}' }, async (value: string) => value);
    expect([await write('none'), await write('a'), await cache.has('k:none'), await cache.has('k:a')]).toEqual([
      'none',
      'a',
      false,
      true,
    ]);
  });
});
