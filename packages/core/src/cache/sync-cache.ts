import { synchronous } from '../compose/synchronous.ts';
import { atOnce } from '../contract/awaitable.ts';
import type { SyncBackend } from '../contract/backend.ts';
import type { CacheStats, Health } from '../contract/capabilities.ts';
import type { CacheResult } from '../contract/result.ts';
import type { SyncLoader, SyncLoadOptions, SyncManyLoader } from '../loads/sync-load.ts';
import type { Ttl } from '../time/ttl.ts';
import { engineOf, namespaceOf } from './build.ts';
import { Cache, missing, valueOr } from './cache.ts';
import { Engine } from './engine.ts';
import type { CacheEventName, CacheEvents } from './events.ts';
import { getOrSetManySync, getOrSetSync } from './get-or-set-sync.ts';
import { isTraced } from './operations.ts';
import type { CacheOptions, NamespaceOptions, SetManyOptions, SetOptions, SyncCacheOptions } from './options.ts';
import { getMany, has, keysPrefix, lookup, timeLeft } from './reads.ts';
import { clear, deleteKey, deleteMany, expire, expireAt, invalidateTags, set, setMany } from './writes.ts';

/**
 * As `Cache`, without promises, over a backend that answers at once. What each method promises stands there. Something
 * below that answers by a promise (an asynchronous schema, say) is a `CacheCapabilityError`.
 */
export class SyncCache<T = unknown> {
  readonly #engine: Engine<T>;

  constructor(options: SyncCacheOptions<T> & { readonly backend: SyncBackend<T> });
  constructor(options: SyncCacheOptions<T>);
  constructor(options: SyncCacheOptions<T>) {
    // Namespaces hand over an engine, which no caller outside this file can name.
    this.#engine = options instanceof Engine ? options : engineOf(atOnceOnly(options));
  }

  get name(): string {
    return this.#engine.name;
  }

  get prefix(): string {
    return this.#engine.prefix;
  }

  get enabled(): boolean {
    return this.#engine.lifecycle.enabled;
  }

  set enabled(enabled: boolean) {
    this.#engine.lifecycle.switch(enabled);
  }

  get(key: string): T | undefined;
  get<F>(key: string, fallback: F): T | F;
  get<F>(key: string, fallback?: F): T | F | undefined {
    const engine = this.#engine;
    const full = engine.full(key);
    if (!engine.serves()) return fallback;
    if (isTraced()) return valueOr(this.lookup(key), fallback);
    // From here on as lookup(), without its closures.
    let found: CacheResult<T>;
    try {
      found = atOnce(engine.backend.get(full));
    } catch (error) {
      return engine.failed(error, 'get', [key], fallback);
    }
    // A hit that nobody watches is counted here, so that V8 has room to inline the backend's look.
    if (found?.hit !== true || engine.family.attentive) return valueOr(engine.found(key, found), fallback);
    engine.counts.hits++;
    return found.value;
  }

  lookup(key: string): CacheResult<T> {
    return atOnce(lookup(this.#engine, key));
  }

  getOrThrow(key: string): T {
    const found = this.lookup(key);
    if (found.hit) return found.value;
    throw missing(key);
  }

  getMany(keys: Iterable<string>): Map<string, T> {
    return atOnce(getMany(this.#engine, keys));
  }

  has(key: string): boolean {
    return atOnce(has(this.#engine, key));
  }

  set(key: string, value: T, options?: SetOptions): boolean {
    return atOnce(set(this.#engine, key, value, options));
  }

  setMany(entries: Iterable<readonly [string, T]>, options?: SetManyOptions): void {
    atOnce(setMany(this.#engine, entries, options));
  }

  delete(key: string): boolean {
    return atOnce(deleteKey(this.#engine, key));
  }

  deleteMany(keys: Iterable<string>): number {
    return atOnce(deleteMany(this.#engine, keys));
  }

  clear(prefix?: string): void {
    atOnce(clear(this.#engine, prefix));
  }

  expire(key: string, ttl: Ttl): boolean {
    return atOnce(expire(this.#engine, key, ttl));
  }

  expireAt(key: string, deadline: Date | null): boolean {
    return atOnce(expireAt(this.#engine, key, deadline));
  }

  ttl(key: string): number | null | undefined {
    return atOnce(timeLeft(this.#engine, key));
  }

  keys(prefix?: string): Iterable<string> {
    const engine = this.#engine;
    const full = keysPrefix(engine, prefix);
    if (full === undefined) return [];
    return (function* () {
      try {
        // A backend that answers at once gives an iterable; a JavaScript caller may have passed another.
        for (const key of engine.backend.keys(full) as Iterable<string>) yield engine.own(key);
      } catch (error) {
        engine.failed(error, 'keys', [], undefined);
      }
    })();
  }

  invalidateTags(tags: readonly string[]): number | undefined {
    return atOnce(invalidateTags(this.#engine, tags));
  }

  getOrSet(key: string, loader: SyncLoader<T>, options?: SyncLoadOptions): T {
    const engine = this.#engine;
    if (!isTraced()) return getOrSetSync(engine, key, loader, options);
    return atOnce(engine.traced('getOrSet', [key], () => getOrSetSync(engine, key, loader, options)));
  }

  /** As `Cache`, in one synchronous call of `loadMissing`. */
  getOrSetMany(keys: Iterable<string>, loadMissing: SyncManyLoader<T>, options?: SyncLoadOptions): Map<string, T> {
    return getOrSetManySync(this.#engine, keys, loadMissing, options);
  }

  namespace<U = T>(name: string, options: NamespaceOptions<U> = {}): SyncCache<U> {
    return new SyncCache<U>(namespaceOf(this.#engine, name, options) as unknown as SyncCacheOptions<U>);
  }

  /** This cache with promises, for what is loaded asynchronously: the same entries, the same running loads. */
  asCache(): Cache<T> {
    // As namespaces do: an engine, which no caller outside this folder can name.
    return new Cache<T>(this.#engine as unknown as CacheOptions<T>);
  }

  stats(): CacheStats {
    return this.#engine.stats();
  }

  health(): Health {
    return atOnce(this.#engine.health());
  }

  on<E extends CacheEventName>(event: E, listener: (payload: CacheEvents[E]) => void): () => void {
    return this.#engine.on(event, listener);
  }

  start(): void {
    atOnce(this.#engine.start());
  }

  close(): void {
    atOnce(this.#engine.close());
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A serializer that can also work off the event loop must not, here. */
function atOnceOnly<T>(options: SyncCacheOptions<T>): SyncCacheOptions<T> {
  const { serializer } = options ?? {};
  return typeof serializer?.serialize === 'function' ? { ...options, serializer: synchronous(serializer) } : options;
}
