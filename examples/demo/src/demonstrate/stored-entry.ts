import { type Cache, type CacheConfig, createCache, plainJson, type Serializer, type Wire } from '@cache/core';
import { asRedisCli } from '../show/redis-cli.ts';

/** One entry as it is stored. */
export interface StoredEntry {
  readonly key: string;
  /** As `redis-cli GET` shows it. */
  readonly get: string;
  /** Whether these are the bytes that lie on a server, or those that one would be given. */
  readonly onServer: boolean;
}

const asTheyAre: Serializer<unknown, Wire> = {
  name: 'as they are',
  serialize: (bytes) => bytes as Wire, // never called: nothing is written through it
  deserialize: (wire) => wire,
};

/** Looks at an entry of `cache` from outside: through a second connection that leaves the bytes as they are. */
export async function storedEntry(cache: Cache, key: string, config: CacheConfig): Promise<StoredEntry> {
  const full = `${cache.prefix}${key}`;
  if (onServer(config)) {
    await using outside = await createCache({ ...config, serializer: asTheyAre, prefix: cache.prefix });
    const bytes = await outside.get(key);
    if (bytes instanceof Uint8Array) return { key: full, get: asRedisCli(bytes), onServer: true };
  }
  const value = await cache.get(key);
  return { key: full, get: asRedisCli(Buffer.from(plainJson.serialize(value))), onServer: false };
}

function onServer({ url, redis }: CacheConfig): boolean {
  return url === undefined ? redis !== undefined : /^redis/i.test(url);
}
