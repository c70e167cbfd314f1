import { redisBackend } from '@cache/redis';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { measure, measured, versionOf } from '../../harness/index.ts';

interface Watched {
  readonly server: RedisServer;
  readonly writer: Redis;
  readonly backend: ReturnType<typeof redisBackend>;
  heard: (key: string) => void;
}

async function setup(): Promise<Watched> {
  const server = await startRedis();
  const backend = redisBackend({ url: server.url, observe: ['watched:'] });
  const state: Watched = { server, writer: new Redis({ ...server.address }), backend, heard: () => {} };
  await backend.start();
  await new Promise<void>((restored) => {
    backend.onInvalidate((change) => {
      if ('signal' in change && change.signal === 'restored') restored();
      if ('keys' in change) for (const key of change.keys) state.heard(key);
    });
  });
  return state;
}

async function quantile(state: Watched, share: number): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 300; i++) {
    const key = `watched:${i}`;
    const seen = new Promise<void>((resolve) => {
      state.heard = (one) => one === key && resolve();
    });
    const began = performance.now();
    await state.writer.set(key, 'x', 'PX', 60_000);
    await seen;
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  return took[Math.floor(took.length * share)] as number;
}

const from = (share: number) => [
  measured({
    name: '@cache/redis',
    version: versionOf('@cache/redis'),
    setup,
    value: (state: Watched) => quantile(state, share),
    async teardown({ backend, writer, server }: Watched) {
      await backend.close();
      writer.disconnect();
      await server.stop();
    },
  }),
];

export const median = measure({
  title: 'from a write until an observer hears of it, median',
  unit: 'ms',
  better: 'lower',
  contestants: from(0.5),
  asks: [{ atMost: 1 }],
});

export const p99 = measure({
  title: 'from a write until an observer hears of it, 99th percentile',
  unit: 'ms',
  better: 'lower',
  contestants: from(0.99),
  asks: [{ atMost: 5 }],
});
