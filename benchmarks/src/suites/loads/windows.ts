import { Cache, type LoadDefaults } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { race, racer, versionOf } from '../../harness/index.ts';

const n = 10_000;
const keys: readonly string[] = Array.from({ length: n }, (_, i) => `user:${(i * 7_919) % n}`);

const warm = (name: string, defaults: LoadDefaults, tags: readonly string[]) =>
  racer({
    name,
    version: versionOf('@cache/core'),
    async setup() {
      const cache = new Cache<number>({ backend: memoryBackend<number>(), ttl: '1h', ...defaults });
      for (const key of keys) await cache.set(key, 1, { tags });
      return { cache, keys, load: async () => 1 };
    },
    op: (state, i) => state.cache.getOrSet(state.keys[i % 10_000] as string, state.load),
  });

export const windows = race({
  title: 'a warm getOrSet of entries with stale windows and tags',
  contestants: [
    warm('windows and three tags', { staleWhileRevalidate: '1m', staleIfError: '1h' }, ['one', 'two', 'three']),
    warm('plain, with a ttl', {}, []),
  ],
  asks: [{ than: 'plain, with a ttl', atLeast: 1 / 1.15 }],
});
