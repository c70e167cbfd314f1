import { Cache, type CacheOptions, SyncCache, type SyncCacheOptions } from '../../src/index.ts';
import { inMemoryServer, type ManualClock, manualClock } from '../../src/testing/index.ts';

/** A cache of either face. Their methods have the same names, and awaiting an answer that is there changes nothing. */
export type AnyCache<T> = Cache<T>;

interface Face {
  readonly name: string;
  /** A cache over a store of its own that keeps tags, and the clock of that store. */
  make<T = unknown>(options?: Partial<CacheOptions<T>>): { cache: AnyCache<T>; clock: ManualClock };
}

export const faces: readonly Face[] = [
  {
    name: 'Cache',
    make<T>(options: Partial<CacheOptions<T>> = {}) {
      const clock = manualClock(1_000);
      const backend = inMemoryServer<T>({ clock }).connect();
      return { clock, cache: new Cache<T>({ backend, ...options }) };
    },
  },
  {
    name: 'SyncCache',
    make<T>(options: Partial<CacheOptions<T>> = {}) {
      const clock = manualClock(1_000);
      const backend = inMemoryServer<T>({ clock }).connect();
      const cache = new SyncCache<T>({ backend, ...options } as SyncCacheOptions<T>);
      return { clock, cache: cache as unknown as AnyCache<T> };
    },
  },
];

/** The keys of a cache, sorted. */
export async function keysOf(cache: AnyCache<never>, prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of cache.keys(prefix)) keys.push(key);
  return keys.sort();
}
