import { isPending } from '../contract/awaitable.ts';
import type { Backend } from '../contract/backend.ts';
import type { CacheStats, Health } from '../contract/capabilities.ts';
import { CacheMissError } from '../contract/errors.ts';
import type { CacheResult } from '../contract/result.ts';
import type { ManyLoader } from '../loads/batch.ts';
import type { Loader } from '../loads/load-context.ts';
import type { LoadOptions } from '../loads/load-options.ts';
import type { Ttl } from '../time/ttl.ts';
import { engineOf, namespaceOf } from './build.ts';
import { Engine } from './engine.ts';
import type { CacheEventName, CacheEvents } from './events.ts';
import { getOrSet } from './get-or-set.ts';
import { getOrSetMany } from './get-or-set-many.ts';
import { isTraced } from './operations.ts';
import type { CacheOptions, NamespaceOptions, SetManyOptions, SetOptions } from './options.ts';
import { getMany, has, keysPrefix, lookup, timeLeft } from './reads.ts';
import { clear, deleteKey, deleteMany, expire, expireAt, invalidateTags, set, setMany, setThrough } from './writes.ts';

/**
 * The cache that application code holds: values of type `T` by string keys, each with a time to live, above any backend.
 *
 * A miss is a value and never an exception. Whatever the backend or the serializer cannot do reaches the caller as a
 * `CacheError` with a `code`, the `key` and the `cause`, unless `onError: 'bypass'` was chosen. Keys, times to live and
 * options are checked before any I/O: a mistake of the program changes nothing.
 */
export class Cache<T = unknown> {
  readonly #engine: Engine<T>;

  /** Does no I/O. @throws {CacheConfigError} on an option that is wrong or does not exist; {InvalidTtlError} on a bad `ttl` */
  // First the backend of values alone: between the two, `memoryBackend()` would be inferred to hold values or bytes.
  constructor(options: CacheOptions<T> & { readonly backend: Backend<T> });
  constructor(options: CacheOptions<T>);
  constructor(options: CacheOptions<T>) {
    // Namespaces hand over an engine, which no caller outside this file can name.
    this.#engine = options instanceof Engine ? options : engineOf(options);
  }

  /** As in events: its own, then its namespaces', between colons. */
  get name(): string {
    return this.#engine.name;
  }

  /** Starts every key on the wire. */
  get prefix(): string {
    return this.#engine.prefix;
  }

  /**
   * `false`: every lookup is a miss and nothing is stored, also in its namespaces; removing still removes. What was
   * stored before stays, and is found again when it is switched on.
   */
  get enabled(): boolean {
    return this.#engine.lifecycle.enabled;
  }

  set enabled(enabled: boolean) {
    this.#engine.lifecycle.switch(enabled);
  }

  /**
   * The value of `key`, or `fallback` on a miss. A cached `undefined` looks like a miss here: `lookup` tells them apart.
   * @throws {CacheSerializationError} when what is stored cannot be read; it stays stored
   */
  get(key: string): Promise<T | undefined>;
  get<F>(key: string, fallback: F): Promise<T | F>;
  async get<F>(key: string, fallback?: F): Promise<T | F | undefined> {
    const engine = this.#engine;
    const full = engine.full(key);
    if (!engine.serves()) return fallback;
    if (isTraced()) return valueOr(await lookup(engine, key), fallback);
    // From here on as lookup(), without its closures: this is the hottest path of all.
    let found: CacheResult<T>;
    let late = false;
    try {
      const answer = engine.backend.get(full);
      late = isPending(answer);
      found = isPending(answer) ? await answer : answer;
    } catch (error) {
      return engine.failed(error, 'get', [key], fallback);
    }
    return valueOr(engine.found(key, found, late), fallback);
  }

