import { setTimeout as sleep } from 'node:timers/promises';
import { Cache, type TieredDescription } from '@cache/core';
import {
  type CoherentCache,
  type FaultyProxy,
  type Fleet,
  type FleetWorker,
  freePort,
  type Happened,
  judge,
  type Loss,
  type RedisServer,
  runWorkload,
  startFaultyProxy,
  startFleet,
  startRedis,
  type Versioned,
  wallClock,
} from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';

const long = process.env.CACHE_TEST_LONG === '1';
const MAX_STALENESS = 2_000;
const KEYS = 50;
const WORKERS = 8;
/** Milliseconds between two faults. */
const QUIET_MS = long ? 5_000 : 700;
const workload = { writers: WORKERS + 1, keys: KEYS, durationMs: 10 * QUIET_MS + 9_000 };

let primary: RedisServer;
let replica: RedisServer;
let proxies: readonly [FaultyProxy, FaultyProxy];
let admin: Redis;
let fleet: Fleet;
let workers: readonly FleetWorker[];
let port: number;
beforeAll(async () => {
  port = await freePort();
  primary = await startRedis({ listen: 'tcp', port });
  replica = await startRedis({ listen: 'tcp' });
  const target = { host: '127.0.0.1', port };
  proxies = [await startFaultyProxy(target), await startFaultyProxy(target)];
  admin = new Redis(port, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  admin.on('error', () => {}); // it is killed and restarted
  await follow();
  const start = (url: string) =>
    startFleet({
      module: new URL('./worker.ts', import.meta.url),
      count: WORKERS / 2,
      env: { FLEET_REDIS: url, FLEET_STALENESS: String(MAX_STALENESS) },
    });
  const [left, right] = await Promise.all([start(proxies[0].url), start(proxies[1].url)]);
  fleet = { ...left, stop: async () => void (await Promise.all([left.stop(), right.stop()])) };
  workers = [...left.workers, ...right.workers];
  await Promise.all(workers.map((worker) => worker.call('start')));
}, 60_000);
afterAll(async () => {
  admin?.disconnect();
  await fleet?.stop();
  for (const proxy of proxies ?? []) await proxy.stop();
  await Promise.all([primary?.stop(), replica?.stop()]);
});

/** Somebody who knows nothing of caches. */
const stranger: CoherentCache = {
  async get(key) {
    const text = await admin.get(`tiers:${key}`);
    return text?.startsWith('{') === true ? JSON.parse(text) : undefined;
  },
  set: (key, value) => admin.set(`tiers:${key}`, JSON.stringify(value), 'PX', 300_000),
  delete: (key) => admin.unlink(`tiers:${key}`),
};

async function follow(): Promise<void> {
  const other = new Redis({ ...replica.address });
  await other.call('REPLICAOF', '127.0.0.1', String(port));
  for (;;) {
    if (/master_link_status:up/.test(await other.info('replication'))) break;
    await sleep(50);
  }
  other.disconnect();
}

it('eight processes and a stranger write fifty keys while everything fails in turn', { timeout: 180_000 }, async () => {
  const losses: Loss[] = [];
  const lossy = async (act: () => Promise<void>): Promise<void> => {
    const from = wallClock();
    await act();
    losses.push({ from, to: wallClock() + 100 });
  };
  const faults: Readonly<Record<string, () => Promise<unknown>>> = {
    'subscribers killed': () => admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub'),
    'all connections killed': () => admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
    'everything flushed': () => admin.flushall(),
    'network of four is a black hole': async () => {
      proxies[1].fault = 'black hole';
      await sleep(1_500);
      proxies[1].fault = 'none';
      proxies[1].cut();
    },
    'server frozen': async () => {
      primary.process.signal('SIGSTOP');
      await sleep(1_200);
      primary.process.signal('SIGCONT');
    },
    'a process frozen': async () => {
      workers[2]?.signal('SIGSTOP');
      await sleep(MAX_STALENESS + 500);
      workers[2]?.signal('SIGCONT');
    },
    'server restarted, and empty': () =>
      lossy(async () => {
        await primary.stop();
        primary = await startRedis({ listen: 'tcp', port });
      }),
    'network cut': async () => proxies[0].cut(),
    'failed over to a replica': async () => {
      await follow();
      await lossy(async () => {
        const next = new Redis({ ...replica.address });
        await next.call('REPLICAOF', 'NO', 'ONE');
        const { port: to } = replica.address as { readonly port: number };
        for (const proxy of proxies) {
          proxy.target = { host: '127.0.0.1', port: to };
          proxy.cut();
        }
        admin.disconnect();
        admin = next;
        await primary.stop();
      });
    },
  };

  const running = Promise.all([
    ...workers.map((worker, writer) => worker.call('run', { ...workload, writer }) as Promise<Happened[]>),
    runWorkload(stranger, { ...workload, writer: WORKERS }),
  ]);
  for (const fault of Object.values(faults)) {
    await sleep(QUIET_MS);
    await fault();
  }
  const histories = await running;

  const verdict = judge(histories, { maxStaleness: MAX_STALENESS, losses });
  const at = (share: number): string => (verdict.ages[Math.floor(verdict.ages.length * share)] ?? 0).toFixed(1);
  console.log(
    `tiers: ${verdict.reads} reads, ${verdict.writes} writes; overwritten values read ${verdict.ages.length} times, ` +
      `half of them within ${at(0.5)} ms, 99 % within ${at(0.99)} ms, all within ${at(0.9999)} ms`,
  );
  expect(verdict.backwards).toEqual([]);
  expect(verdict.forgotten).toEqual([]);
  expect(verdict.stale).toEqual([]);
  expect(verdict.reads).toBeGreaterThan(WORKERS * 500);

  const look = async (worker: FleetWorker) =>
    (await worker.call('look', KEYS)) as { readonly found: object; readonly tiers: TieredDescription };
  for (const worker of workers) await expect.poll(async () => (await look(worker)).tiers.signal).toBe('restored');
  await sleep(500); // what was told by then has been heard
  const direct = new Cache<Versioned>({ backend: redisBackend({ url: replica.url }), prefix: 'tiers:' });
  const truth = new Map<string, number>();
  for await (const key of direct.keys()) truth.set(key, (await direct.getOrThrow(key)).version);
  await direct.close();
  expect(truth.size).toBeGreaterThan(0);
  for (const worker of workers) {
    const { found, tiers } = await look(worker);
    expect(tiers.signal).toBe('restored');
    expect(tiers.fills).toBeGreaterThan(0);
    expect(found).toEqual(Object.fromEntries(truth));
  }
});
