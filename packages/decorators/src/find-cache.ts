import { type Awaitable, andThen, CacheConfigError } from '@cache/core';
import type { AnyCache, AnyFunction, CacheSource } from './options.ts';

/** Finds the cache of a call, at once or later; `undefined` means: do not cache. */
export type FindCache = (self: unknown, args: readonly unknown[]) => Awaitable<AnyCache | undefined>;

/** @returns the cache itself where it is the same for every call, else how to find it */
export function findCache(
  what: string,
  source: CacheSource<AnyCache, never, never>,
  fn: AnyFunction,
): AnyCache | FindCache {
  if (typeof source !== 'function') return checked(what, source) as AnyCache;
  const find = source as (call: object) => unknown;
  return (self, args) => {
    return andThen(find({ self, args, fn }), (cache) => checked(what, cache));
  };
}

function checked(what: string, cache: unknown): AnyCache | undefined {
  if (cache === undefined || cache === null) return undefined;
  if (typeof cache === 'object' && 'getOrSet' in cache && 'namespace' in cache) return cache as AnyCache;
  throw new CacheConfigError(
    `${what}: expected a Cache, a SyncCache or a function that finds one, got ${typeof cache}`,
  );
}
