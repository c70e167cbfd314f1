import { Cache } from '../cache/cache.ts';
import type { CacheOptions } from '../cache/options.ts';
import { serialized } from '../compose/serialized.ts';
import type { Backend } from '../contract/backend.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { Wire } from '../contract/serializer.ts';
import type { CacheConfig } from './config.ts';
import { type Resolved, resolve, type Wanted } from './resolve.ts';

/** What a URL, or a config object, asks for. @throws {CacheConfigError} on the form of an object */
export async function wantedFrom<T>(urlOrConfig: string | CacheConfig<T>): Promise<Wanted> {
  if (typeof urlOrConfig === 'string') return { url: { text: urlOrConfig, what: 'url' } };
  const { checkConfig } = await import('./check-config.ts'); // loads zod, which a URL does not need
  return checkConfig(urlOrConfig);
}

/** A started cache. A failed start leaves nothing open. */
export async function openCache<T>(wanted: Wanted): Promise<Cache<T>> {
  const resolved = await resolve(wanted);
  const cache = cacheOver<T>(resolved, resolved.create());
  await startOrClose(cache);
  return cache;
}

/** The cache that was resolved, above `backend`. Nothing is started. */
export function cacheOver<T>({ cache, serializer }: Resolved, backend: Backend<unknown>): Cache<T> {
  const given = Object.entries({ ...cache, serializer }).filter(([, value]) => value !== undefined);
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
  const { cache, serializer, create, given } = await resolve(wanted);
  for (const [name, value] of Object.entries(cache)) {
    if (value === undefined) continue;
    throw new CacheConfigError(
      `${given.get(name)?.where ?? name}: expected none, it belongs to a cache and this makes a backend; use createCache`,
    );
  }
  const backend = create();
  return serializer === undefined ? backend : serialized(backend as Backend<Wire>, serializer);
}
