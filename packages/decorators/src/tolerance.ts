import { CacheConfigError, type CacheError, isCacheError, isPending } from '@cache/core';
import type { Load } from './load-through.ts';
import type { AnyCache, AnyFunction, Call } from './options.ts';

/** What a failure of the cache does to a call: reach the caller, or be passed over, and told if a function is given. */
export type OnError = 'throw' | 'bypass' | ((error: CacheError, call: Call) => void);

/** Mistakes of the program are never passed over. */
const mistakes: ReadonlySet<string> = new Set([
  'INVALID_TTL',
  'INVALID_KEY',
  'INVALID_CONFIG',
  'INVALID_ANSWER',
  'MISSING_CAPABILITY',
  'REENTRANT_LOAD',
  'CLOSED',
]);

/** Says whether `error` may be passed over, and tells whom it concerns. `undefined`: none may. */
export type PassOver = ((error: unknown, call: Call) => boolean) | undefined;

/** @throws {CacheConfigError} */
export function passOver(what: string, onError: OnError | undefined): PassOver {
  if (onError === undefined || onError === 'throw') return undefined;
  if (onError !== 'bypass' && typeof onError !== 'function')
    throw new CacheConfigError(`${what}: expected onError 'throw', 'bypass' or a function, got ${typeof onError}`);
  return (error, call) => {
    if (!isCacheError(error) || mistakes.has(error.code)) return false;
    if (typeof onError === 'function') onError(error, call);
    return true;
  };
}

/**
 * `load`, or the body alone where the cache fails. The body still runs once for all who call meanwhile: a cache that is
 * down must not send a thousand callers to the database.
 */
export function tolerant(fn: AnyFunction, passes: PassOver, load: Load): Load {
  if (passes === undefined) return load;
  const running = new WeakMap<AnyCache, Map<string, PromiseLike<unknown>>>();

  /** Runs the body, or joins the run of another caller. */
  const share = (cache: AnyCache, key: string, run: () => unknown): unknown => {
    let runs = running.get(cache);
    if (runs === undefined) {
      runs = new Map();
      running.set(cache, runs);
    }
    const joined = runs.get(key);
    if (joined !== undefined) return joined;
    const result = run();
    if (!isPending(result)) return result;
    runs.set(key, result);
    // Those who wait for it through the cache hear of a failure a few turns later, and come back here.
    const forget = (): void => void setImmediate(() => runs.delete(key));
    result.then(forget, forget);
    return result;
  };

  return (cache, key, self, args, refresh, run) => {
    // A body that answers at once is run by this caller or not at all.
    let own: { readonly value: unknown } | undefined;
    const once = (): unknown => {
      const value = share(cache, key, run);
      own = { value };
      return value;
    };
    const recover = (error: unknown): unknown => {
      if (!passes(error, { self, args, fn })) throw error;
      return own === undefined ? once() : own.value;
    };
    try {
      const answer = load(cache, key, self, args, refresh, once);
      return isPending(answer) ? answer.then(undefined, recover) : answer;
    } catch (error) {
      return recover(error);
    }
  };
}
