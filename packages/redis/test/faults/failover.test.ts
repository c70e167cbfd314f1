import { startRedisCluster, startRedisSentinels } from '@cache-internal/lab';
import { Cluster, Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';

const long = process.env.CACHE_TEST_LONG === '1';
const why = long ? '' : ' (skipped: an election takes seconds; CACHE_TEST_LONG=1)';
const WITHIN_MS = 15_000;

it.runIf(long)(
  `a cluster whose primary dies: other slots are served all the time, its own again after the election${why}`,
  async () => {
    await using servers = await startRedisCluster({ replicas: 1 });
    const admin = new Cluster([...servers.addresses]);
    const warnings: string[] = [];
    const logger = { warn: (message: string) => void warnings.push(message) };
    const backend = redisBackend({ url: servers.url, observe: ['f:'], logger });
    await backend.start();
    try {
      const keys = Array.from({ length: 60 }, (_, i) => `f:${i}`);
      await backend.setMany(keys.map((key) => [key, `old ${key}`] as const));
      servers.servers[0]?.process.signal('SIGKILL');
      const began = performance.now();
      const left = new Set(keys);
      while (left.size > 0 && performance.now() - began < WITHIN_MS) {
        await Promise.all(
          [...left].map(async (key) => {
            const operation = performance.now();
            const done = await Promise.resolve(backend.set(key, `new ${key}`)).catch(() => false);
            expect(performance.now() - operation).toBeLessThan(500 + 400);
            if (done) left.delete(key);
          }),
        );
      }
      expect(left.size).toBe(0);
      for (const key of keys)
        await expect.poll(async () => String((await backend.getEntry(key))?.value)).toBe(`new ${key}`);
      await expect
        .poll(async () => (await backend.health()).details.invalidations, { timeout: WITHIN_MS })
        .toBe('heard');
      const [{ host, port }] = servers.addresses as [{ host: string; port: number }];
      await expect.poll(() => warnings.length, { timeout: WITHIN_MS }).toBe(2);
      expect(warnings[0]?.startsWith(`redis node ${host}:${port}: expected a connection, got: `)).toBe(true);
      expect(warnings[1]?.startsWith(`redis node ${host}:${port}: its slots are served by another node, `)).toBe(true);
    } finally {
      await backend.close();
      admin.disconnect();
    }
  },
  60_000,
);

it.runIf(long)(
  `sentinels whose primary dies: the one they name next is found${why}`,
  async () => {
    await using servers = await startRedisSentinels();
    const backend = redisBackend({ url: servers.url, observe: ['f:'], logger: { warn: () => {} } });
    await backend.start();
    try {
      await backend.set('f:k', 'old');
      servers.servers[0].process.signal('SIGKILL');
      const replica = new Redis({ ...servers.servers[1].address });
      await expect.poll(() => replica.info('replication'), { timeout: WITHIN_MS }).toMatch(/role:master/);
      const promoted = performance.now();
      await expect
        .poll(() => Promise.resolve(backend.set('f:k', 'new')).catch(() => false), { timeout: WITHIN_MS, interval: 20 })
        .toBe(true);
      const took = performance.now() - promoted;
      expect(took).toBeLessThan(3000);
      expect(await replica.get('f:k')).toBe('new');
      await expect
        .poll(async () => (await backend.health()).details.invalidations, { timeout: WITHIN_MS })
        .toBe('heard');
      replica.disconnect();
    } finally {
      await backend.close();
    }
  },
  60_000,
);

it.runIf(long)(
  `a failover with lost writes: what the old primary alone had is a miss or what was before, and observers are told${why}`,
  async () => {
    await using servers = await startRedisSentinels();
    const [primary, replica] = servers.servers;
    const backend = redisBackend({ url: servers.url, observe: ['f:'], logger: { warn: () => {} } });
    const heard: string[] = [];
    backend.onInvalidate((change) => 'signal' in change && heard.push(change.signal));
    await backend.start();
    const admin = new Redis({ ...primary.address });
    const successor = new Redis({ ...replica.address });
    try {
      await backend.set('f:k', 'replicated');
      await backend.set('f:deleted', 'replicated');
      await expect.poll(() => successor.get('f:deleted'), { timeout: WITHIN_MS }).toBe('replicated');
      await expect.poll(() => heard.at(-1)).toBe('restored');
      // The replica stands still and has lost its link: what is acknowledged from here on is nowhere else.
      replica.process.signal('SIGSTOP');
      await admin.call('CLIENT', 'KILL', 'TYPE', 'replica');
      expect(await backend.set('f:k', 'acknowledged')).toBe(true);
      expect(await backend.set('f:new', 'acknowledged')).toBe(true);
      expect(await backend.delete('f:deleted')).toBe(true);
      primary.process.signal('SIGKILL');
      replica.process.signal('SIGCONT');
      heard.length = 0;
      await expect.poll(() => successor.info('replication'), { timeout: WITHIN_MS }).toMatch(/role:master/);
      await expect
        .poll(() => Promise.resolve(backend.set('f:after', 'x')).catch(() => false), { timeout: WITHIN_MS })
        .toBe(true);
      expect(String((await backend.getEntry('f:k'))?.value)).toBe('replicated');
      expect(await backend.get('f:new')).toEqual({ hit: false });
      expect((await backend.get('f:deleted')).hit).toBe(true);
      await expect.poll(() => heard.at(-1), { timeout: WITHIN_MS }).toBe('restored');
      expect(heard[0]).toBe('lost');
      expect(await successor.get('f:after')).toBe('x');
    } finally {
      admin.disconnect();
      successor.disconnect();
      await backend.close();
    }
  },
  60_000,
);
