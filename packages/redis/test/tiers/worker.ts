import { Cache, tiered } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { runWorkload, type Versioned, type WorkloadOptions } from '@cache-internal/lab/coherence';
import { serveFleet } from '@cache-internal/lab/fleet-worker';
import { redisBackend } from '../../src/index.ts';

const prefix = 'tiers:';
const far = redisBackend({ url: process.env.FLEET_REDIS ?? '', observe: [prefix], logger: { warn() {} } });
const backend = tiered(memoryBackend({ max: 1_000 }), far, { maxStaleness: Number(process.env.FLEET_STALENESS) });
const cache = new Cache<Versioned>({ backend, prefix, ttl: '5m' });

serveFleet({
  start: () => cache.start(),
  run: (options: WorkloadOptions) =>
    runWorkload(
      {
        get: (key) => cache.get(key),
        getMany: (keys) => cache.getMany(keys),
        set: (key, value, tag) => cache.set(key, value, Math.random() < 0.5 ? { tags: [tag] } : {}),
        delete: (key) => cache.delete(key),
        invalidateTag: async (tag) => {
          await cache.invalidateTags([tag]);
          // of entries without it this is no delete
          await cache.delete(tag.replace('tag of ', ''));
        },
      },
      options,
    ),
  /** What it reads at the end, and how its tiers stand. */
  async look(keys: number) {
    const found = await cache.getMany(Array.from({ length: keys }, (_, n) => `k${n}`));
    return {
      found: Object.fromEntries([...found].map(([key, { version }]) => [key, version])),
      tiers: backend.describe(),
    };
  },
});