  /** A hit with its value or a miss: tells a cached `undefined` from nothing. */
  async lookup(key: string): Promise<CacheResult<T>> {
    return lookup(this.#engine, key);
  }

  /** The value of `key`. @throws {CacheMissError} when there is no fresh entry */
  async getOrThrow(key: string): Promise<T> {
    const found = await lookup(this.#engine, key);
    if (found.hit) return found.value;
    throw missing(key);
  }

  /** The values of those `keys` that have a fresh entry, in the order asked for. Empty input asks nothing. */
  async getMany(keys: Iterable<string>): Promise<Map<string, T>> {
    return getMany(this.#engine, keys);
  }

  /** Whether there is a fresh entry. Looks at no value, so one of an old shape counts; is no use of the entry. */
  async has(key: string): Promise<boolean> {
    return has(this.#engine, key);
  }

  /**
   * Stores `value`, replacing the value, deadline and tags that were there. A failed `set` leaves the old entry or the new one.
   * @returns `false` when nothing was stored: with `ifNotExists` a fresh entry was there, or the failure was bypassed
   * @throws {InvalidTtlError} {CacheSerializationError} {CacheValidationError} before any I/O
   */
  async set(key: string, value: T, options?: SetOptions): Promise<boolean> {
    return set(this.#engine, key, value, options);
  }

  /** Stores all of `entries` with the same options. Each is atomic, all together are not: when it fails, some may be stored. */
  async setMany(entries: Iterable<readonly [string, T]>, options?: SetManyOptions): Promise<void> {
    return setMany(this.#engine, entries, options);
  }

  /** Removes the entry. Loads of `key` now running store nothing. @returns whether an unexpired entry was there */
  async delete(key: string): Promise<boolean> {
    return deleteKey(this.#engine, key);
  }

  /** Removes all of `keys`. @returns how many of them were there */
  async deleteMany(keys: Iterable<string>): Promise<number> {
    return deleteMany(this.#engine, keys);
  }

  /** Removes all that this cache and its namespaces hold, or what begins with `prefix`, and nothing else. */
  async clear(prefix?: string): Promise<void> {
    return clear(this.#engine, prefix);
  }

  /** Gives an entry `ttl` from now (`null`: it never expires). @returns whether there was an entry */
  async expire(key: string, ttl: Ttl): Promise<boolean> {
    return expire(this.#engine, key, ttl);
  }

  /** As {@link Cache.expire}, until an instant of the wall clock; one in the past removes the entry. @returns whether there was one */
  async expireAt(key: string, deadline: Date | null): Promise<boolean> {
    return expireAt(this.#engine, key, deadline);
  }

  /** Milliseconds a fresh entry has left, `null` when it never expires, `undefined` when there is none. */
  async ttl(key: string): Promise<number | null | undefined> {
    return timeLeft(this.#engine, key);
  }

  /** The keys of fresh entries, those of namespaces included, that begin with `prefix`; in no order, each once, while others write. */
  keys(prefix?: string): AsyncIterable<string> {
    const engine = this.#engine;
    const full = keysPrefix(engine, prefix);
    return (async function* () {
      if (full === undefined) return;
      try {
        for await (const key of engine.backend.keys(full)) yield engine.own(key);
      } catch (error) {
        engine.failed(error, 'keys', [], undefined);
      }
    })();
  }

  /**
   * Makes every entry of this cache and its namespaces that carries one of `tags` absent, at once.
   * @returns how many entries were removed, where the backend can count them
   * @throws {CacheCapabilityError} when the backend keeps no tags
   */
  async invalidateTags(tags: readonly string[]): Promise<number | undefined> {
    return invalidateTags(this.#engine, tags);
  }

  /**
   * The value of `key`, or what `loader` makes: run once however many callers wait, in this process and, above a backend
   * with leases, among all that share it. A value that was loaded while its key was set, deleted, cleared or invalidated
   * by tag is given to those who waited and is not stored. A rejection of the loader reaches every waiter as it is.
   * @throws {CacheError} with code `REENTRANT_LOAD` when its own loader asks for the key
   * @throws {CacheTimeoutError} past `timeout.hard`; {CacheLeaseTimeoutError} past `waitTimeout`; the load goes on
   */
  getOrSet(key: string, loader: Loader<T>, options?: LoadOptions): Promise<T> {
    const engine = this.#engine;
    if (!isTraced()) return getOrSet(engine, key, loader, options);
    return engine.traced('getOrSet', [key], () => getOrSet(engine, key, loader, options)) as Promise<T>; // as its call
  }

  /**
   * The values of `keys`, in the order asked for: those in the cache, and what `loadMissing` makes of the others in one
   * call. Keys that somebody else is loading are waited for. Keys that the loader leaves out are left out of the result.
   */
  getOrSetMany(keys: Iterable<string>, loadMissing: ManyLoader<T>, options?: LoadOptions): Promise<Map<string, T>> {
    const engine = this.#engine;
    if (!isTraced()) return getOrSetMany(engine, keys, loadMissing, options);
    const call = (): Promise<Map<string, T>> => getOrSetMany(engine, keys, loadMissing, options);
    return engine.traced('getOrSetMany', undefined, call) as Promise<Map<string, T>>; // as its call
  }

  /**
   * Writes through: `writer` first, to wherever the truth is, then this cache, in turn for each key. When the writer
   * fails, its error is thrown and the entry stays as it was. When the value cannot be stored, the entry is removed: it is
   * older than what was written. Loads that run meanwhile store nothing.
   */
  async setThrough(
    key: string,
    value: T,
    writer: (value: T) => unknown,
    options?: Omit<SetOptions, 'ifNotExists'>,
  ): Promise<void> {
    return setThrough(this.#engine, key, value, writer, options);
  }

  /** A cache over the same backend whose keys begin with `name` and a colon. This one contains it: clearing this one clears it too. */
  namespace<U = T>(name: string, options: NamespaceOptions<U> = {}): Cache<U> {
    return new Cache<U>(namespaceOf(this.#engine, name, options) as unknown as CacheOptions<U>);
  }

  /** What was counted since construction, namespaces apart. Size and removals come from the backend, for all who share it. */
  stats(): CacheStats {
    return this.#engine.stats();
  }

  /** Whether the backend serves. Never rejects: a failure is an answer. */
  async health(): Promise<Health> {
    return this.#engine.health();
  }

  /**
   * Calls `listener` for every `event` of this cache and its namespaces, after the fact, until the returned function is
   * called. A listener that throws harms nobody: it is warned of. The same is published on the channel `cache:<event>`
   * of `node:diagnostics_channel`.
   * @throws {CacheConfigError} on an event that does not exist
   */
  on<E extends CacheEventName>(event: E, listener: (payload: CacheEvents[E]) => void): () => void {
    return this.#engine.on(event, listener);
  }

  /** Verifies that the backend can serve. @throws {CacheError} when it cannot, whatever `onError` says */
  async start(): Promise<void> {
    return this.#engine.start();
  }

  /** Ends this cache, and its backend unless this is a namespace. Idempotent. Every use after it is an error with code `CLOSED`. */
  async close(): Promise<void> {
    return this.#engine.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The error of `getOrThrow`. */
export function missing(key: string): CacheMissError {
  return new CacheMissError(`key ${JSON.stringify(key)}: expected an entry, got a miss`, { key });
}

export function valueOr<T, F>(found: CacheResult<T>, fallback: F): T | F {
  return found.hit ? found.value : fallback;
}
