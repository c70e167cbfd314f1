import { Cache } from '../cache/cache.ts';
import type { CacheOptions } from '../cache/options.ts';
import { serialized } from '../compose/serialized.ts';
import { synchronous } from '../compose/synchronous.ts';
import type { Backend } from '../contract/backend.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { Wire } from '../contract/serializer.ts';
import { resolve, type Wanted } from './resolve.ts';

/** A started cache. A failed start leaves nothing open. */
export async function openCache<T>(wanted: Wanted): Promise<Cache<T>> {
  const { cache: settings, serializer, create } = await resolve(wanted);
  const given = Object.entries({ ...settings, serializer }).filter(([, value]) => value !== undefined);
  // the options are the parameters by name; which type the values have only the caller of createCache can say
  const cache = new Cache<T>({ ...Object.fromEntries(given), backend: create() } as CacheOptions<T>);
  try {
    await cache.start();
  } catch (error) {
    await cache.close().catch(() => {}); // the reason it did not start is the one to tell
    throw error;
  }
  return cache;
}

/** A backend, not started. */
export async function openBackend(wanted: Wanted): Promise<Backend<unknown>> {
  const { cache, serializer, create } = await resolve(wanted);
  for (const [name, value] of Object.entries(cache)) {
    if (value === undefined) continue;
    const what = `${wanted.what ?? 'url'} parameter "${name}"`;
    throw new CacheConfigError(
      `${what}: expected none, it belongs to a cache and this makes a backend; use createCache`,
    );
  }
  const backend = create();
  if (serializer === undefined) return backend;
  // one of values answers at once, and has to with a serializer above it: a SyncCache may be built on it
  return serialized(backend as Backend<Wire>, backend.stores === 'values' ? synchronous(serializer) : serializer);
}
