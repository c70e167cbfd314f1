import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CoherentCache,
  type FaultyProxy,
  freePort,
  type Happened,
  judge,
  type Loss,
  type RedisServer,
  runWorkload,
  startFaultyProxy,
  startFleet,
  startRedis,
  wallClock,
} from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { measure, measured, versionOf } from '../../harness/index.ts';

const PROCESSES = 8;
const MAX_STALENESS = 2_000;
const REST_MS = 3_500;

/** Eight processes on one server, half of them through each of two proxies. */
interface Stage {
  server: RedisServer;
  readonly port: number;
  readonly admin: Redis;
  readonly proxies: readonly [FaultyProxy, FaultyProxy];
  readonly losses: Loss[];
}

/** What befalls them, each after a rest: the same as in the tests of tiers. */
const faults = {
  async killed({ admin, proxies }: Stage) {
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await sleep(REST_MS);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await sleep(REST_MS);
    proxies[0].cut();
  },
  async frozen({ server }: Stage) {
    server.process.signal('SIGSTOP');
    await sleep(1_200);
    server.process.signal('SIGCONT');
  },
  async swallowed({ proxies }: Stage) {
    proxies[1].fault = 'black hole';
    await sleep(1_500);
    proxies[1].fault = 'none';
    proxies[1].cut();
  },
  async restarted(stage: Stage) {
    const from = wallClock();
    await stage.server.stop();
    stage.server = await startRedis({ listen: 'tcp', port: stage.port });
    stage.losses.push({ from, to: wallClock() + 100 });
  },
} as const;

async function setStage(): Promise<Stage> {
  const port = await freePort();
  const server = await startRedis({ listen: 'tcp', port });
  const target = { host: '127.0.0.1', port };
  const admin = new Redis(port, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  admin.on('error', () => {}); // it is killed and restarted
  const proxies = [await startFaultyProxy(target), await startFaultyProxy(target)] as const;
  return { server, port, admin, proxies, losses: [] };
}

/** Of every 1,000 reads, those that went back, forgot an own write, or were older than two seconds. */
async function wrong(library: string, fault: keyof typeof faults): Promise<number> {
  const stage = await setStage();
  const module = new URL('./worker.js', import.meta.url);
  const halves = await Promise.all(
    stage.proxies.map(({ port }) => startFleet({ module, count: PROCESSES / 2, env: { FLEET_PORT: String(port) } })),
  );
  const workers = halves.flatMap((half) => half.workers);
  const { admin } = stage;
  const workload = { writers: PROCESSES + 1, keys: 50, durationMs: (fault === 'killed' ? 4 : 3) * REST_MS };
  // Bento wraps what it stores, cacheable too: the stranger writes what nobody but he reads.
  const stranger: CoherentCache = {
    get: async () => undefined,
    set: (key, value) => admin.set(`fleet:${key}`, JSON.stringify(value), 'PX', 300_000),
    delete: (key) => admin.unlink(`fleet:${key}`),
  };
  let ended = 0;
  try {
    await Promise.all(workers.map((worker) => worker.call('start', library)));
    await sleep(500);
    const all = Promise.all([
      ...workers.map((worker, writer) =>
        worker.call('run', { ...workload, writer }).catch((): Happened[] => {
          ended++;
          return [];
        }),
      ),
      runWorkload(stranger, { ...workload, writer: PROCESSES }),
    ]) as Promise<Happened[][]>;
    await sleep(REST_MS);
    await faults[fault](stage);
    const histories = await all;
    const { backwards, forgotten, stale, reads } = judge(histories, {
      maxStaleness: MAX_STALENESS,
      losses: stage.losses,
    });
    if (ended > 0) console.error(`${library}, ${fault}: ${ended} of ${PROCESSES} processes ended`);
    return ((backwards.length + forgotten.length + stale.length) / Math.max(1, reads)) * 1_000;
  } finally {
    admin.disconnect();
    for (const half of halves) await half.stop();
    for (const proxy of stage.proxies) await proxy.stop();
    await stage.server.stop();
  }
}

const under = (fault: keyof typeof faults, what: string) => {
  const contestant = (name: string, version: string, library: string) =>
    measured({ name, version, value: () => wrong(library, fault) });
  return measure({
    title: `wrong answers in 8 processes while ${what}, of 1,000 reads`,
    unit: 'of 1,000',
    better: 'lower',
    contestants: [
      contestant('@cache/core, tiers', versionOf('@cache/core'), 'ours'),
      contestant('BentoCache with its Redis bus', versionOf('bentocache'), 'bento'),
      contestant('cacheable, two tiers', versionOf('cacheable'), 'cacheable'),
    ],
    asks: [{ atMost: 0, exact: true }],
    rounds: 1,
  });
};

export const killed = under('killed', 'connections are killed');
export const frozen = under('frozen', 'Redis stands still for 1.2 s');
export const swallowed = under('swallowed', 'the network of four swallows everything for 1.5 s');
export const restarted = under('restarted', 'Redis is restarted, and empty');
