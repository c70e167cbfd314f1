import { backendFromUrl, createCache } from '@cache/core';
import { expect, test } from 'vitest';
import { backends } from '../src/index.ts';

const options = { backends: [backends] };

test('memory:// is this backend, with its default bound and the given one', async () => {
  const unsaid = await backendFromUrl('memory://', options);
  expect(unsaid).toMatchObject({ name: 'memory', stores: 'values' });
  const two = await backendFromUrl('memory://?max=2&eviction=lru', options);
  for (const key of ['a', 'b', 'c']) await two.set(key, key);
  expect([...(await two.getMany(['a', 'b', 'c'])).keys()]).toEqual(['b', 'c']);
});

test.each(['max=0', 'max=33000001', 'max=many', 'maxWeight=0', 'eviction=fifo', 'size=3', 'maxx=3'])(
  'memory://?%s is refused',
  async (query) => {
    const error = await backendFromUrl(`memory://?${query}`, options).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'CacheConfigError' });
    expect(error.message.replace(/ or of every cache \(.*?\)/, '')).toMatchSnapshot();
  },
);

test('memory://?maxWeight=… weighs about the bytes of keys and values', async () => {
  const cache = await createCache<string>({ url: 'memory://?maxWeight=1000', ...options });
  await cache.set('small', 'x');
  await cache.set('large', 'x'.repeat(1000));
  expect([await cache.has('small'), await cache.has('large')]).toEqual([true, false]);
});

test('memory://?serializer=json copies and refuses as a shared backend does', async () => {
  const cache = await createCache<unknown>({ url: 'memory://?serializer=json&maxWeight=20', ...options });
  const value = { a: [1] };
  await cache.set('k', value);
  value.a.push(2);
  expect(await cache.get('k')).toEqual({ a: [1] });
  await expect(cache.set('k', { a: 1n })).rejects.toThrow();
  await cache.setMany([
    ['a', 'x'.repeat(15)],
    ['b', 'x'.repeat(15)],
  ]);
  expect([await cache.has('a'), await cache.has('b')]).toEqual([false, true]);
});
