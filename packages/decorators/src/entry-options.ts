import { type Awaitable, andThen, CacheConfigError, parseTtl, type Ttl } from '@cache/core';
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

/** @throws {InvalidTtlError} {CacheConfigError} on what can never work */
export function checkEntryOptions(what: string, options: RuntimeEntryOptions): void {
  const { ttl, tags } = options;
  if (ttl !== undefined && typeof ttl !== 'function') parseTtl(ttl);
  if (tags !== undefined && typeof tags !== 'function' && !isTagList(tags))
    throw new CacheConfigError(`${what}: expected \`tags\` to be an array of non-empty strings, or a function`);
  checkKinds(what, options, { when: 'function', unless: 'function', ifNotExists: 'boolean' });
}

/** @throws {CacheConfigError} on an option that was given and is of another kind */
export function checkKinds(
  what: string,
  options: object,
  kinds: Readonly<Record<string, 'function' | 'boolean' | 'string'>>,
): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const given = (options as Readonly<Record<string, unknown>>)[name];
    if (given !== undefined && typeof given !== kind)
      throw new CacheConfigError(
        `${what}: expected \`${name}\` to be a ${kind}, got ${given === null ? 'null' : typeof given}`,
      );
  }
}

function isTagList(tags: unknown): boolean {
  return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== '');
}

/** What to write for `result`, or `undefined` when it is not to be stored. */
export function decide(options: RuntimeEntryOptions, result: unknown, call: Call): Awaitable<Decided | undefined> {
  const { ttl, tags, unless } = options;
  return andThen(unless === undefined ? false : unless(result, call), (skip) => {
    if (skip) return undefined;
    return andThen(typeof ttl === 'function' ? ttl(result, call) : ttl, (decidedTtl) =>
      andThen(typeof tags === 'function' ? tags(result, call) : tags, (decidedTags) => ({
        ttl: decidedTtl,
        tags: decidedTags,
      })),
    );
  });
}

/**
 * Asks `cache` whether it can keep tags, so that no body runs whose result could not be tagged, or whose tags could not be
 * invalidated. No I/O.
 * @throws {CacheCapabilityError}
 */
export function requireTags(cache: AnyCache, wanted: boolean): Awaitable<unknown> {
  return wanted ? cache.invalidateTags([]) : undefined;
}
