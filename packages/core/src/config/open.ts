import { Cache } from '../cache/cache.ts';
import type { Logger } from '../cache/failures.ts';
import type { CacheOptions } from '../cache/options.ts';
import { serialized } from '../compose/serialized.ts';
import type { Backend } from '../contract/backend.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { Wire } from '../contract/serializer.ts';
import type { CacheConfig } from './config.ts';
import { resolve } from './resolve.ts';
import type { SchemeContext } from './scheme.ts';
import type { Resolved, Wanted } from './wanted.ts';

/** What a URL, or a config object, asks for. @throws {CacheConfigError} on the form of an object */
export async function wantedFrom<T>(urlOrConfig: string | CacheConfig<T>): Promise<Wanted> {
  if (typeof urlOrConfig === 'string') return { url: { text: urlOrConfig, what: 'url', from: 'code' } };
  const { checkConfig } = await import('./check-config.ts'); // loads zod, which a URL does not need
  return checkConfig(urlOrConfig);
}

/** A started cache. A failed start leaves nothing open. */
export async function openCache<T>(wanted: Wanted): Promise<Cache<T>> {
  const resolved = await resolve(wanted);
  const prefix = prefixWanted(resolved);
  const observe = resolved.near === undefined ? undefined : [prefix as string];
  const common = { observe, logger: loggerOf(resolved) };
  const composed = await compose(resolved, (part, context) => part.create({ ...common, ...context }), prefix);
  const cache = cacheOver<T>(composed, prefix);
  await startOrClose(cache);
  return cache;
}

/** Where warnings about all parts of what was resolved go. */
export function loggerOf({ cache }: Resolved): Logger | undefined {
  return cache.logger as Logger | undefined; // which checkConfig has looked at
}

/** The backend of one part of what was resolved. */
export type BackendOf = (part: Resolved, context?: Partial<SchemeContext>) => Backend<unknown>;

/** What a cache stands on, and what is left for the cache to do of what was resolved. */
export interface Composed extends Pick<Resolved, 'cache' | 'serializer'> {
  readonly backend: Backend<unknown>;
}

/** The backend of all that was resolved. Nothing is started. */
export async function compose(resolved: Resolved, backendOf: BackendOf, prefix: string | undefined): Promise<Composed> {
  const { near, fallback, serializer } = resolved;
  const { tags, ...cache } = resolved.cache;
  let composed: Composed;
  if (near === undefined && fallback === undefined) {
    composed = { backend: backendOf(resolved), cache, serializer };
  } else {
    const { composeTiers } = await import('./compose-tiers.ts');
    composed = await composeTiers({ ...resolved, cache }, backendOf, prefix);
  }
  if (tags === undefined) return composed;
  const { withTags } = await import('./with-tags.ts');
  return { ...composed, backend: withTags(composed.backend, tags === true) };
}

/**
 * The prefix that was asked for. A cache of several backends has the one of a server without being asked: it must be known
 * before there is a backend, since the server is told which keys to observe.
 */
export function prefixWanted({ cache, near, fallback }: Resolved): string | undefined {
  return (cache.prefix as string | undefined) ?? ((near ?? fallback) ? 'cache:' : undefined); // read as text
}

/** The cache above what was composed. Nothing is started. */
export function cacheOver<T>({ cache, serializer, backend }: Composed, prefix: string | undefined): Cache<T> {
  const given = Object.entries({ ...cache, prefix, serializer }).filter(([, value]) => value !== undefined);
  // the options are the parameters by name; which type the values have only the caller of createCache can say
  return new Cache<T>({ ...Object.fromEntries(given), backend } as CacheOptions<T>);
}

/** Starts what can be started and closed; what does not start is closed. */
export async function startOrClose(cache: Pick<Cache<never>, 'start' | 'close'>): Promise<void> {
  try {
    await cache.start();
  } catch (error) {
    await cache.close().catch(() => {}); // the reason it did not start is the one to tell
    throw error;
  }
}

/** A backend, not started. */
export async function openBackend(wanted: Wanted): Promise<Backend<unknown>> {
  const { cache, serializer, create, given, near, fallback } = await resolve(wanted);
  for (const [name, value] of Object.entries({ ...cache, near, fallback })) {
    if (value === undefined) continue;
    throw new CacheConfigError(
      `${given.get(name)?.where}: expected none, it belongs to a cache and this makes a backend; use createCache`,
    );
  }
  const backend = create();
  return serializer === undefined ? backend : serialized(backend as Backend<Wire>, serializer);
}
