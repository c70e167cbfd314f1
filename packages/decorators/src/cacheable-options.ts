import { assertLoadOptions, assertOptions, CacheConfigError, type LoadOptions, syncLoadOptionNames } from '@cache/core';
import type { RuntimeOptions } from './cached-function.ts';
import { checkEntryOptions, checkKinds } from './entry-options.ts';

const own = ['key', 'params', 'hashed', 'name', 'ttl', 'tags', 'when', 'unless', 'ifNotExists', 'mode', 'onError'];

/** The options of `getOrSet` that are options of all functions with a cache, beside `ttl` and `tags`. */
export const loadNames: readonly string[] = [
  'staleWhileRevalidate',
  'staleIfError',
  'refreshAhead',
  'earlyExpiration',
  'timeout',
  'cacheErrors',
  'onCorrupt',
  'singleFlight',
  'leaseTtl',
  'waitTimeout',
  'onWaitTimeout',
] satisfies readonly (keyof LoadOptions)[];

const known = new Set([...own, ...loadNames, 'signal']);

/**
 * Refuses options of a cached function that do not exist, or can never work: where it is made, not at its first call.
 * @throws {CacheConfigError} {InvalidTtlError}
 */
export function checkCacheableOptions(what: string, options: RuntimeOptions): void {
  if ('refresh' in Object(options) || 'onReentry' in Object(options))
    throw new CacheConfigError(
      `${what}: expected neither \`refresh\` nor \`onReentry\` here; a cached function has refresh()`,
    );
  assertOptions(what, options, known);
  checkEntryOptions(what, options);
  checkKinds(what, options, { hashed: 'boolean' });
  const { ifNotExists = false, staleIfError, staleWhileRevalidate } = options;
  if (ifNotExists && (staleIfError !== undefined || staleWhileRevalidate !== undefined))
    throw new CacheConfigError(`${what}: expected \`ifNotExists\` or a stale window, got both`);
  assertLoadOptions(forLoads(options));
}

/** What is handed on to `getOrSet`: all that is not ours, whatever it is. */
export function forLoads(options: RuntimeOptions): LoadOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !own.includes(name)));
}

/** Those of `options` that a `SyncCache` has: the others are for functions that answer later. */
export function atOnce(options: LoadOptions): LoadOptions {
  const names: ReadonlySet<string> = syncLoadOptionNames;
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.has(name)));
}
