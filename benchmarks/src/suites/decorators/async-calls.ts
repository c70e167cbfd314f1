import { Cache } from '@cache/core';
import { cacheable, cached } from '@cache/decorators';
import { memoryBackend } from '@cache/memory';
import { CacheInterceptor } from '@nestjs/cache-manager';
import { Reflector } from '@nestjs/core';
import { Cacheable } from '@type-cacheable/core';
import { useAdapter as nodeCacheAdapter } from '@type-cacheable/node-cache-adapter';
import { createCache as createManager } from 'cache-manager';
import { LRUCache } from 'lru-cache';
import NodeCache from 'node-cache';
import { firstValueFrom, of } from 'rxjs';
import { race, racer, versionOf } from '../../harness/index.ts';

// 10,000 users, read in a fixed scattered order; everything is there, so no body runs while it is timed.
const n = 10_000;
const load = async (id: number): Promise<number> => id;
const keyOf = (id: number): string => `user:${id}`;
const fill = async (call: (id: number) => unknown): Promise<void> => {
  for (let id = 0; id < n; id++) await call(id);
};
const cache = (): Cache<number> => new Cache<number>({ backend: memoryBackend<number>() });

export const asyncCalls = race({
  title: 'an awaited warm call of a cached async function, in process',
  contestants: [
    racer({
      name: '@cache/decorators cached()',
      version: versionOf('@cache/decorators'),
      async setup() {
        const find = cached(cache(), { key: keyOf }, load);
        await fill(find);
        return { find };
      },
      op: (state, i) => state.find((i * 7_919) % 10_000),
    }),
    racer({
      name: '@cache/decorators @cacheable',
      version: versionOf('@cache/decorators'),
      async setup() {
        class Users {
          @cacheable(cache(), { key: keyOf })
          async find(id: number): Promise<number> {
            return id;
          }
        }
        const users = new Users();
        await fill((id) => users.find(id));
        return { users };
      },
      op: (state, i) => state.users.find((i * 7_919) % 10_000),
    }),
    racer({
      name: '@cache/decorators cached(), template',
      version: versionOf('@cache/decorators'),
      async setup() {
        const find = cached(cache(), { key: 'user:{0}' }, load);
        await fill(find);
        return { find };
      },
      op: (state, i) => state.find((i * 7_919) % 10_000),
    }),
    racer({
      name: '@cache/decorators cached(), default key',
      version: versionOf('@cache/decorators'),
      async setup() {
        const find = cached(cache(), { name: 'user' }, load);
        await fill(find);
        return { find };
      },
      op: (state, i) => state.find((i * 7_919) % 10_000),
    }),
    racer({
      name: 'await lru-cache get, the same key function',
      version: versionOf('lru-cache'),
      setup() {
        const lru = new LRUCache<string, number>({ max: 2 * n });
        for (let id = 0; id < n; id++) lru.set(keyOf(id), id);
        return { lru, keyOf };
      },
      op: (state, i) => state.lru.get(state.keyOf((i * 7_919) % 10_000)),
      awaited: true,
    }),
    racer({
      name: 'type-cacheable with node-cache',
      version: versionOf('@type-cacheable/core'),
      async setup() {
        const client = nodeCacheAdapter(new NodeCache({ useClones: false }));
        const users = { find: load };
        const descriptor = { value: load, writable: true, configurable: true, enumerable: true };
        const decorate = Cacheable({ cacheKey: ([id]: number[]) => keyOf(id as number), client });
        const made = (decorate(users, 'find', descriptor) ?? descriptor) as { value: typeof load };
        users.find = made.value;
        await fill((id) => users.find(id));
        return { users };
      },
      op: (state, i) => state.users.find((i * 7_919) % 10_000),
    }),
    racer({
      name: 'NestJS CacheInterceptor, without HTTP',
      version: versionOf('@nestjs/cache-manager'),
      async setup() {
        const manager = createManager();
        const interceptor = new CacheInterceptor(manager, new Reflector());
        // What the interceptor asks of a request, and no more of Nest than that.
        const handler = Object.assign(() => undefined, {});
        const context = (id: number) => ({
          getArgByIndex: () => ({ method: 'GET', url: `/users/${id}` }),
          getHandler: () => handler,
          getClass: () => Object,
          switchToHttp: () => ({ getRequest: () => ({ method: 'GET', url: `/users/${id}` }) }),
        });
        Object.assign(interceptor, {
          httpAdapterHost: {
            httpAdapter: {
              getRequestMethod: (request: { method: string }) => request.method,
              getRequestUrl: (request: { url: string }) => request.url,
              setHeader: () => undefined,
            },
          },
        });
        const find = async (id: number): Promise<unknown> =>
          firstValueFrom(await interceptor.intercept(context(id) as never, { handle: () => of(id) }));
        await fill(find);
        return { find };
      },
      op: (state, i) => state.find((i * 7_919) % 10_000),
    }),
  ],
  asks: [
    { than: 'await lru-cache get, the same key function', atLeast: 1 / 2.2 },
    { of: '@cache/decorators @cacheable', than: 'await lru-cache get, the same key function', atLeast: 1 / 2.2 },
    { than: 'type-cacheable with node-cache', atLeast: 1 },
    { than: 'NestJS CacheInterceptor, without HTTP', atLeast: 1 },
  ],
});
