import { Cache, tiered } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { redisBackend } from '@cache/redis';
import { race, racer, versionOf } from '../../harness/index.ts';
import { leaveServer, shareServer } from '../redis/server.ts';

// Read in turn, and near holds a hundred of them: it never has the one that is asked for.
const n = 5_000;
const keys: readonly string[] = Array.from({ length: n }, (_, i) => `user:${i}`);

const reader = (name: string, near: boolean) =>
  racer({
    name,
    version: versionOf('@cache/core'),
    async setup() {
      const { url } = await shareServer();
      const far = redisBackend({ url, ...(near && { observe: ['miss:'] }) });
      const backend = near ? tiered(memoryBackend({ max: 100, eviction: 'lru' }), far) : far;
      const cache = new Cache<number>({ backend, prefix: 'miss:', ttl: '1h' });
      await cache.start();
      await cache.setMany(keys.map((key) => [key, 1] as const));
      return { cache, keys };
    },
    op: (state, i) => state.cache.get(state.keys[i % 5_000] as string),
    async teardown({ cache }) {
      await cache.close();
      await leaveServer();
    },
  });

export const miss = race({
  title: 'a near miss, one after another',
  contestants: [reader('tiers', true), reader('Redis alone', false)],
  asks: [{ than: 'Redis alone', atLeast: 1 / 1.15 }],
});
