import { Cache, tiered } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { redisBackend } from '@cache/redis';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { Cacheable } from 'cacheable';
import { race, racer, versionOf } from '../../harness/index.ts';
import { leaveServer, shareServer } from '../redis/server.ts';
import { keyvOnRedis, redisConnection } from './peers.ts';

// 10,000 keys that near holds, read in a fixed scattered order.
const n = 10_000;
const keys: readonly string[] = Array.from({ length: n }, (_, i) => `user:${(i * 7_919) % n}`);

const tiers = racer({
  name: '@cache/core, tiers',
  version: versionOf('@cache/core'),
  async setup() {
    const { url } = await shareServer();
    const backend = tiered(memoryBackend({ max: 2 * n }), redisBackend({ url, observe: ['near:'] }));
    const cache = new Cache<number>({ backend, prefix: 'near:', ttl: '1h' });
    await cache.start();
    await untilHeard(backend);
    await cache.setMany(keys.map((key) => [key, 1] as const));
    await new Promise((resolve) => setTimeout(resolve, 300)); // until the last of our own changes has been told
    for (const key of keys) await cache.get(key);
    return { cache, keys };
  },
  op: (state, i) => state.cache.get(state.keys[i % 10_000] as string),
  async teardown({ cache }) {
    await cache.close();
    await leaveServer();
  },
});

/** Resolves when changes are told: until then near holds nothing. */
async function untilHeard(backend: ReturnType<typeof tiered>): Promise<void> {
  while (backend.describe().signal !== 'restored') await new Promise((resolve) => setTimeout(resolve, 10));
}

export const hit = race({
  title: 'a near hit, awaited',
  contestants: [
    tiers,
    racer({
      name: '@cache/core, memory alone',
      version: versionOf('@cache/core'),
      async setup() {
        const cache = new Cache<number>({ backend: memoryBackend<number>({ max: 2 * n }), prefix: 'near:', ttl: '1h' });
        for (const key of keys) await cache.set(key, 1);
        return { cache, keys };
      },
      op: (state, i) => state.cache.get(state.keys[i % 10_000] as string),
    }),
    racer({
      name: 'BentoCache, two tiers',
      version: versionOf('bentocache'),
      async setup() {
        const server = await shareServer();
        const connection = redisConnection(server);
        const bento = new BentoCache({
          default: 'tiers',
          stores: {
            tiers: bentostore()
              .useL1Layer(memoryDriver({ maxItems: 2 * n }))
              .useL2Layer(redisDriver({ connection: connection as never })),
          },
        });
        for (const key of keys) await bento.set({ key, value: 1, ttl: '1h' });
        return { bento, keys, connection };
      },
      op: (state, i) => state.bento.get({ key: state.keys[i % 10_000] as string }),
      async teardown({ bento, connection }) {
        await bento.disconnectAll();
        connection.disconnect();
        await leaveServer();
      },
    }),
    racer({
      name: 'cacheable, two tiers',
      version: versionOf('cacheable'),
      async setup() {
        const server = await shareServer();
        const { keyv, disconnect } = keyvOnRedis(server);
        const cache = new Cacheable({ secondary: keyv, ttl: '1h' });
        for (const key of keys) await cache.set(key, 1);
        return { cache, keys, disconnect };
      },
      op: (state, i) => state.cache.get(state.keys[i % 10_000] as string),
      async teardown({ disconnect }) {
        disconnect();
        await leaveServer();
      },
    }),
  ],
  asks: [
    { than: '@cache/core, memory alone', atLeast: 1 / 1.25 },
    { than: 'BentoCache, two tiers', atLeast: 10 },
    { than: 'cacheable, two tiers', atLeast: 10 },
  ],
});
