import { setTimeout as sleep } from 'node:timers/promises';
import { Cache } from '@cache/core';
import { serveFleet } from '@cache-internal/lab/fleet-worker';
import { redisBackend } from '../../src/index.ts';

const backend = redisBackend({ url: process.env.FLEET_REDIS ?? '', timeout: 2000 });
const cache = new Cache<string>({ backend, prefix: process.env.FLEET_PREFIX ?? '', ttl: '10m', leaseTtl: '1s' });
let loads = 0;
let begun: Promise<string> | undefined;

const load = (value: string, ms: number) => (): Promise<string> => {
  loads++;
  return sleep(ms, value);
};

serveFleet({
  start: () => cache.start(),
  /** Milliseconds each of many callers waited for one key, and how many loads there were in this process. */
  async stampede(key: string, callers: number, ms: number) {
    const before = loads;
    const took = await Promise.all(
      Array.from({ length: callers }, async () => {
        const began = performance.now();
        await cache.getOrSet(key, load('value', ms));
        return performance.now() - began;
      }),
    );
    return { took, loads: loads - before };
  },
  getOrSet: (key: string, value: string, ms: number) => cache.getOrSet(key, load(value, ms)),
  /** Begins a load and does not wait for it. */
  begin(key: string, value: string, ms: number) {
    begun = cache.getOrSet(key, load(value, ms));
    begun.catch(() => {});
    return sleep(60);
  },
  /** What came of the load that was begun last. */
  ended: () => begun,
  fail: (key: string, ms: number) =>
    cache
      .getOrSet(key, async () => {
        await sleep(ms);
        throw new Error('the source is down');
      })
      .catch((error: Error) => error.message),
  delete: (key: string) => cache.delete(key),
  set: (key: string, value: string) => cache.set(key, value),
  deleteMany: (key: string) => cache.deleteMany([key]),
  clear: () => cache.clear(),
  invalidateTags: (tag: string) => cache.invalidateTags([tag]),
});
