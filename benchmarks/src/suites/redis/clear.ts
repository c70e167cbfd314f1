import { setTimeout as sleep } from 'node:timers/promises';
import { redisBackend } from '@cache/redis';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { measure, measured, type Pace, versionOf } from '../../harness/index.ts';

const PREFIX = 'mine:';

interface Filled {
  readonly server: RedisServer;
  readonly redis: Redis;
  readonly other: Redis;
}

async function start(): Promise<Filled> {
  const server = await startRedis();
  const redis = new Redis({ ...server.address });
  const other = new Redis({ ...server.address });
  return { server, redis, other };
}

/** A tenth of the keys is ours. */
async function fill({ redis }: Filled, pace: Pace): Promise<void> {
  const size = pace.quick ? 100_000 : 1_000_000;
  const have = await redis.dbsize();
  const from = have === 0 ? 0 : size - size / 10;
  for (let i = from; i < size; i += 10_000) {
    const pipeline = redis.pipeline();
    for (let j = i; j < i + 10_000; j++)
      pipeline.set(`${j < size - size / 10 ? 'other' : PREFIX}:${j}`, 'x'.repeat(100));
    await pipeline.exec();
  }
}

async function stop({ server, redis, other }: Filled): Promise<void> {
  redis.disconnect();
  other.disconnect();
  await server.stop();
}

async function rawClear({ redis }: Filled): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${PREFIX}*`, 'COUNT', 1000);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}

async function ourClear({ server }: Filled): Promise<void> {
  const backend = redisBackend({ url: server.url });
  await backend.start();
  await backend.clear(PREFIX);
  await backend.close();
}

const timed =
  (clear: (filled: Filled) => Promise<void>) =>
  async (filled: Filled, pace: Pace): Promise<number> => {
    await fill(filled, pace);
    const began = performance.now();
    await clear(filled);
    return performance.now() - began;
  };

export const time = measure({
  title: 'clear of 100,000 keys among 1,000,000',
  unit: 'ms',
  better: 'lower',
  contestants: [
    measured({
      name: '@cache/redis',
      version: versionOf('@cache/redis'),
      setup: start,
      value: timed(ourClear),
      teardown: stop,
    }),
    measured({
      name: 'SCAN and UNLINK',
      version: versionOf('ioredis'),
      setup: start,
      value: timed(rawClear),
      teardown: stop,
    }),
  ],
  asks: [{ than: 'SCAN and UNLINK', atLeast: 1 / 1.1 }],
});

export const otherClients = measure({
  title: 'longest answer to another client during that',
  unit: 'ms',
  better: 'lower',
  contestants: [
    measured({
      name: '@cache/redis',
      version: versionOf('@cache/redis'),
      setup: start,
      async value(filled, pace) {
        await fill(filled, pace);
        let clearing = true;
        let longest = 0;
        const pings = (async () => {
          while (clearing) {
            const began = performance.now();
            await filled.other.ping();
            longest = Math.max(longest, performance.now() - began);
            await sleep(1);
          }
        })();
        await ourClear(filled);
        clearing = false;
        await pings;
        return longest;
      },
      teardown: stop,
    }),
  ],
  asks: [{ atMost: 10 }],
});
