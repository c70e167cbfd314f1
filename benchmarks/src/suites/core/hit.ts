import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { race, racer, versionOf } from '../../harness/index.ts';

const keys = Array.from({ length: 1024 }, (_, i) => `user:${i}`);

/** What `Cache` costs above the backend it holds, both awaited as a caller awaits them. */
export const hit = race({
  title: 'an awaited hit by key, 1,024 entries',
  contestants: [
    racer({
      name: '@cache/core',
      version: versionOf('@cache/core'),
      async setup() {
        const cache = new Cache<number>({ backend: memoryBackend<number>() });
        for (const [i, key] of keys.entries()) await cache.set(key, i);
        return { cache, keys };
      },
      op: ({ cache, keys }, i) => cache.get(keys[i & 1023] as string),
    }),
    racer({
      name: '@cache/memory alone',
      version: versionOf('@cache/memory'),
      setup() {
        const backend = memoryBackend<number>();
        for (const [i, key] of keys.entries()) backend.set(key, i);
        return { backend, keys };
      },
      op: async ({ backend, keys }, i) => backend.get(keys[i & 1023] as string),
    }),
  ],
  asks: [{ than: '@cache/memory alone', atLeast: 0.4 }],
});
