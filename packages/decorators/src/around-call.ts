import { type Awaitable, andThen } from '@cache/core';
import { findCache } from './find-cache.ts';
import type { AnyCache, AnyFunction, CacheSource, Call } from './options.ts';

/** What is done with a call that uses the cache. */
export type WithCache = (cache: AnyCache, self: unknown, args: readonly unknown[]) => unknown;

/**
 * A function that asks `when`, finds the cache, and does `withCache`; or runs `fn` alone when either says so. Answers at once
 * where all of them do.
 */
export function aroundCall(
  what: string,
  source: CacheSource<AnyCache, never, never>,
  when: ((call: Call) => Awaitable<boolean>) | undefined,
  fn: AnyFunction,
  withCache: WithCache,
): AnyFunction {
  const cacheOf = findCache(what, source, fn);
  const alone = (self: unknown, args: readonly unknown[]): unknown => fn.apply(self as never, args as never);
  function around(this: unknown, ...args: readonly unknown[]): unknown {
    return andThen(when === undefined ? true : when({ self: this, args, fn }), (use) =>
      use
        ? andThen(typeof cacheOf === 'function' ? cacheOf(this, args) : cacheOf, (cache) =>
            cache === undefined ? alone(this, args) : withCache(cache, this, args),
          )
        : alone(this, args),
    );
  }
  return around as AnyFunction;
}
