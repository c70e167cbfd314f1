import { type Awaitable, andThen, isPending } from '@cache/core';
import { asPromised, findCache, isSync } from './find-cache.ts';
import { asLayer } from './layer.ts';
import { refuseGenerator } from './one-shot.ts';
import type { AnyCache, AnyFunction, CacheSource, Call } from './options.ts';
import { inTime, type Mode, refuseLate, timingOf } from './timing.ts';
import { type OnError, passOver } from './tolerance.ts';

export interface WritingOptions {
  readonly when?: ((call: Call) => Awaitable<boolean>) | undefined;
  readonly mode?: Mode | undefined;
  readonly onError?: OnError | undefined;
}

/** What is done to the cache once the body has succeeded. */
export type Write = (result: unknown) => unknown;

/**
 * A function that runs its body always, and then does something to a cache. `prepare` comes before the body: what can be
 * wrong without its result is found out there. A body that throws or rejects writes nothing.
 */
export function writingFunction(
  what: string,
  source: CacheSource<AnyCache, never, never>,
  options: WritingOptions,
  fn: AnyFunction,
  prepare: (cache: AnyCache, self: unknown, args: readonly unknown[]) => Awaitable<Write>,
): AnyFunction {
  refuseGenerator(what, fn);
  const timing = timingOf(what, fn, options.mode);
  const cacheOf = findCache(what, source, fn);
  if (typeof cacheOf !== 'function' && !isSync(cacheOf)) timing.later = true;
  const passes = passOver(what, options.onError);
  const { when } = options;

  const run = (self: unknown, args: readonly unknown[]): unknown => {
    const result = fn.apply(self as never, args as never);
    if (timing.later === undefined && typeof cacheOf !== 'function') timing.later = isPending(result);
    return result;
  };
  /** Writes; what may be passed over is. */
  const writing = (write: Write, result: unknown, call: Call): unknown => {
    const recover = (error: unknown): void => {
      if (!passes?.(error, call)) throw error;
    };
    try {
      const written = write(result);
      refuseLate(what, 'an option', timing, written);
      return isPending(written) ? written.then(undefined, recover) : written;
    } catch (error) {
      return recover(error);
    }
  };

  function around(this: unknown, ...args: readonly unknown[]): unknown {
    const call: Call = { self: this, args, fn };
    return inTime(timing, () => {
      const use = when === undefined ? true : when(call);
      refuseLate(what, 'when', timing, use);
      return andThen(use, (used) => {
        if (!used) return run(this, args);
        const cache = typeof cacheOf === 'function' ? cacheOf(this, args) : cacheOf;
        refuseLate(what, 'cache', timing, cache);
        return andThen(cache, (found) => {
          if (found === undefined) return run(this, args);
          const target = timing.later === true ? asPromised(found) : found;
          return andThen(prepare(target, this, args), (write) =>
            andThen(run(this, args), (result) => andThen(writing(write, result, call), () => result)),
          );
        });
      });
    });
  }
  return asLayer(around as AnyFunction, { original: fn, timing });
}
