import { randomUUID } from 'node:crypto';
import { ioredisAddress } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { expect, inject, it } from 'vitest';
import { redisBackend } from '../src/index.ts';

const { url, prefix: run } = inject('redis');

it('a client that was given is used and never closed (R21)', async () => {
  const client = new Redis(ioredisAddress(url));
  const listeners = client.listenerCount('ready');
  const backend = redisBackend({ client });
  const key = `${run}${randomUUID()}`;
  await backend.start();
  await backend.set(key, 'x', { ttl: 60_000 });
  await backend.close();
  expect(client.listenerCount('ready')).toBe(listeners);
  expect(await client.get(key)).toBe('x');
  await expect(backend.get(key)).rejects.toMatchObject({ code: 'CONNECTION' });
  client.disconnect();
});

it('a client with a keyPrefix is refused: ioredis leaves it out of scans and replies', () => {
  const client = new Redis({ lazyConnect: true, keyPrefix: 'app:' });
  expect(() => redisBackend({ client })).toThrowErrorMatchingInlineSnapshot(
    `[CacheConfigError: client: expected one without keyPrefix, which ioredis leaves out of scans and replies; give the prefix to the cache instead]`,
  );
  client.disconnect();
});

it('a given client that hangs is given up after the timeout, operation by operation', async () => {
  const client = new Redis({ host: '127.0.0.1', port: 1, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => {});
  const backend = redisBackend({ client, timeout: 100 });
  await expect(backend.get('k')).rejects.toMatchObject({ name: 'CacheTimeoutError', key: 'k' });
  client.disconnect();
});
