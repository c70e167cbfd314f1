import { Cache, failover, type Wire } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { startFaultyProxy, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';

it("what was written during an outage is given to Redis, with what memory's finer clock leaves of its time", async () => {
  await using server = await startRedis({ listen: 'tcp' });
  const proxy = await startFaultyProxy(server.address as { host: string; port: number });
  const admin = new Redis({ ...server.address });
  const quiet = { warn() {} };
  const backend = failover<Wire>(redisBackend({ url: proxy.url, timeout: 200, logger: quiet }), memoryBackend<Wire>(), {
    reconcile: 'restore',
    errors: 1,
    probeEvery: 50,
    logger: quiet,
  });
  const cache = new Cache<string>({ backend, prefix: 'restored:', ttl: '1m' });
  await cache.start();
  proxy.fault = 'refused';
  await cache.get('any');
  expect(backend.isDegraded).toBe(true);
  await cache.set('plain', 'a');
  await cache.set('tagged', 'b', { tags: ['t'] });
  expect(await cache.getOrSet('window', () => 'c', { staleIfError: '1h' })).toBe('c');
  proxy.fault = 'none';
  await expect.poll(() => backend.isDegraded).toBe(false);
  for (const key of ['plain', 'tagged', 'window']) {
    expect(await admin.exists(`restored:${key}`)).toBe(1);
    expect(await cache.ttl(key)).toBeGreaterThan(0);
  }
  expect(await cache.getMany(['plain', 'tagged', 'window'])).toEqual(
    new Map([
      ['plain', 'a'],
      ['tagged', 'b'],
      ['window', 'c'],
    ]),
  );
  await cache.close();
  await proxy.stop();
  admin.disconnect();
});
