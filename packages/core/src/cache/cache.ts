import { plainJson } from '../compose/plain-json.ts';
import { serialized } from '../compose/serialized.ts';
import { isPending } from '../contract/awaitable.ts';
import type { Awaitable, Backend } from '../contract/backend.ts';
import { type CacheStats, type Health, isChecking, isTagging } from '../contract/capabilities.ts';
import { CacheCapabilityError, CacheMissError } from '../contract/errors.ts';
import { type CacheResult, MISS } from '../contract/result.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import { assertKey } from '../keys/key.ts';
import { type Flight, fence, flightsOf } from '../loads/flights.ts';
import { parseTtl, type Ttl } from '../time/ttl.ts';

export interface CacheOptions<T> {
  readonly backend: Backend<T> | Backend<Wire>;
  /** Above a backend of bytes. @default core's own strict plain JSON */
  readonly serializer?: Serializer<T, Wire>;
  /** Starts every key. @default '' on a backend of values, 'cache:' on one of bytes */
  readonly prefix?: string;
  /** For entries written without one. @default null (never expires) */
  readonly ttl?: Ttl;
  /** `false`: every lookup is a miss and nothing is stored. @default true */
  readonly enabled?: boolean;
}

export interface SetOptions {
  readonly ttl?: Ttl | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly ifNotExists?: boolean | undefined;
}

export type Loader<T> = (context: LoadContext<T>) => Awaitable<T>;

export interface LoadContext<T> {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly stale: T | undefined;
  ttl(ttl: Ttl): void;
  tags(...tags: string[]): void;
  skip(): void;
}

export interface LoadOptions {
  readonly ttl?: Ttl | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** The cache that application code holds: keys under a prefix, times to live, loads, tags. */
export class Cache<T = unknown> {
  readonly #backend: Backend<T>;
  readonly #flights: Map<string, Flight>;
  readonly #prefix: string;
  readonly #ttl: number | null;
  readonly #counts = {
    hits: 0,
    misses: 0,
    writes: 0,
    deletes: 0,
    clears: 0,
    tagInvalidations: 0,
    loads: 0,
    loadErrors: 0,
    stampedeWaits: 0,
  };
  enabled: boolean;

  constructor(options: CacheOptions<T>) {
    const { backend, prefix = backend.stores === 'bytes' ? 'cache:' : '', ttl = null, enabled = true } = options;
    this.#backend =
      backend.stores === 'bytes' || options.serializer !== undefined
        ? serialized(backend as Backend<Wire>, options.serializer ?? (plainJson as Serializer<T, Wire>))
        : (backend as Backend<T>);
    this.#flights = flightsOf(backend);
    this.#prefix = prefix;
    this.#ttl = parseTtl(ttl);
    this.enabled = enabled;
  }

