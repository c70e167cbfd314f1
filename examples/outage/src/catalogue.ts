import { setTimeout as sleep } from 'node:timers/promises';
import { Cache, failover, type Wire } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { redisBackend } from '@cache/redis';

export interface Product {
  readonly id: number;
  readonly version: number;
}

/** Who answered a call. */
export type Source = 'primary' | 'fallback' | 'loader';

const QUERY_MS = 20;

/** Products of a slow database, cached in Redis, and in memory while there is no Redis. */
export class Catalogue {
  readonly cache: Cache<Product>;
  readonly #pair: ReturnType<typeof failover<Wire>>;
  readonly #versions = new Map<number, number>();
  /** Versions below this were removed from the cache before whoever asks now asked. */
  readonly #removed = new Map<number, number>();

  constructor(url: string) {
    const redis = redisBackend({ url, timeout: 250, connectTimeout: 500, logger: { warn() {} } });
    this.#pair = failover<Wire>(redis, memoryBackend<Wire>({ max: 10_000 }), { fallbackTtl: '5m' });
    this.cache = new Cache<Product>({ backend: this.#pair, prefix: 'products:', ttl: '10m' });
  }

  get degraded(): boolean {
    return this.#pair.isDegraded;
  }

  async product(id: number): Promise<{ readonly source: Source; readonly stale: boolean }> {
    const atLeast = this.#removed.get(id) ?? 0;
    let source: Source = this.degraded ? 'fallback' : 'primary';
    const { version } = await this.cache.getOrSet(String(id), async () => {
      source = 'loader';
      const read = this.#versions.get(id) ?? 0;
      await sleep(QUERY_MS);
      return { id, version: read };
    });
    return { source, stale: version < atLeast };
  }

  /** Somebody edits a product: the database has a new version, and the cached one is removed. */
  async edit(id: number): Promise<void> {
    const version = (this.#versions.get(id) ?? 0) + 1;
    this.#versions.set(id, version);
    await this.cache.delete(String(id));
    this.#removed.set(id, Math.max(version, this.#removed.get(id) ?? 0));
  }
}
