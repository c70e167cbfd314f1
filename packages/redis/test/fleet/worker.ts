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
  /**
   * Milliseconds each of many callers waited for one key, and how many loads there were in this process. Their lease is longer than
   * a machine stands still.
   */
  async stampede(key: string, callers: number, ms: number) {
    const before = loads;
    const took = await Promise.all(
      Array.from({ length: callers }, async () => {
        const began = performance.now();
        await cache.getOrSet(key, load('value', ms), { leaseTtl: '10s' });
        return performance.now() - began;
      }),
    );
    return { took, loads: loads - before };
  },
  getOrSet: (key: string, value: string, ms: number) => cache.getOrSet(key, load(value, ms)),
  /** Begins a load, which fails if there is no value, and does not wait for it. */
  begin(key: string, value: string | undefined, ms: number) {
    return new Promise<void>((loading) => {
      begun = cache.getOrSet(key, async () => {
        loading();
        await sleep(ms);
        if (value === undefined) throw new Error('the source is down');
        return value;
      });
      begun.catch(() => {});
    });
  },
  /** What came of the load that was begun last. */
  ended: () => begun?.catch((error: Error) => error.message),
  delete: (key: string) => cache.delete(key),
  set: (key: string, value: string) => cache.set(key, value),
  deleteMany: (key: string) => cache.deleteMany([key]),
  clear: () => cache.clear(),
  invalidateTags: (tag: string) => cache.invalidateTags([tag]),
});
