import { type Awaitable, andThen, type Cache, CacheConfigError, type SyncCache } from '@cache/core';
import type { AnyCache, AnyFunction, CacheSource } from './options.ts';

/** Finds the cache of a call, at once or later; `undefined` means: do not cache. */
export type FindCache = (self: unknown, args: readonly unknown[]) => Awaitable<AnyCache | undefined>;

/** @returns the cache itself where it is the same for every call, else how to find it */
export function findCache(
  what: string,
  source: CacheSource<AnyCache, never, never>,
  fn: AnyFunction,
): AnyCache | FindCache {
  if (typeof source === 'function') {
    const find = source as (call: object) => unknown; // told apart from caches, which are no functions
    return (self, args) => andThen(find({ self, args, fn }), (found) => checked(what, found));
  }
  const cache = checked(what, source);
  if (cache === undefined)
    throw new CacheConfigError(`${what}: expected a Cache, a SyncCache or a function that finds one, got ${source}`);
  return cache;
}

function checked(what: string, cache: unknown): AnyCache | undefined {
  if (cache === undefined || cache === null) return undefined;
  if (typeof cache === 'object' && 'getOrSet' in cache && 'invalidateTags' in cache) return cache as AnyCache;
  throw new CacheConfigError(`${what}: expected a Cache or a SyncCache, got ${typeof cache}`);
}

/** Whether `cache` answers at once. Asked by its shape: there may be two copies of core in one program. */
// biome-ignore lint/suspicious/noExplicitAny: as AnyCache
export function isSync(cache: AnyCache): cache is SyncCache<any> {
  return 'asCache' in cache;
}

const promised = new WeakMap<object, Cache<unknown>>();

/** `cache` with promises. */
export function asPromised(cache: AnyCache): Cache<unknown> {
  if (!isSync(cache)) return cache;
  let face = promised.get(cache);
  if (face === undefined) {
    face = cache.asCache();
    promised.set(cache, face);
  }
  return face;
}
