import { setTimeout as sleep } from 'node:timers/promises';
import { type CoherentCache, type Happened, judge, runWorkload, startFleet, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { measure, measured, versionOf } from '../../harness/index.ts';

const PROCESSES = 8;
const MAX_STALENESS = 2_000;

/** Of every 1,000 reads, those that went back, forgot an own write, or were older than two seconds. */
async function wrong(library: string, ms: number): Promise<number> {
  const server = await startRedis();
  const { path } = server.address as { path: string };
  const module = new URL('./worker.js', import.meta.url);
  const fleet = await startFleet({ module, count: PROCESSES, env: { FLEET_SOCKET: path } });
  const redis = new Redis({ path });
  const options = { writers: PROCESSES + 1, keys: 50, durationMs: ms };
  // Bento wraps what it stores, cacheable too: the stranger writes what nobody but he reads.
  const stranger: CoherentCache = {
    get: async () => undefined,
    set: (key, value) => redis.set(`fleet:${key}`, JSON.stringify(value), 'PX', 300_000),
    delete: (key) => redis.unlink(`fleet:${key}`),
  };
  try {
    await Promise.all(fleet.workers.map((worker) => worker.call('start', library)));
    await sleep(500);
    const all = Promise.all([
      ...fleet.workers.map((worker, writer) => worker.call('run', { ...options, writer }) as Promise<Happened[]>),
      runWorkload(stranger, { ...options, writer: PROCESSES }),
    ]);
    await sleep(ms / 3);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await sleep(ms / 3);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const { backwards, forgotten, stale, reads } = judge(await all, { maxStaleness: MAX_STALENESS, losses: [] });
    return ((backwards.length + forgotten.length + stale.length) / Math.max(1, reads)) * 1_000;
  } finally {
    redis.disconnect();
    await fleet.stop();
    await server.stop();
  }
}

const contestant = (name: string, version: string, library: string) =>
  measured({ name, version, value: (_state, { quick }) => wrong(library, quick ? 6_000 : 12_000) });

export const fleet = measure({
  title: 'wrong answers in 8 processes while connections are killed, of 1,000 reads',
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
