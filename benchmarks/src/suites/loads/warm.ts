import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { type CacheEntry, cachified } from '@epic-web/cachified';
import { createCache as createDedupe } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache as createManager } from 'cache-manager';
import { Cacheable } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { race, racer, versionOf } from '../../harness/index.ts';

// 10,000 keys, read in a fixed scattered order; nothing expires and nothing is loaded while it is timed.
const n = 10_000;
const keys: readonly string[] = Array.from({ length: n }, (_, i) => `user:${(i * 7_919) % n}`);
const load = async (): Promise<number> => 1;

const ours = (name: string, prefix: string) =>
  racer({
    name,
    version: versionOf('@cache/core'),
    async setup() {
      const cache = new Cache<number>({ backend: memoryBackend<number>(), prefix });
      for (const key of keys) await cache.set(key, 1);
      return { cache, keys, load };
    },
    op: (state, i) => state.cache.getOrSet(state.keys[i % 10_000] as string, state.load),
  });

const lruGet = racer({
  name: 'await lru-cache get',
  version: versionOf('lru-cache'),
  setup() {
    const cache = new LRUCache<string, number>({ max: 2 * n });
    for (const key of keys) cache.set(key, 1);
    return { cache, keys };
  },
  // What no cache with promises can beat: a bare read, awaited.
  op: (state, i) => state.cache.get(state.keys[i % 10_000] as string),
  awaited: true,
});

export const warm = race({
  title: 'an awaited warm getOrSet, in process',
  contestants: [
    ours('@cache/core getOrSet', ''),
    ours('@cache/core getOrSet, prefix app:', 'app:'),
    lruGet,
    racer({
      name: 'lru-cache fetch',
      version: versionOf('lru-cache'),
      setup() {
        const cache = new LRUCache<string, number>({ max: 2 * n, fetchMethod: load });
        for (const key of keys) cache.set(key, 1);
        return { cache, keys };
      },
      op: (state, i) => state.cache.fetch(state.keys[i % 10_000] as string),
    }),
    racer({
      name: 'async-cache-dedupe',
      version: versionOf('async-cache-dedupe'),
      async setup() {
        const cache = createDedupe({ ttl: 3_600, storage: { type: 'memory', options: { size: 2 * n } } }).define(
          'load',
          (_key: string) => load(),
        );
        for (const key of keys) await cache.load(key);
        return { cache, keys };
      },
      op: (state, i) => state.cache.load(state.keys[i % 10_000] as string),
    }),
    racer({
      name: 'cacheable getOrSet',
      version: versionOf('cacheable'),
      async setup() {
        const cache = new Cacheable();
        for (const key of keys) await cache.set(key, 1);
        return { cache, keys, load };
      },
      op: (state, i) => state.cache.getOrSet(state.keys[i % 10_000] as string, state.load),
    }),
    racer({
      name: 'cache-manager wrap',
      version: versionOf('cache-manager'),
      async setup() {
        const cache = createManager();
        for (const key of keys) await cache.set(key, 1);
        return { cache, keys, load };
      },
      op: (state, i) => state.cache.wrap(state.keys[i % 10_000] as string, state.load),
    }),
    racer({
      name: 'cachified with lru-cache',
      version: versionOf('@epic-web/cachified'),
      async setup() {
        const cache = new LRUCache<string, CacheEntry<number>>({ max: 2 * n });
        for (const key of keys) await cachified({ key, cache, getFreshValue: load });
        return { cachified, cache, keys, load };
      },
      op: (state, i) =>
        state.cachified({ key: state.keys[i % 10_000] as string, cache: state.cache, getFreshValue: state.load }),
    }),
    racer({
      name: 'BentoCache getOrSet, no serialization',
      version: versionOf('bentocache'),
      async setup() {
        const bento = new BentoCache({
          default: 'memory',
          stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: 2 * n, serialize: false })) },
        });
        for (const key of keys) await bento.set({ key, value: 1 });
        return { bento, keys, load };
      },
      op: (state, i) => state.bento.getOrSet({ key: state.keys[i % 10_000] as string, factory: state.load }),
      teardown: (state) => state.bento.disconnectAll(),
    }),
  ],
  asks: [
    { than: 'await lru-cache get', atLeast: 1 / 1.7 },
    { of: '@cache/core getOrSet, prefix app:', than: 'await lru-cache get', atLeast: 1 / 2.2 },
    { than: 'async-cache-dedupe', atLeast: 6 },
    { than: 'cacheable getOrSet', atLeast: 20 },
    { than: 'cache-manager wrap', atLeast: 20 },
    { than: 'cachified with lru-cache', atLeast: 20 },
    { than: 'BentoCache getOrSet, no serialization', atLeast: 35 },
  ],
});
