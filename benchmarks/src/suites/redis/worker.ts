import { setTimeout as sleep } from 'node:timers/promises';
import { serveFleet } from '@cache-internal/lab/fleet-worker';
import { Redis } from 'ioredis';

const client = (): Redis => new Redis({ path: process.env.FLEET_SOCKET ?? '' });
let asking = false;
let asked: Promise<number> | undefined;

/** The longest time that this other client of the server waited for a reply while it was asking. */
async function ask(): Promise<number> {
  const redis = client();
  await redis.ping();
  let longest = 0;
  while (asking) {
    const began = performance.now();
    await redis.ping();
    longest = Math.max(longest, performance.now() - began);
    await sleep(1);
  }
  redis.disconnect();
  return longest;
}

serveFleet({
  /** Writes what is to be cleared: elsewhere than where clearing is measured, which has no garbage of it then. */
  async fill(prefix: string, from: number, to: number) {
    const redis = client();
    for (let i = from; i < to; i += 10_000) {
      const pipeline = redis.pipeline();
      for (let j = i; j < Math.min(i + 10_000, to); j++) pipeline.set(`${prefix}${j}`, 'x'.repeat(100));
      await pipeline.exec();
    }
    redis.disconnect();
  },
  ask() {
    asking = true;
    asked = ask();
  },
  longest() {
    asking = false;
    return asked;
  },
});
