import { setTimeout as sleep } from 'node:timers/promises';
import { Cache, type TieredBackend, tiered, type Wire } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { freePort, type RedisServer, startFaultyProxy, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function server(options: Parameters<typeof startRedis>[0] = {}): Promise<{ redis: RedisServer; admin: Redis }> {
  const redis = await startRedis({ listen: 'tcp', ...options });
  const admin = new Redis({ ...redis.address, retryStrategy: () => null });
  admin.on('error', () => {});
  ends.push(
    () => redis.stop(),
    () => admin.disconnect(),
  );
  return { redis, admin };
}

interface World {
  readonly cache: Cache<string>;
  readonly tiers: TieredBackend<Wire>;
  /** Whether near itself has an entry of the key `k`. */
  holds(): boolean;
}

/** Two tiers above what answers at `url`, of which near holds `k`. */
async function holding(
  url: string,
  options: Partial<ConstructorParameters<typeof Cache<string>>[0]> = {},
): Promise<World> {
  const near = memoryBackend();
  const far = redisBackend({ url, observe: ['t:'], timeout: 250, logger: { warn() {} } });
  const tiers = tiered(near, far, { maxStaleness: 600 });
  const cache = new Cache<string>({ backend: tiers, prefix: 't:', ttl: '1h', logger: { warn() {} }, ...options });
  ends.push(() => cache.close());
  await cache.start();
  await expect.poll(() => tiers.describe().signal).toBe('restored');
  await cache.set('k', 'held');
  await expect
    .poll(async () => {
      await cache.get('k');
      return near.has('t:k');
    })
    .toBe(true);
  return { cache, tiers, holds: () => near.has('t:k') };
}

it('a server that writes another history, on the connections there were: what near held is given up', async () => {
  const { redis, admin } = await server({ args: ['--enable-debug-command', 'yes'] });
  const { tiers, holds } = await holding(redis.url);
  await admin.call('DEBUG', 'CHANGE-REPL-ID');
  await expect.poll(() => tiers.describe(), { timeout: 5_000 }).toMatchObject({ emptied: 1, signal: 'restored' });
  expect(holds()).toBe(false);
});

it('a primary that became a replica, on the connections there were: reads go far until it is one again', async () => {
  const { redis, admin } = await server();
  const { cache, tiers, holds } = await holding(redis.url);
  await admin.call('REPLICAOF', '127.0.0.1', String(await freePort())); // where nobody is: it keeps what it has
  await expect.poll(() => tiers.describe(), { timeout: 5_000 }).toMatchObject({ emptied: 1, signal: 'lost' });
  const { fills } = tiers.describe();
  expect(await cache.get('k')).toBe('held');
  expect(holds()).toBe(false);
  expect(tiers.describe().fills).toBe(fills);
  await admin.call('REPLICAOF', 'NO', 'ONE');
  await expect.poll(() => tiers.describe().signal, { timeout: 5_000 }).toBe('restored');
  expect(await cache.get('k')).toBe('held');
  expect(holds()).toBe(true);
});

it('a server that was restarted empty: nothing of before is served, but to callers with staleIfError while it is away', async () => {
  const port = await freePort();
  const { redis } = await server({ port });
  const { cache, tiers, holds } = await holding(redis.url, { staleIfError: '1m' });
  await redis.stop();
  await expect.poll(() => tiers.describe().signal, { timeout: 5_000 }).toBe('lost');
  await expect(cache.get('k')).rejects.toMatchObject({ code: expect.stringMatching(/^(CONNECTION|TIMEOUT)$/) });
  expect(await cache.getOrSet('k', () => 'loaded')).toBe('held');
  await server({ port });
  await expect.poll(() => tiers.describe().signal, { timeout: 5_000 }).toBe('restored');
  expect(holds()).toBe(false);
  expect(await cache.get('k')).toBeUndefined();
  expect(await cache.getOrSet('k', () => 'loaded')).toBe('loaded');
});

it('a replica in its place that had not got the last writes: they are gone from near too', async () => {
  const { redis: first, admin } = await server();
  const { redis: second, admin: successor } = await server();
  const { port } = first.address as { readonly port: number };
  const proxy = await startFaultyProxy(first.address as { host: string; port: number });
  ends.push(() => proxy.stop());
  const { cache, tiers, holds } = await holding(proxy.url);
  await admin.config('SET', 'repl-diskless-sync-delay', '0'); // else it waits five seconds for more replicas
  await successor.call('REPLICAOF', '127.0.0.1', String(port));
  await expect.poll(() => successor.get('t:k'), { timeout: 10_000 }).toBe('"held"');
  // The replica stands still and has lost its link: what is acknowledged from here on is nowhere else.
  second.process.signal('SIGSTOP');
  await admin.call('CLIENT', 'KILL', 'TYPE', 'replica');
  await cache.set('k', 'lost');
  await expect.poll(() => cache.get('k')).toBe('lost');
  await sleep(50);
  await cache.get('k');
  expect(holds()).toBe(true);
  await first.stop();
  await expect.poll(() => tiers.describe().signal, { timeout: 5_000 }).toBe('lost');
  second.process.signal('SIGCONT');
  await successor.call('REPLICAOF', 'NO', 'ONE');
  proxy.target = second.address as { host: string; port: number };
  proxy.cut();
  await expect.poll(() => tiers.describe().signal, { timeout: 5_000 }).toBe('restored');
  expect(tiers.describe().emptied).toBeGreaterThan(0);
  expect(await cache.get('k')).toBe('held');
  await successor.set('t:k', '"new"', 'PX', 60_000);
  await expect.poll(() => cache.get('k')).toBe('new');
});
