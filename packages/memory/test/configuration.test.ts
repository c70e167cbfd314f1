import { createCache, defineBackend, defineScheme } from '@cache/core';
import { cacheConfigFromEnv, describe as effective } from '@cache/core/config';
import { describe, expect, test } from 'vitest';
import { backends } from '../src/index.ts';

const fromEnv = (env: Readonly<Record<string, string>>) => ({ ...cacheConfigFromEnv(env), backends: [backends] });

describe('what the environment says of a cache is what its entries live by (P14)', () => {
  test('its ttl is that of every entry written without one', async () => {
    await using cache = await createCache(fromEnv({ CACHE_URL: 'memory://', CACHE_TTL: '300s' }));
    await cache.set('a', 1);
    await cache.set('b', 1, { ttl: '1s' });
    expect(await cache.ttl('a')).toBeGreaterThan(290_000);
    expect(await cache.ttl('a')).toBeLessThanOrEqual(300_000);
    expect(await cache.ttl('b')).toBeLessThanOrEqual(1_000);
    await using without = await createCache(fromEnv({ CACHE_URL: 'memory://' }));
    await without.set('a', 1);
    expect(await without.ttl('a')).toBeNull();
  });

  test('its bound is how many entries are held', async () => {
    await using cache = await createCache(fromEnv({ CACHE_MEMORY__MAX: '2' }));
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    expect(cache.stats().size).toBe(2);
  });

  test('it is on unless it is switched off', async () => {
    await using on = await createCache(fromEnv({ CACHE_URL: 'memory://' }));
    await on.set('a', 1);
    expect(await on.get('a')).toBe(1);
    await using off = await createCache(fromEnv({ CACHE_URL: 'memory://', CACHE_ENABLED: 'no' }));
    await off.set('a', 1);
    expect(await off.get('a')).toBeUndefined();
  });

  test('no backend is chosen because its package happens to be there', async () => {
    await expect(createCache(fromEnv({}))).rejects.toThrow(/^CACHE_URL: expected a URL .*, got none$/);
  });
});

test('a near tier without options of its own is told by its section, and both bounds hold', async () => {
  const config = fromEnv({ CACHE_URL: 'memory://?max=5', CACHE_NEAR__MEMORY__MAX: '2', CACHE_NEAR__NEAR_TTL: '1m' });
  expect(String(await effective(config))).toBe(
    `memory://
  max            5          CACHE_URL parameter "max"
  eviction       adaptive   default
  near           memory://  environment
  near.max       2          CACHE_NEAR__MEMORY__MAX
  near.eviction  adaptive   default
  near.nearTtl   1m         CACHE_NEAR__NEAR_TTL`,
  );
  await using cache = await createCache<number>(config);
  for (let i = 0; i < 9; i++) await cache.set(`k${i}`, i);
  const found = await cache.getMany(Array.from({ length: 9 }, (_, i) => `k${i}`));
  expect(found.size).toBe(5);
});

describe('tags are as the backend can, unless the configuration says', () => {
  test('that they are off: then they are refused before anything is written', async () => {
    await using cache = await createCache(fromEnv({ CACHE_URL: 'memory://?tags=false' }));
    await expect(cache.set('a', 1, { tags: ['t'] })).rejects.toMatchObject({ name: 'CacheCapabilityError' });
    await expect(cache.invalidateTags(['t'])).rejects.toMatchObject({ name: 'CacheCapabilityError' });
    await cache.set('a', 1);
    expect(await cache.get('a')).toBe(1);
    expect(cache.stats().size).toBe(1);
  });

  test('that they are on: then the backend has to keep them', async () => {
    await using cache = await createCache(fromEnv({ CACHE_URL: 'memory://', CACHE_TAGS: 'on' }));
    await cache.set('a', 1, { tags: ['t'] });
    await cache.invalidateTags(['t']);
    expect(await cache.get('a')).toBeUndefined();
    const plain = defineScheme({
      scheme: 'plain',
      description: 'keeps no tags',
      parameters: {},
      create: () =>
        defineBackend({
          name: 'plain',
          getEntry: () => undefined,
          set: () => {},
          delete: () => false,
          keys: () => [],
        }),
    });
    const creating = createCache({ url: 'plain://', tags: true, backends: [{ plain }] });
    await expect(creating).rejects.toThrow('tags: expected a backend that keeps tags, got plain');
  });
});
