import {
  type Awaitable,
  andThen,
  assertLoadOptions,
  isPending,
  type LoadContext,
  type LoadOptions,
  parseTtl,
} from '@cache/core';
import { atOnce, forLoads } from './cacheable-options.ts';
import type { RuntimeOptions } from './cached-function.ts';
import type { Site } from './decorator.ts';
import { decide, requireTags } from './entry-options.ts';
import { asPromised, isSync } from './find-cache.ts';
import { refuseOneShot } from './one-shot.ts';
import type { AnyCache, AnyFunction } from './options.ts';
import { follow, isOwnCall, mayCallItself } from './own-call.ts';
import { isSuperCall, lead } from './super-call.ts';
import { refuseLate, type Timing } from './timing.ts';

/** Answers a call by the entry of `key`, or by running the body and storing what it returns. */
export type Load = (
  cache: AnyCache,
  key: string,
  self: unknown,
  args: readonly unknown[],
  refresh: boolean,
  body: () => unknown,
) => unknown;

/** What a loader needs of the context that `getOrSet` gives it. */
type Context = Pick<LoadContext<unknown>, 'ttl' | 'tags' | 'skip'>;

export function loadThrough(what: string, options: RuntimeOptions, fn: AnyFunction, site: Site, timing: Timing): Load {
  const { ttl, tags, unless, ifNotExists = false } = options;
  const plain = loadOptions(options);
  const refreshing: LoadOptions = { ...plain, refresh: true };
  // Until it is known when the function answers, it is asked as one that answers at once.
  const first = atOnce(plain);
  const refreshingFirst = atOnce(refreshing);
  const takesTime = Object.keys(first).length < Object.keys(plain).length;
  const undecided = unless === undefined && typeof ttl !== 'function' && typeof tags !== 'function' && !ifNotExists;
  const overridable = site.kind !== 'function' && options.key !== undefined;
  const recursive = site.kind !== 'function' && mayCallItself(fn, site.name);

  /** Tells the load what the options say of `result`. */
  const settle = (
    cache: AnyCache,
    self: unknown,
    args: readonly unknown[],
    result: unknown,
    context: Context,
  ): Awaitable<unknown> => {
    refuseOneShot(what, result);
    if (undecided) return result;
    const decided = decide(options, result, { self, args, fn });
    refuseLate(what, 'unless, ttl or tags', timing, decided);
    return andThen(decided, (say) => {
      if (say === undefined || ifNotExists) context.skip();
      if (say === undefined) return result;
      if (ifNotExists)
        return andThen(cache.set((context as LoadContext<unknown>).key, result, { ...say, ifNotExists }), () => result);
      if (typeof ttl === 'function' && say.ttl !== undefined) context.ttl(say.ttl);
      if (typeof tags === 'function' && say.tags !== undefined) context.tags(...say.tags);
      return result;
    });
  };

  const loadLater: Load = (cache, key, self, args, refresh, body) => {
    const later = asPromised(cache);
    return later.getOrSet(
      key,
      (context) => {
        const run = (): Awaitable<unknown> =>
          andThen(body(), (result) => settle(later, self, args, result, context)) as Awaitable<unknown>;
        const tagged = typeof tags === 'function' ? () => andThen(requireTags(later, true), run) : run;
        const led = overridable ? () => lead(self, { cache, key, name: site.name, fn }, tagged) : tagged;
        return recursive ? follow(cache, key, led) : led();
      },
      refresh ? refreshing : plain,
    );
  };

  const loadNow: Load = (cache, key, self, args, refresh, body) => {
    let begun: PromiseLike<unknown> | undefined;
    const known = timing.later === false;
    const options = refresh ? (known ? refreshing : refreshingFirst) : known ? plain : first;
    const loaded = (
      cache as {
        getOrSet(key: string, loader: (context: LoadContext<unknown>) => unknown, options: LoadOptions): unknown;
      }
    ).getOrSet(
      key,
      (context) => {
        if (typeof tags === 'function') requireTags(cache, true);
        const result = body();
        if (isPending(result)) {
          // It answers later after all: not for this load.
          begun = result;
          context.skip();
          return undefined;
        }
        timing.later ??= false;
        if (takesTime) assertLoadOptions(plain, true);
        return settle(cache, self, args, result, context);
      },
      options,
    );
    if (begun === undefined) return loaded;
    timing.later ??= true;
    return loadLater(cache, key, self, args, refresh, () => begun);
  };

  return (cache, key, self, args, refresh, body) => {
    if (overridable && isSuperCall(self, cache, key, site.name, fn)) return body();
    if (recursive && isOwnCall(cache, key)) return body();
    return (timing.later !== true && isSync(cache) ? loadNow : loadLater)(cache, key, self, args, refresh, body);
  };
}

/** What `getOrSet` is told of every call. */
function loadOptions(options: RuntimeOptions): LoadOptions {
  const { ttl, tags } = options;
  return {
    ...forLoads(options),
    ...(ttl === undefined || typeof ttl === 'function' ? {} : { ttl: parseTtl(ttl) }),
    ...(tags === undefined || typeof tags === 'function' ? {} : { tags }),
    onReentry: 'run', // super and recursion run the body
  };
}
