import type { Cache } from '../cache/cache.ts';
import type { Backend } from '../contract/backend.ts';
import type { CacheConfig } from './config.ts';
import type { BackendSchemes } from './scheme.ts';

// What the main entry exports of configuration: the rest is imported when one of these is called.

/**
 * A started cache on the backend that a URL names: `memory://?max=1000`, `redis://user:pw@host:6379/0?prefix=app:`.
 * The package of a known scheme is imported from the application's own dependencies.
 * @throws {CacheConfigError} with everything that is wrong with the configuration; nothing was connected
 * @throws {CacheConnectionError} when the backend does not serve; what was opened is closed again
 */
export async function createCache<T = unknown>(urlOrConfig: string | CacheConfig): Promise<Cache<T>> {
  const { openCache } = await import('./open.ts');
  if (typeof urlOrConfig === 'string') return openCache<T>({ url: urlOrConfig });
  const { checkConfig } = await import('./check-config.ts'); // loads zod, which a URL does not need
  return openCache<T>(checkConfig(urlOrConfig));
}

/**
 * The backend that `url` names, not started; with a serializer above it where the URL names one.
 * @param options.backends schemes beside, or instead of, those whose package core finds by itself
 * @throws {CacheConfigError} with everything that is wrong with the URL
 */
export async function backendFromUrl(
  url: string,
  options: { readonly backends?: readonly BackendSchemes[] | undefined } = {},
): Promise<Backend<unknown>> {
  const { openBackend } = await import('./open.ts');
  return openBackend({ url, backends: options.backends });
}
