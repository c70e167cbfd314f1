import { randomUUID } from 'node:crypto';
import { type Cache, createCache, createCaches } from '@cache/core';
import { cacheConfigFromEnv, cachesConfigFromEnv } from '@cache/core/config';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from './program.ts';

let server: RedisServer;
beforeAll(async () => {
  build(); // core imports the packages of the schemes as an application has them
  server = await startRedis({ listen: 'tcp' });
}, 60_000);
afterAll(() => server.stop());

const logger = { warn: () => {} };

test.each([['json'], ['msgpack']])(
  'a near tier is told by the server of what others change under its prefix, with %s',
  async (serializer) => {
    const prefix = `${randomUUID()}:`;
    const env = { CACHE_URL: server.url, CACHE_PREFIX: prefix, CACHE_SERIALIZER: serializer };
    await using others = await createCache<string>(cacheConfigFromEnv(env));
    await using cache = await createCache<string>(cacheConfigFromEnv({ ...env, CACHE_NEAR: 'memory://?max=10' }));
    await others.set('a', 'old');
    expect(await cache.get('a')).toBe('old');
    const reads = async (): Promise<unknown> => {
      await cache.get('a');
      return cache.stats().size; // of the near tier
    };
    await expect.poll(reads).toBe(1);
    await others.set('a', 'new');
    await expect.poll(() => cache.get('a')).toBe('new');
  },
);

test('caches that share a server have near tiers of their own, each told of its own keys', async () => {
  const base = randomUUID();
  const env = {
    CACHE_URL: server.url,
    CACHE_PREFIX: `${base}:`,
    CACHE_NEAR: 'memory://',
    CACHE_CACHES__USERS__TTL: '1m',
    CACHE_CACHES__ORDERS__PREFIX: `${base}-orders:`,
  };
  await using caches = await createCaches(cachesConfigFromEnv(env));
  for (const [name, prefix] of [
    ['users', `${base}:users:`],
    ['orders', `${base}-orders:`],
  ] as const) {
    const cache = caches[name] as Cache;
    expect(cache.prefix).toBe(prefix);
    await using others = await createCache({ url: server.url, prefix: cache.prefix });
    await others.set('a', 1);
    expect(await cache.get('a')).toBe(1);
    await others.set('a', 2);
    await expect.poll(() => cache.get('a')).toBe(2);
  }
});

test('while the server is away the fallback serves, and afterwards nothing old comes back', async () => {
  await using own = await startRedis({ listen: 'tcp' });
  const env = {
    CACHE_URL: `${own.url}?timeout=200ms`,
    CACHE_NEAR: 'memory://',
    CACHE_FALLBACK: 'memory://?probeEvery=50ms',
    CACHE_PREFIX: 'app:',
  };
  await using cache = await createCache<number>({ ...cacheConfigFromEnv(env), logger });
  await cache.set('a', 1);
  own.process.signal('SIGSTOP');
  expect(await cache.get('a')).toBe(1);
  await cache.set('a', 2);
  expect(await cache.get('a')).toBe(2);
  expect(await cache.health()).toMatchObject({ status: 'degraded' });
  own.process.signal('SIGCONT');
  await expect.poll(async () => (await cache.health()).status, { timeout: 10_000 }).toBe('up');
  await using others = await createCache<number>({ url: own.url, prefix: 'app:' });
  expect(await others.get('a')).not.toBe(1);
});

test('the values of the fallback are copies, as the server gives them', async () => {
  const config = cacheConfigFromEnv({ CACHE_URL: server.url, CACHE_FALLBACK: 'memory://', CACHE_PREFIX: randomUUID() });
  await using cache = await createCache<{ name: string }>(config);
  const ada = { name: 'Ada' };
  await cache.set('a', ada);
  ada.name = 'changed';
  expect(await cache.get('a')).toEqual({ name: 'Ada' });
});

test.each([
  [{ CACHE_NEAR: 'redis://127.0.0.1:1' }, /^near: expected a backend of this process, such as memory:\/\/, got redis:/],
  [{ CACHE_URL: 'memory://', CACHE_NEAR: 'memory://' }, /^near: expected nearTtl, since memory:\/\/ does not tell/],
  [{ CACHE_NEAR: 'memory://?maxStaleness=1ms' }, /^near: maxStaleness: expected at least 100 milliseconds/],
  [
    { CACHE_NEAR: 'memory://?ttl=1s' },
    /^CACHE_NEAR parameter "ttl": expected a parameter of memory:\/\/ \(.*\) or of a near tier \(nearTtl, /,
  ],
  [
    { CACHE_FALLBACK: 'memory://?reconcile=merge' },
    /^CACHE_FALLBACK parameter "reconcile": expected one of delete, restore, got "merge"/,
  ],
  [{ CACHE_FALLBACK__ERRORS: '0' }, /^CACHE_FALLBACK__ERRORS: expected an integer of at least 1, got "0"/],
  [{ CACHE_FALBACK__ERRORS: '1' }, /^CACHE_FALBACK__ERRORS: .*did you mean CACHE_FALLBACK__ERRORS\?/],
  [{ CACHE_FALLBACK__EROR: '1' }, /^CACHE_FALLBACK__EROR: .*did you mean CACHE_FALLBACK__ERRORS\?/],
])('what cannot be put together is refused before anything is connected: %j', async (env, message) => {
  const creating = async () => createCache(cacheConfigFromEnv({ CACHE_URL: 'redis://127.0.0.1:1', ...env } as never));
  await expect(creating()).rejects.toMatchObject({ name: 'CacheConfigError', message: expect.stringMatching(message) });
});
