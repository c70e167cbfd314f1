import { Cache, CacheConfigError, CacheKeyError, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { describe, expect, test } from 'vitest';
import { cached, cacheEvict, cachePut, entityCache, invalidateAfter, refreshAfter } from '../src/index.ts';

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
