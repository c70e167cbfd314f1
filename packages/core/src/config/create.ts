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
export async function createCache<T = unknown>(urlOrConfig: string | CacheConfig<T>): Promise<Cache<T>> {
  const { openCache, wantedFrom } = await import('./open.ts');
  return openCache<T>(await wantedFrom(urlOrConfig));
}

/** Caches by name, closed together. */
export type Caches<Name extends string> = { readonly [Key in Name]: Cache<unknown> } & AsyncDisposable & {
    /** Closes all of them. */
    close(): Promise<void>;
  };

/**
 * Started caches by name. The cache `default`, where there is one, is what the others are made of unless they say
 * otherwise; caches on the same server share its connections. A cache without a prefix of its own has its name behind the
 * default's prefix.
 * @throws {CacheConfigError} with everything that is wrong with any of them; nothing was connected
 * @throws {CacheConnectionError} when one does not start; those that did are closed again
 */
export async function createCaches<const Configs extends Readonly<Record<string, string | CacheConfig>>>(
  configs: Configs,
): Promise<Caches<keyof Configs & string>> {
  const { openCaches } = await import('./open-caches.ts');
  return openCaches(configs);
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
  return openBackend({ url: { text: url, what: 'url', from: 'code' }, backends: options.backends });
}
