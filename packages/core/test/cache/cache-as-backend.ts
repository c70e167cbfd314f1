import type { Backend, Cache, Entry } from '../../src/index.ts';

/** A cache as a backend whose keys are the cache's own: so the kit can prove caches and their namespaces too. It has no stale windows. */
export function cacheAsBackend<T>(cache: Cache<T>): Backend<T> {
  const getEntry = async (key: string): Promise<Entry<T> | undefined> => {
    const [found, left] = await Promise.all([cache.lookup(key), cache.ttl(key)]);
    return found.hit && left !== undefined ? { value: found.value, freshFor: left, expiresIn: left } : undefined;
  };
  return {
    name: cache.name,
    stores: 'values',
    getEntry,
    async getEntries(keys) {
      const found = await Promise.all([...new Set(keys)].map(async (key) => [key, await getEntry(key)] as const));
      return new Map(found.filter((pair): pair is [string, Entry<T>] => pair[1] !== undefined));
    },
    get: (key) => cache.lookup(key),
    getMany: (keys) => cache.getMany(keys),
    set: (key, value, options) => cache.set(key, value, { ttl: options?.ttl, ifNotExists: options?.ifNotExists }),
    setMany: (entries, options) => cache.setMany(entries, { ttl: options?.ttl }),
    has: (key) => cache.has(key),
    delete: (key) => cache.delete(key),
    deleteMany: (keys) => cache.deleteMany(keys),
    expire: (key, ttl) => cache.expire(key, ttl),
    ttl: (key) => cache.ttl(key),
    clear: (prefix) => cache.clear(prefix),
    keys: (prefix) => cache.keys(prefix),
    start: () => cache.start(),
    close: () => cache.close(),
  };
}