  #full(key: string): string {
    assertKey(key);
    return this.#prefix === '' ? key : this.#prefix + key;
  }

  async lookup(key: string): Promise<CacheResult<T>> {
    const full = this.#full(key);
    if (!this.enabled) return MISS;
    let found = this.#backend.get(full);
    if (isPending(found)) found = await found;
    if (found.hit) this.#counts.hits++;
    else this.#counts.misses++;
    return found;
  }

  get(key: string): Promise<T | undefined>;
  get<F>(key: string, fallback: F): Promise<T | F>;
  async get<F>(key: string, fallback?: F): Promise<T | F | undefined> {
    const full = this.#full(key);
    if (!this.enabled) return fallback;
    let found = this.#backend.get(full);
    if (isPending(found)) found = await found;
    if (found.hit) {
      this.#counts.hits++;
      return found.value;
    }
    this.#counts.misses++;
    return fallback;
  }

  async getOrThrow(key: string): Promise<T> {
    const found = await this.lookup(key);
    if (!found.hit) throw new CacheMissError(`key ${JSON.stringify(key)}: expected an entry, got a miss`, { key });
    return found.value;
  }

  async getMany(keys: Iterable<string>): Promise<Map<string, T>> {
    const full = Array.from(keys, (key) => this.#full(key));
    if (!this.enabled || full.length === 0) return new Map();
    const found = await this.#backend.getMany(full);
    this.#counts.hits += found.size;
    this.#counts.misses += full.length - found.size;
    return new Map(Array.from(found, ([key, value]) => [key.slice(this.#prefix.length), value]));
  }

  async has(key: string): Promise<boolean> {
    const full = this.#full(key);
    return this.enabled && this.#backend.has(full);
  }

  async set(key: string, value: T, options: SetOptions = {}): Promise<boolean> {
    const full = this.#full(key);
    const ttl = options.ttl === undefined ? this.#ttl : parseTtl(options.ttl);
    this.#requireTags(options.tags);
    if (!this.enabled) return true;
    fence(this.#flights, full);
    const stored = await this.#backend.set(full, value, { ttl, tags: options.tags, ifNotExists: options.ifNotExists });
    if (stored) this.#counts.writes++;
    return stored;
  }

  async setMany(entries: Iterable<readonly [string, T]>, options: Omit<SetOptions, 'ifNotExists'> = {}): Promise<void> {
    const full = Array.from(entries, ([key, value]) => [this.#full(key), value] as const);
    const ttl = options.ttl === undefined ? this.#ttl : parseTtl(options.ttl);
    this.#requireTags(options.tags);
    if (!this.enabled || full.length === 0) return;
    for (const [key] of full) fence(this.#flights, key);
    await this.#backend.setMany(full, { ttl, tags: options.tags });
    this.#counts.writes += full.length;
  }

  async delete(key: string): Promise<boolean> {
    const full = this.#full(key);
    fence(this.#flights, full);
    const removed = await this.#backend.delete(full);
    if (removed) this.#counts.deletes++;
    return removed;
  }

  async deleteMany(keys: Iterable<string>): Promise<number> {
    const full = Array.from(keys, (key) => this.#full(key));
    if (full.length === 0) return 0;
    for (const key of full) fence(this.#flights, key);
    const removed = await this.#backend.deleteMany(full);
    this.#counts.deletes += removed;
    return removed;
  }

  async expire(key: string, ttl: Ttl): Promise<boolean> {
    const full = this.#full(key);
    const ms = parseTtl(ttl);
    fence(this.#flights, full);
    return this.#backend.expire(full, ms);
  }

  async ttl(key: string): Promise<number | null | undefined> {
    return this.#backend.ttl(this.#full(key));
  }

  async clear(): Promise<void> {
    for (const key of this.#flights.keys()) if (key.startsWith(this.#prefix)) fence(this.#flights, key);
    await this.#backend.clear(this.#prefix);
    this.#counts.clears++;
  }

  async *keys(prefix = ''): AsyncIterable<string> {
    for await (const key of this.#backend.keys(this.#prefix + prefix)) yield key.slice(this.#prefix.length);
  }

  async invalidateTags(tags: readonly string[]): Promise<number | undefined> {
    this.#requireTags(tags);
    if (tags.length === 0) return 0;
    for (const key of this.#flights.keys()) fence(this.#flights, key);
    this.#counts.tagInvalidations++;
    return isTagging(this.#backend) ? this.#backend.invalidateTags(tags) : undefined;
  }

  #requireTags(tags: readonly string[] | undefined): void {
    if (tags === undefined || tags.length === 0 || isTagging(this.#backend)) return;
    throw new CacheCapabilityError(`tags: expected a backend that keeps tags, got ${this.#backend.name}`);
  }

  async getOrSet(key: string, loader: Loader<T>, options: LoadOptions = {}): Promise<T> {
    const full = this.#full(key);
    if (this.enabled) {
      let found = this.#backend.get(full);
      if (isPending(found)) found = await found;
      if (found.hit) {
        this.#counts.hits++;
        return found.value;
      }
    }
    this.#counts.misses++;
    const running = this.#flights.get(full);
    if (running !== undefined) {
      this.#counts.stampedeWaits++;
      return running.value as Promise<T>;
    }
    const flight: { broken: boolean; value: Promise<T> } = { broken: false, value: undefined as never };
    flight.value = this.#load(key, full, loader, options, flight).finally(() => {
      if (this.#flights.get(full) === flight) this.#flights.delete(full);
    });
    this.#flights.set(full, flight);
    return flight.value;
  }

  async #load(
    key: string,
    full: string,
    loader: Loader<T>,
    options: LoadOptions,
    flight: { broken: boolean },
  ): Promise<T> {
    let ttl = options.ttl === undefined ? this.#ttl : parseTtl(options.ttl);
    let skip = false;
    const tags = [...(options.tags ?? [])];
    this.#requireTags(tags);
    await undefined; // the flight is in its table before the loader runs
    this.#counts.loads++;
    let value: T;
    try {
      value = await loader({
        key,
        signal: new AbortController().signal,
        stale: undefined,
        ttl: (next) => {
          ttl = parseTtl(next);
        },
        tags: (...more) => {
          tags.push(...more);
        },
        skip: () => {
          skip = true;
        },
      });
    } catch (error) {
      this.#counts.loadErrors++;
      throw error;
    }
    if (!flight.broken && !skip && this.enabled) {
      await this.#backend.set(full, value, { ttl, tags: tags.length > 0 ? tags : undefined });
      this.#counts.writes++;
    }
    return value;
  }

  /** A cache over the same backend whose keys begin with `name` and a colon. Clearing this one clears it too. */
  namespace<U = T>(name: string, options: { readonly ttl?: Ttl } = {}): Cache<U> {
    assertKey(name);
    return new Cache<U>({
      backend: this.#backend as unknown as Backend<U>,
      prefix: `${this.#prefix}${name}:`,
      ttl: options.ttl ?? this.#ttl,
      enabled: this.enabled,
    });
  }

  stats(): CacheStats {
    const { hits, misses } = this.#counts;
    const requests = hits + misses;
    return {
      type: 'cache',
      ...this.#counts,
      requests,
      hitRate: requests === 0 ? 0 : hits / requests,
      evictions: 0,
      expirations: 0,
    };
  }

  async health(): Promise<Health> {
    return isChecking(this.#backend)
      ? this.#backend.health()
      : { status: 'up', details: { backend: this.#backend.name } };
  }

  async start(): Promise<void> {
    await this.#backend.start();
  }

  async close(): Promise<void> {
    await this.#backend.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
