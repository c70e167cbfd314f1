import { type Awaitable, andThen, parseTtl, type Ttl } from '@cache/core';
import type { AnyCache, Call } from './options.ts';

/** {@link EntryOptions} as they arrive at run time, whatever the compiler made of them. */
export interface RuntimeEntryOptions {
  readonly ttl?: Ttl | Decide<Ttl | undefined> | undefined;
  readonly tags?: readonly string[] | Decide<readonly string[]> | undefined;
  readonly when?: ((call: Call) => Awaitable<boolean>) | undefined;
  readonly unless?: Decide<boolean> | undefined;
  readonly ifNotExists?: boolean | undefined;
}

export type Decide<X> = (result: unknown, call: Call) => Awaitable<X>;

/** What a write says about its entry once its result is known. */
export interface Decided {
  readonly ttl: Ttl | undefined;
  readonly tags: readonly string[] | undefined;
}

/** @throws {InvalidTtlError} on a fixed time to live that is none */
export function checkEntryOptions({ ttl }: RuntimeEntryOptions): void {
  if (ttl !== undefined && typeof ttl !== 'function') parseTtl(ttl);
}

/** What to write for `result`, or `undefined` when it is not to be stored. */
export function decide(options: RuntimeEntryOptions, result: unknown, call: Call): Awaitable<Decided | undefined> {
  const { ttl, tags, unless } = options;
  return andThen(unless === undefined ? false : unless(result, call), (skip) =>
    skip
      ? undefined
      : andThen(typeof ttl === 'function' ? ttl(result, call) : ttl, (decidedTtl) =>
          andThen(typeof tags === 'function' ? tags(result, call) : tags, (decidedTags) => ({
            ttl: decidedTtl,
            tags: decidedTags,
          })),
        ),
  );
}

/**
 * Asks `cache` whether it can keep tags, so that a body does not run whose result could not be tagged.
 * @throws {CacheCapabilityError}
 */
export function requireTags(cache: AnyCache, wanted: boolean): Awaitable<unknown> {
  return wanted ? cache.invalidateTags([]) : undefined;
}
