import { setTimeout as sleep } from 'node:timers/promises';
import { type Fleet, type RedisServer, startFleet, startRedis, wallClock } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { measure, measured, versionOf } from '../../harness/index.ts';

interface Told {
  readonly server: RedisServer;
  readonly fleet: Fleet;
  readonly writer: Redis;
}

const PROCESSES = 8;

async function setup(): Promise<Told> {
  const server = await startRedis();
  const path = (server.address as { path: string }).path; // it listens on a socket unless told otherwise
  const fleet = await startFleet({
    module: new URL('./worker.js', import.meta.url),
    count: PROCESSES,
    env: { FLEET_SOCKET: path },
  });
  await Promise.all(fleet.workers.map((worker) => worker.call('start', 'ours')));
  await sleep(500); // until all of them are told of changes
  return { server, fleet, writer: new Redis({ path }) };
}

/** From a foreign SET until the last of eight processes has dropped the key, one write after another. */
async function quantile({ fleet, writer }: Told, share: number): Promise<number> {
  const sent = new Map<string, number>();
  const run = Math.random().toString(36).slice(2);
  for (let i = 0; i < 200; i++) {
    const key = `${run}:${i}`;
    sent.set(key, wallClock());
    await writer.set(`fleet:${key}`, '{"version":1}', 'PX', 60_000);
    await sleep(3);
  }
  await sleep(100);
  const heard = (await Promise.all(fleet.workers.map((worker) => worker.call('heard')))) as Record<string, number>[];
  const took = Array.from(sent, ([key, at]) => Math.max(...heard.map((times) => (times[key] ?? Infinity) - at)));
  took.sort((a, b) => a - b);
  return took[Math.floor(took.length * share)] as number;
}

const contestant = (share: number) =>
  measured({
    name: 'tiers in 8 processes',
    version: versionOf('@cache/core'),
    setup,
    value: (state) => quantile(state, share),
    async teardown({ writer, fleet, server }) {
      writer.disconnect();
      await fleet.stop();
      await server.stop();
    },
  });

export const median = measure({
  title: 'from a foreign write until 8 processes dropped the key, median',
  unit: 'ms',
  better: 'lower',
  contestants: [contestant(0.5)],
  asks: [{ atMost: 1 }],
});

export const p99 = measure({
  title: 'from a foreign write until 8 processes dropped the key, 99th percentile',
  unit: 'ms',
  better: 'lower',
  contestants: [contestant(0.99)],
  asks: [{ atMost: 10 }],
});
