import { Cache, tiered } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { redisBackend } from '@cache/redis';
import {
  type CoherentCache,
  runWorkload,
  type Versioned,
  type WorkloadOptions,
  wallClock,
} from '@cache-internal/lab/coherence';
import { serveFleet } from '@cache-internal/lab/fleet-worker';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Cacheable } from 'cacheable';
import { Redis } from 'ioredis';
import { keyvOnRedis } from './peers.ts';

const { FLEET_SOCKET: path = '', FLEET_PORT: port } = process.env;
const address = port === undefined ? { path } : { host: '127.0.0.1', port: Number(port) };
const prefix = 'fleet:';
const heard = new Map<string, number>();

const libraries = {
  async ours(): Promise<CoherentCache> {
    const backend = tiered(memoryBackend(), redisBackend({ ...address, observe: [prefix], logger: { warn() {} } }));
    const cache = new Cache<Versioned>({ backend, prefix, ttl: '5m' });
    backend.onInvalidate?.((told) => {
      if ('keys' in told) for (const key of told.keys) heard.set(key.slice(prefix.length), wallClock());
    });
    await cache.start();
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      delete: (key) => cache.delete(key),
    };
  },
  async bento(): Promise<CoherentCache> {
    const connection = new Redis(address);
    connection.on('error', () => {}); // it connects again by itself
    const stores = bentostore()
      .useL1Layer(memoryDriver({ maxItems: 10_000 }))
      .useL2Layer(redisDriver({ connection: connection as never }))
      .useBus(redisBusDriver({ connection: address as never }));
    const bento = new BentoCache({ default: 'tiers', prefix, stores: { tiers: stores } });
    return {
      get: (key) => bento.get({ key }),
      set: (key, value) => bento.set({ key, value, ttl: '5m' }),
      delete: (key) => bento.delete({ key }),
    };
  },
  async cacheable(): Promise<CoherentCache> {
    const cache = new Cacheable({ secondary: keyvOnRedis({ address }).keyv, ttl: '5m' });
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      delete: (key) => cache.delete(key),
    };
  },
} as const;

let cache: CoherentCache;
serveFleet({
  async start(library: keyof typeof libraries) {
    cache = await libraries[library]();
  },
  run: (options: WorkloadOptions) => runWorkload(cache, options),
  read: (key: string) => cache.get(key),
  /** When a change of each key was heard, of those that were heard. */
  heard: () => Object.fromEntries(heard),
  /** Writes other keys, `rate` a second. */
  async write(rate: number, ms: number) {
    const redis = new Redis(address);
    const end = wallClock() + ms;
    let written = 0;
    for (const began = wallClock(); wallClock() < end; await new Promise((resolve) => setTimeout(resolve, 2))) {
      const due = ((wallClock() - began) * rate) / 1_000;
      for (; written < due; written++) redis.set(`${prefix}other:${written % 1_000}`, '1', 'PX', 60_000);
    }
    redis.disconnect();
    return written;
  },
});
