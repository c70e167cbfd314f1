import { Cache, tiered } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { redisBackend } from '@cache/redis';
import { startFleet, startRedis } from '@cache-internal/lab';
import { measure, measured, versionOf } from '../../harness/index.ts';

const RATE = 5_000;
const MS = 1_500;
const keys: readonly string[] = Array.from({ length: 1_000 }, (_, i) => `user:${i}`);

/** Near hits in `ms`, as a server would read: some, and then whatever else there is to do. */
async function hits(cache: Cache<number>, ms: number): Promise<number> {
  let read = 0;
  for (const end = performance.now() + ms; performance.now() < end; ) {
    for (let i = 0; i < 1_000; i++) await cache.get(keys[i] as string);
    read += 1_000;
    await new Promise(setImmediate);
  }
  return read;
}

export const readers = measure({
  title: 'near hits while a writer invalidates 5,000 other keys a second, of those without it',
  unit: 'share',
  better: 'higher',
  contestants: [
    measured({
      name: 'tiers',
      version: versionOf('@cache/core'),
      async setup() {
        const server = await startRedis();
        const { path } = server.address as { path: string };
        const module = new URL('./worker.js', import.meta.url);
        const fleet = await startFleet({ module, count: 1, env: { FLEET_SOCKET: path } });
        const backend = tiered(memoryBackend(), redisBackend({ path, observe: ['fleet:'] }));
        const cache = new Cache<number>({ backend, prefix: 'fleet:', ttl: '1h' });
        await cache.start();
        while (backend.describe().signal !== 'restored') await new Promise((resolve) => setTimeout(resolve, 10));
        await cache.setMany(keys.map((key) => [key, 1] as const));
        await hits(cache, 300);
        return { server, fleet, cache };
      },
      async value({ fleet, cache }) {
        const alone = await hits(cache, MS);
        const writing = fleet.workers[0]?.call('write', RATE, MS) as Promise<number>;
        const beside = await hits(cache, MS);
        const written = await writing;
        if (written < (RATE * MS) / 1_000 / 2) throw new Error(`expected ${RATE} writes a second, got ${written}`);
        return beside / alone;
      },
      async teardown({ server, fleet, cache }) {
        await cache.close();
        await fleet.stop();
        await server.stop();
      },
    }),
  ],
  asks: [{ atLeast: 0.8 }],
});
