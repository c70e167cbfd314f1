import { SyncCache } from '@cache/core';
import { cacheable, cached } from '@cache/decorators';
import { memoryBackend } from '@cache/memory';
import { race, racer, versionOf } from '../../harness/index.ts';

const n = 10_000;
const keyOf = (id: number): string => `user:${id}`;
const filled = (): SyncCache<number> => {
  const cache = new SyncCache<number>({ backend: memoryBackend<number>() });
  for (let id = 0; id < n; id++) cache.set(keyOf(id), id);
  return cache;
};

export const syncCalls = race({
  title: 'a warm call of a cached sync function',
  contestants: [
    racer({
      name: '@cache/decorators cached()',
      version: versionOf('@cache/decorators'),
      setup: () => ({ find: cached(filled(), { key: keyOf }, (id: number) => id) }),
      op: (state, i) => state.find((i * 7_919) % 10_000),
    }),
    racer({
      name: '@cache/decorators @cacheable',
      version: versionOf('@cache/decorators'),
      setup() {
        class Users {
          @cacheable(filled(), { key: keyOf })
          find(id: number): number {
            return id;
          }
        }
        return { users: new Users() };
      },
      op: (state, i) => state.users.find((i * 7_919) % 10_000),
    }),
    racer({
      name: '@cache/core SyncCache get, the same key function',
      version: versionOf('@cache/core'),
      setup: () => ({ cache: filled(), keyOf }),
      op: (state, i) => state.cache.get(state.keyOf((i * 7_919) % 10_000)),
    }),
  ],
  asks: [
    { than: '@cache/core SyncCache get, the same key function', atLeast: 1 / 2.5 },
    { of: '@cache/decorators @cacheable', than: '@cache/core SyncCache get, the same key function', atLeast: 1 / 2.5 },
  ],
});
