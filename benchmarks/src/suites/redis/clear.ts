import { redisBackend } from '@cache/redis';
import { type Fleet, type FleetWorker, type RedisServer, startFleet, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { type Contestant, measure, measured, type Pace, versionOf } from '../../harness/index.ts';

const PREFIX = 'mine:';
const MEGABYTE = 2 ** 20;

interface Filled {
  readonly server: RedisServer;
  readonly redis: Redis;
  readonly fleet: Fleet;
  readonly other: FleetWorker;
}

async function start(pace: Pace): Promise<Filled> {
  const server = await startRedis();
  const { path } = server.address as { path: string }; // it listens on a socket unless told otherwise
  const module = new URL('./worker.js', import.meta.url);
  const fleet = await startFleet({ module, count: 1, env: { FLEET_SOCKET: path } });
  const other = fleet.workers[0] as FleetWorker; // one was asked for
  await other.call('fill', 'other:', 0, 0.9 * sizeOf(pace));
  return { server, redis: new Redis({ path }), fleet, other };
}

function sizeOf({ quick }: Pace): number {
  return quick ? 100_000 : 1_000_000;
}

/** A tenth of the keys is ours. */
async function fill({ other }: Filled, pace: Pace): Promise<void> {
  await other.call('fill', PREFIX, 0, 0.1 * sizeOf(pace));
}

async function stop({ server, redis, fleet }: Filled): Promise<void> {
  redis.disconnect();
  await fleet.stop();
  await server.stop();
}

async function byHand({ redis }: Filled): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${PREFIX}*`, 'COUNT', 1000);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}

async function ours({ server }: Filled): Promise<void> {
  const backend = redisBackend({ url: server.url });
  await backend.start();
  await backend.clear(PREFIX);
  await backend.close();
}

/** Ours and by hand: what clearing gives, once the keys are there. */
function contestants(
  value: (filled: Filled, clear: (filled: Filled) => Promise<void>) => Promise<number>,
): readonly Contestant[] {
  const made = { '@cache/redis': ours, 'SCAN and UNLINK': byHand };
  return Object.entries(made).map(([name, clear]) =>
    measured({
      name,
      version: versionOf(clear === ours ? '@cache/redis' : 'ioredis'),
      setup: start,
      async value(filled, pace) {
        await fill(filled, pace);
        return value(filled, clear);
      },
      teardown: stop,
    }),
  );
}

export const time = measure({
  title: 'clear of 100,000 keys among 1,000,000',
  unit: 'ms',
  better: 'lower',
  warmUp: false,
  contestants: contestants(async (filled, clear) => {
    const began = performance.now();
    await clear(filled);
    return performance.now() - began;
  }),
  asks: [{ than: 'SCAN and UNLINK', atLeast: 1 / 1.1 }],
});

export const otherClients = measure({
  title: 'longest answer to a client in another process during that',
  unit: 'ms',
  better: 'lower',
  warmUp: false,
  contestants: contestants(async (filled, clear) => {
    await filled.other.call('ask');
    await clear(filled);
    return (await filled.other.call('longest')) as number;
  }),
  asks: [{ atMost: 10 }],
});

export const memory = measure({
  title: 'memory of the process during that, at its most, above what it had before',
  unit: 'MB',
  better: 'lower',
  fresh: true,
  rounds: 3,
  contestants: contestants(async (filled, clear) => {
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    let most = before;
    const looking = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 1);
    await clear(filled);
    clearInterval(looking);
    return (Math.max(most, process.memoryUsage.rss()) - before) / MEGABYTE;
  }),
  asks: [{ atMost: 20 }],
});
