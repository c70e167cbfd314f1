import { Cache, failover, type Wire } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { redisBackend } from '@cache/redis';
import type { RedisServer } from '@cache-internal/lab';
import KeyvRedis from '@keyv/redis';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { Cacheable } from 'cacheable';
import { Redis } from 'ioredis';

export const OURS = '@cache/core failover';
export const BENTO = 'BentoCache, tuned';
export const CACHEABLE = 'cacheable';

const TTL = 600_000;

/** Memory before, or behind, a Redis: what the application holds. */
export interface Client {
  get(key: string): Promise<unknown>;
  set(key: string, value: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  stop(): unknown;
}

/** Where a client finds its server. */
export type Place = Pick<RedisServer, 'url' | 'address'>;

export const clients: Readonly<Record<string, (server: Place) => Promise<Client>>> = {
  [OURS]: async ({ url }) => {
    const redis = redisBackend({ url, timeout: 500, logger: { warn() {} } });
    const backend = failover<Wire>(redis, memoryBackend<Wire>(), { logger: { warn() {} } });
    const cache = new Cache<number>({ backend, prefix: 'bench:', ttl: TTL });
    await cache.start();
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      delete: (key) => cache.delete(key),
      stop: () => cache.close(),
    };
  },
  // With what its documents offer against a Redis that fails: a deadline for commands and a circuit breaker.
  [BENTO]: async ({ address }) => {
    const connection = new Redis({ ...address, commandTimeout: 500 });
    connection.on('error', () => {});
    const store = bentostore({ ttl: TTL, l2CircuitBreakerDuration: '2s' })
      .useL1Layer(memoryDriver({ maxItems: 100_000 }))
      .useL2Layer(redisDriver({ connection }));
    const bento = new BentoCache({ default: 'store', prefix: 'bench', stores: { store } });
    return {
      get: (key) => bento.get({ key }),
      set: (key, value) => bento.set({ key, value }),
      delete: (key) => bento.delete({ key }),
      stop: async () => {
        await bento.disconnectAll().catch(() => {});
        connection.disconnect();
      },
    };
  },
  [CACHEABLE]: async ({ url }) => {
    const secondary = new KeyvRedis(url);
    secondary.on('error', () => {});
    const cache = new Cacheable({ secondary, ttl: TTL });
    cache.on('error', () => {});
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      delete: (key) => cache.delete(key),
      stop: () => cache.disconnect().catch(() => {}),
    };
  },
};
