import { type Cache, createCache } from '@cache/core';
import { cacheConfigFromEnv } from '@cache/core/config';
import { Global, Inject, Module, type OnModuleDestroy } from '@nestjs/common';

export const CACHE: unique symbol = Symbol('cache');

/** One cache for the application, from its environment: `CACHE_URL`, `CACHE_TTL`, … */
@Global()
@Module({
  providers: [
    {
      provide: CACHE,
      useFactory: () => createCache<unknown>({ url: 'memory://', ttl: '10m', ...cacheConfigFromEnv() }),
    },
  ],
  exports: [CACHE],
})
export class CacheModule implements OnModuleDestroy {
  readonly #cache: Cache<unknown>;

  constructor(@Inject(CACHE) cache: Cache<unknown>) {
    this.#cache = cache;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#cache.close();
  }
}
