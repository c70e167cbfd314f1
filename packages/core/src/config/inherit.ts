import type { CacheConfig } from './config.ts';
import { mergeOrigins } from './origins.ts';

/**
 * What the cache `name` is made of: its own config on top of that of the cache `default`. A cache that names a backend
 * takes nothing of the default's, nor its near tier and fallback, and names, schemas and prefixes are never shared: without a prefix of its own the
 * keys begin with `name:` behind the default's prefix, so that two caches on one server do not see each other.
 */
export function inherit(base: CacheConfig | undefined, own: CacheConfig, name: string): CacheConfig {
  if (base === undefined || name === 'default') return mergeOrigins({ name }, `${name}.`, own);
  const { name: _name, schema: _schema, prefix: _prefix, url, memory, redis, near, fallback, ...shared } = base;
  const backend = namesBackend(own) ? {} : { url, memory, redis, near, fallback };
  return mergeOrigins({ name, ...shared, ...backend }, 'default.', own);
}

/** Whether a config says which backend it is about. */
export function namesBackend({ url, memory, redis }: CacheConfig): boolean {
  return url !== undefined || memory !== undefined || redis !== undefined;
}
