import { type LoadContext, type LoadOptions, parseTtl, type Ttl } from '@cache/core';
import { callKey, type RuntimeKeyOptions } from './call-key.ts';
import type { Site } from './decorator.ts';
import { findCache } from './find-cache.ts';
import { addLayer } from './layer.ts';
import { refuseGenerator, refuseOneShot } from './one-shot.ts';
import type { AnyCache, AnyFunction, CacheSource } from './options.ts';

/** The options of a cached function as they arrive at run time, whatever the compiler made of them. */
export interface RuntimeOptions extends RuntimeKeyOptions, Omit<LoadOptions, 'ttl' | 'tags'> {
  readonly ttl?: Ttl | ((result: never, call: never) => unknown) | undefined;
  readonly tags?: readonly string[] | ((result: never, call: never) => unknown) | undefined;
  readonly when?: ((call: never) => unknown) | undefined;
  readonly unless?: ((result: never, call: never) => unknown) | undefined;
  readonly ifNotExists?: boolean | undefined;
}

/** The one mechanism: `fn` behind a cache. */
export function cachedFunction(
  what: string,
  source: CacheSource<AnyCache, never, never>,
  options: RuntimeOptions,
  fn: AnyFunction,
  site: Site,
): AnyFunction {
  refuseGenerator(what, fn);
  const { key, params, hashed, name, ttl, tags, when, unless, ifNotExists = false, ...rest } = options;
  const keyOf = callKey(what, options, fn, site);
  const cacheOf = findCache(what, source, fn);
  if (ttl !== undefined && typeof ttl !== 'function') parseTtl(ttl);
  const load: LoadOptions = {
    ...rest,
    ...(typeof ttl === 'function' ? {} : { ttl }),
    ...(typeof tags === 'function' ? {} : { tags }),
  };

  /** Runs the body as a loader, and tells the load what the options say of its result. */
  const run = async (self: unknown, args: readonly unknown[], context: LoadContext<unknown>): Promise<unknown> => {
    const result = await fn.apply(self as never, args as never);
    refuseOneShot(what, result);
    const call = { self, args, fn } as never;
    if (unless !== undefined && (await unless(result as never, call))) context.skip();
    if (typeof ttl === 'function') {
      const decided = (await ttl(result as never, call)) as Ttl | undefined;
      if (decided !== undefined) context.ttl(decided);
    }
    if (typeof tags === 'function') context.tags(...((await tags(result as never, call)) as string[]));
    return result;
  };
  const answer = (cache: AnyCache, self: unknown, args: readonly unknown[]): Promise<unknown> => {
    const built = keyOf(self, args);
    keyOf.claim?.(cache, self);
    return cache.getOrSet(built, (context) => run(self, args, context), load);
  };
  const find = async (self: unknown, args: readonly unknown[]): Promise<AnyCache | undefined> =>
    typeof cacheOf === 'function' ? cacheOf(self, args) : cacheOf;
  const slowly = async (self: unknown, args: readonly unknown[]): Promise<unknown> => {
    if (when !== undefined && !(await when({ self, args, fn } as never))) return fn.apply(self as never, args as never);
    const cache = await find(self, args);
    return cache === undefined ? fn.apply(self as never, args as never) : answer(cache, self, args);
  };

  function cached(this: unknown, ...args: unknown[]): unknown {
    if (typeof cacheOf === 'function' || when !== undefined) return slowly(this, args);
    try {
      return answer(cacheOf, this, args);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  addLayer(cached, {
    original: fn,
    tools: {
      keyFor: keyOf,
      async invalidate(self, args) {
        const built = keyOf(self, args);
        return (await find(self, args))?.delete(built) ?? false;
      },
      async refresh(self, args) {
        const built = keyOf(self, args);
        const cache = await find(self, args);
        if (cache === undefined) return fn.apply(self as never, args as never);
        keyOf.claim?.(cache, self);
        const result = await fn.apply(self as never, args as never);
        await cache.set(built, result, typeof ttl === 'function' ? {} : { ttl });
        return result;
      },
      async peek(self, args) {
        const built = keyOf(self, args);
        return (await find(self, args))?.get(built);
      },
    },
  });
  return cached as AnyFunction;
}
