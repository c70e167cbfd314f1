import { setTimeout as sleep } from 'node:timers/promises';
import {
  Cache,
  type CapableBackend,
  failover,
  type Observing,
  type TieredBackend,
  tiered,
  type Wire,
} from '@cache/core';
import { memoryBackend } from '@cache/memory';
import {
  freePort,
  judge,
  type RedisServer,
  runWorkload,
  startRedis,
  startRedisCluster,
  startRedisSentinels,
  type Versioned,
  wallClock,
} from '@cache-internal/lab';
import { Cluster, Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { type RedisBackend, redisBackend } from '../../src/index.ts';

const long = process.env.CACHE_TEST_LONG === '1';
const why = long ? '' : ' (skipped: an election takes seconds; CACHE_TEST_LONG=1)';
const WITHIN_MS = 15_000;
const MAX_STALENESS = 2_000;
const CACHES = 4;
const KEYS = 50;
const quiet = { warn() {} };

const redis = (url: string) => redisBackend({ url, observe: ['t:'], timeout: 250, connectTimeout: 500, logger: quiet });

describe('tiers and failover, around one Redis that dies and comes back empty', () => {
  const orders: Readonly<Record<string, (url: string) => { pair: CapableBackend<Wire>; tiers: TieredBackend<Wire> }>> =
    {
      'tiered(near, failover(redis, memory))'(url) {
        const tiers = tiered<Wire>(
          memoryBackend<Wire>(),
          failover<Wire>(redis(url), memoryBackend<Wire>(), { logger: quiet }),
        );
        return { pair: tiers, tiers };
      },
      'failover(tiered(near, redis), memory)'(url) {
        const tiers = tiered<Wire>(memoryBackend<Wire>(), redis(url));
        return { pair: failover<Wire>(tiers, memoryBackend<Wire>(), { logger: quiet }), tiers };
      },
    };

  it.each(Object.keys(orders))('%s: no caller sees an error, and nothing of before comes back', async (order) => {
    const port = await freePort();
    let server: RedisServer = await startRedis({ listen: 'tcp', port });
    const { pair, tiers } = (orders[order] as (typeof orders)[string])(server.url);
    const cache = new Cache<number>({ backend: pair, prefix: 't:', ttl: '1h', logger: quiet });
    try {
      await cache.start();
      await expect.poll(() => tiers.describe().signal).toBe('restored');
      const keys = ['kept', 'written', 'deleted'];
      for (const key of keys) await cache.set(key, 1);
      for (const key of keys) await expect.poll(() => cache.get(key)).toBe(1);
      await expect.poll(() => tiers.describe().fills).toBeGreaterThanOrEqual(3);

      await server.stop();
      await expect.poll(() => tiers.describe().signal, { timeout: WITHIN_MS }).toBe('lost');
      expect(await cache.get('kept')).toBe(1); // the fallback has it, since writes go to both
      await cache.set('written', 2);
      await cache.delete('deleted');
      expect(await cache.get('written')).toBe(2);
      expect(await cache.get('deleted')).toBeUndefined();
      expect(pair.isDegraded).toBe(true);

      server = await startRedis({ listen: 'tcp', port });
      await expect.poll(() => pair.isDegraded, { timeout: WITHIN_MS }).toBe(false);
      await expect.poll(() => tiers.describe().signal, { timeout: WITHIN_MS }).toBe('restored');
      const { fills } = tiers.describe();
      for (const key of keys) expect(await cache.get(key)).toBeUndefined(); // the server is the truth, and it is empty
      const admin = new Redis({ ...server.address });
      await admin.set('t:kept', '3', 'PX', 60_000); // somebody who knows nothing of caches
      await expect.poll(() => cache.get('kept')).toBe(3);
      await expect.poll(async () => (await cache.get('kept')) === 3 && tiers.describe().fills).toBeGreaterThan(fills);
      await admin.set('t:kept', '4', 'PX', 60_000);
      await expect.poll(() => cache.get('kept')).toBe(4);
      admin.disconnect();
    } finally {
      await cache.close();
      await server.stop();
    }
  });
});

/** Several caches with tiers read and write fifty keys while `befalls` happens; then what each saw is judged. */
async function outlives(far: () => RedisBackend & Observing, befalls: () => Promise<void>): Promise<void> {
  const all = Array.from({ length: CACHES }, () => {
    const tiers = tiered(memoryBackend({ max: 1_000 }), far(), { maxStaleness: MAX_STALENESS });
    return { tiers, cache: new Cache<Versioned>({ backend: tiers, prefix: 't:', ttl: '5m' }) };
  });
  try {
    await Promise.all(all.map(({ cache }) => cache.start()));
    const running = Promise.all(
      all.map(({ cache }, writer) =>
        runWorkload(
          {
            get: (key) => cache.get(key),
            getMany: (keys) => cache.getMany(keys),
            set: (key, value) => cache.set(key, value),
            delete: (key) => cache.delete(key),
          },
          { writer, writers: CACHES, keys: KEYS, durationMs: 15_000 },
        ),
      ),
    );
    await sleep(2_000);
    const from = wallClock();
    await befalls();
    const losses = [{ from, to: wallClock() + 100 }];
    const histories = await running;
    const { backwards, forgotten, stale, reads, writes } = judge(histories, { maxStaleness: MAX_STALENESS, losses });
    const late = histories
      .flat()
      .filter(({ returned }) => returned !== Infinity && returned > (losses[0]?.to ?? 0) + 3_000);
    console.log(
      `${expect.getState().currentTestName}: ${reads} reads, ${writes} writes, ${late.length} calls well after`,
    );
    expect({ backwards, forgotten, stale }).toEqual({ backwards: [], forgotten: [], stale: [] });
    expect(late.length).toBeGreaterThan(CACHES * 100);
    await expect
      .poll(() => all.map(({ tiers }) => tiers.describe().signal), { timeout: WITHIN_MS })
      .toEqual(all.map(() => 'restored'));
    const found = await Promise.all(
      all.map(async ({ cache }) =>
        Object.fromEntries(await cache.getMany(Array.from({ length: KEYS }, (_, n) => `k${n}`))),
      ),
    );
    for (const one of found) expect(one).toEqual(found[0]);
    expect(Object.keys(found[0] ?? {}).length).toBeGreaterThan(0);
    for (const { tiers } of all) expect(tiers.describe().emptied).toBeGreaterThan(0);
  } finally {
    await Promise.all(all.map(({ cache }) => cache.close()));
  }
}

it.runIf(long)(
  `sentinels name another primary: no cache goes back, forgets or stays behind${why}`,
  { timeout: 90_000 },
  async () => {
    await using servers = await startRedisSentinels();
    const [primary, replica] = servers.servers;
    const successor = new Redis({ ...replica.address });
    await outlives(
      () => redis(servers.url),
      async () => {
        primary.process.signal('SIGKILL');
        await expect.poll(() => successor.info('replication'), { timeout: WITHIN_MS }).toMatch(/role:master/);
      },
    );
    successor.disconnect();
  },
);

describe.runIf(long)(`a cluster whose primary dies: no cache goes back, forgets or stays behind${why}`, () => {
  it.each(['of its own', 'of ours'])('with a client %s', { timeout: 90_000 }, async (client) => {
    await using servers = await startRedisCluster({ replicas: 1 });
    const given: Cluster[] = [];
    const far = () => {
      if (client === 'of its own') return redis(servers.url);
      const cluster = new Cluster([...servers.addresses], { redisOptions: { maxRetriesPerRequest: 0 } });
      cluster.on('error', () => {});
      given.push(cluster);
      return redisBackend({ client: cluster, observe: ['t:'], timeout: 250, logger: quiet });
    };
    await outlives(far, async () => {
      servers.servers[0]?.process.signal('SIGKILL');
      const successor = new Redis({ ...(servers.servers[3] as RedisServer).address }); // the replica of the first of three
      await expect.poll(() => successor.info('replication'), { timeout: WITHIN_MS }).toMatch(/role:master/);
      successor.disconnect();
    });
    for (const cluster of given) cluster.disconnect();
  });
});
