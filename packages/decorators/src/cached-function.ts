import { andThen, assertLoadOptions, type LoadOptions } from '@cache/core';
import { forLoads } from './cacheable-options.ts';
import { callKey, type RuntimeKeyOptions } from './call-key.ts';
import type { Site } from './decorator.ts';
import type { RuntimeEntryOptions } from './entry-options.ts';
import { asPromised, findCache, isSync } from './find-cache.ts';
import { asLayer, cachingLayer, layerOf, type Tools } from './layer.ts';
import { loadThrough } from './load-through.ts';
import { refuseGenerator } from './one-shot.ts';
import type { AnyCache, AnyFunction, CacheSource, Call } from './options.ts';
import { inTime, type Mode, refuseLate, timingOf } from './timing.ts';
import { type OnError, passOver, tolerant } from './tolerance.ts';

/** The options of a cached function as they arrive at run time, whatever the compiler made of them. */
export interface RuntimeOptions extends RuntimeKeyOptions, RuntimeEntryOptions, Omit<LoadOptions, 'ttl' | 'tags'> {
  readonly mode?: Mode | undefined;
  readonly onError?: OnError | undefined;
}

/** The one mechanism of all faces: `fn` behind a cache. */
export function cachedFunction(
  what: string,
  source: CacheSource<AnyCache, never, never>,
  options: RuntimeOptions,
  fn: AnyFunction,
  site: Site,
): AnyFunction {
  refuseGenerator(what, fn);
  const keyOf = callKey(what, options, fn, site);
  const timing = timingOf(what, fn, options.mode);
  const cacheOf = findCache(what, source, fn);
  const fixed = typeof cacheOf === 'function' ? undefined : cacheOf;
  if (fixed !== undefined && !isSync(fixed)) timing.later = true;
  if (fixed !== undefined && timing.later === false) assertLoadOptions(forLoads(options), true);
  const { when } = options;
  const load = tolerant(fn, passOver(what, options.onError), loadThrough(what, options, fn, site, timing));

  const alone = (self: unknown, args: readonly unknown[]): unknown => fn.apply(self as never, args as never);
  // A refresh goes through to what is cached beneath: it would be answered from there.
  const body = (self: unknown, args: readonly unknown[], refresh: boolean): unknown => {
    const inner = refresh ? layerOf(fn)?.tools : undefined;
    return inner === undefined ? alone(self, args) : inner.refresh(self, args);
  };
  const find = (self: unknown, args: readonly unknown[]) =>
    typeof cacheOf === 'function' ? cacheOf(self, args) : cacheOf;
  const through = (cache: AnyCache, self: unknown, args: readonly unknown[], refresh: boolean): unknown => {
    const key = keyOf(self, args);
    keyOf.claim?.(cache, self);
    return load(cache, key, self, args, refresh, () => body(self, args, refresh));
  };
  const looking = (self: unknown, args: readonly unknown[], refresh: boolean): unknown => {
    const call: Call = { self, args, fn };
    const use = when === undefined || refresh ? true : when(call);
    refuseLate(what, 'when', timing, use);
    return andThen(use, (used) => {
      if (!used) return alone(self, args);
      const cache = find(self, args);
      refuseLate(what, 'cache', timing, cache);
      return andThen(cache, (found) => (found === undefined ? alone(self, args) : through(found, self, args, refresh)));
    });
  };

  function cached(this: unknown, ...args: readonly unknown[]): unknown {
    if (fixed === undefined || when !== undefined) return inTime(timing, () => looking(this, args, false));
    if (timing.later !== true) return through(fixed, this, args, false);
    try {
      return through(fixed, this, args, false);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Does something with the entry of a call, when the call has a cache. */
  const onEntry = <X>(
    self: unknown,
    args: readonly unknown[],
    without: X,
    act: (cache: AnyCache, key: string) => unknown,
  ): unknown =>
    inTime(timing, () => {
      const key = keyOf(self, args);
      return andThen(find(self, args), (cache) => {
        if (cache === undefined) return without;
        keyOf.claim?.(cache, self);
        return act(timing.later === true ? asPromised(cache) : cache, key);
      });
    });
  const tools: Tools = {
    keyFor: keyOf,
    // From the inside out: an outer load must not find what is about to be removed beneath it.
    invalidate: (self, args) =>
      inTime(timing, () =>
        andThen(cachingLayer(fn)?.tools.invalidate(self, args), (inner) =>
          andThen(
            onEntry(self, args, false, (cache, key) => cache.delete(key)),
            (removed) => inner === true || removed,
          ),
        ),
      ),
    refresh: (self, args) => inTime(timing, () => looking(self, args, true)),
    peek: (self, args) => onEntry(self, args, undefined, (cache, key) => cache.get(key)),
  };
  return asLayer(cached as AnyFunction, { original: fn, timing, tools });
}
