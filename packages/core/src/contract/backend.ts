import type { Lease } from './capabilities.ts';
import type { CacheResult } from './result.ts';

/** Answered at once or later. Callers look at the value, not at the declaration, so that a synchronous hit costs no promise. */
export type Awaitable<T> = T | Promise<T>;

/**
 * What every backend implements: a map from string keys to values of wire type `W`, each with a deadline.
 *
 * Rules that hold for every method:
 * - Keys arrive checked (non-empty, well-formed) and complete: prefixes are the cache's business, a backend knows none.
 * - Times are milliseconds, `null` means never; they arrive checked (finite, at least 1).
 * - An entry is fresh until `now >= deadline`; then, for `staleFor` more, it is stale: only `getEntry`, `getEntries`,
 *   `delete`, `deleteMany` and `expire` see it. After that it is gone, exactly as if it had never been.
 * - Each key is atomic. A bulk operation need not be.
 * - A failure rejects (or throws, where the backend is synchronous) with a `CacheBackendError` and never looks like a miss
 *   or a success. After a failed write the entry is either the old or the new one; `CacheTimeoutError` says which is unknown.
 */
export interface Backend<W> {
  /** For messages, events and statistics: `'memory'`, `'redis'`, … */
  readonly name: string;
  /** `'values'`: whatever is put in, by reference. `'bytes'`: strings or bytes only; a serializer is composed above it. */
  readonly stores: 'values' | 'bytes';
  /** `false`: `clear()` without a prefix is refused, since others may have entries there. @default true */
  readonly clearsAll?: boolean | undefined;
  /** The value of a fresh entry, or a miss. One round trip. */
  get(key: string): Awaitable<CacheResult<W>>;
  /** The fresh entries among `keys`, in the order asked for; absent keys are left out. Empty input sends nothing. */
  getMany(keys: readonly string[]): Awaitable<ReadonlyMap<string, W>>;
  /** The entry with all that is known of it, fresh or stale; `undefined` when absent. One round trip. */
  getEntry(key: string): Awaitable<Entry<W> | undefined>;
  /** As {@link Backend.getEntry} for many keys, in the order asked for; absent keys are left out. */
  getEntries(keys: readonly string[]): Awaitable<ReadonlyMap<string, Entry<W>>>;
  /**
   * Stores `value`, replacing value, deadline, stale window and tags of an entry already there.
   * @returns `false` when nothing was stored: a fresh entry exists and `ifNotExists` was asked for, or `lease` is broken.
   */
  set(key: string, value: W, options?: WriteOptions): Awaitable<boolean>;
  /** Stores all of `entries` with the same options. When it fails, some may have been stored. */
  setMany(entries: Iterable<readonly [string, W]>, options?: BulkWriteOptions): Awaitable<void>;
  /** Whether a fresh entry exists. Does not count as a use of it. */
  has(key: string): Awaitable<boolean>;
  /** Removes the entry, fresh or stale. @returns whether there was one. */
  delete(key: string): Awaitable<boolean>;
  /** Removes all of `keys`. @returns how many there were; a key given twice counts once. */
  deleteMany(keys: readonly string[]): Awaitable<number>;
  /** Moves the fresh deadline to `ttl` from now and keeps the length of the stale window. @returns whether there was an entry. */
  expire(key: string, ttl: number | null): Awaitable<boolean>;
  /** Milliseconds a fresh entry has left, `null` when it never expires, `undefined` when absent. */
  ttl(key: string): Awaitable<number | null | undefined>;
  /**
   * Removes every entry whose key starts with `prefix` (all, when it is omitted or empty), and nothing else.
   * @throws {CacheConfigError} without a prefix, where {@link Backend.clearsAll} is `false`
   */
  clear(prefix?: string): Awaitable<void>;
  /** The fresh keys that start with `prefix`, in no order. Survives changes made meanwhile; each key appears at most once. */
  keys(prefix?: string): AsyncIterable<string> | Iterable<string>;
  /** Verifies that the backend can serve. Idempotent. Construction does no I/O, so this is where a wrong address shows. */
  start(): Awaitable<void>;
  /** Gives up what this backend itself created. Idempotent; entries on a shared server stay. */
  close(): Awaitable<void>;
}

/** A backend that answers at once. Every `SyncBackend` is a `Backend`. */
export interface SyncBackend<W> extends Backend<W> {
  get(key: string): CacheResult<W>;
  getMany(keys: readonly string[]): ReadonlyMap<string, W>;
  getEntry(key: string): Entry<W> | undefined;
  getEntries(keys: readonly string[]): ReadonlyMap<string, Entry<W>>;
  set(key: string, value: W, options?: WriteOptions): boolean;
  setMany(entries: Iterable<readonly [string, W]>, options?: BulkWriteOptions): void;
  has(key: string): boolean;
  delete(key: string): boolean;
  deleteMany(keys: readonly string[]): number;
  expire(key: string, ttl: number | null): boolean;
  ttl(key: string): number | null | undefined;
  clear(prefix?: string): void;
  keys(prefix?: string): Iterable<string>;
  start(): void;
  close(): void;
}

/** A stored value with what is known of it. */
export interface Entry<W> {
  readonly value: W;
  /** Milliseconds until it is stale; zero or less: it is stale; `null`: it never expires. */
  readonly freshFor: number | null;
  /** Milliseconds until it is gone, the stale window included; `null`: it never expires. */
  readonly expiresIn: number | null;
  /** The tags it was written with, when it has any and the backend keeps tags. */
  readonly tags?: readonly string[] | undefined;
}

/** How one entry is written. */
export interface WriteOptions {
  /** Milliseconds it stays fresh; `null` or omitted: it never expires. */
  ttl?: number | null | undefined;
  /** Milliseconds it is kept after that, for `staleWhileRevalidate` and `staleIfError`. @default 0 */
  staleFor?: number | undefined;
  /** Tags that can invalidate it. Only where the backend is {@link Tagging}; elsewhere the cache refuses before the call. */
  tags?: readonly string[] | undefined;
  /** Store only when there is no fresh entry. @default false */
  ifNotExists?: boolean | undefined;
  /** Store only while this lease holds, and end it. */
  lease?: Lease | undefined;
}

/** How many entries are written at once. */
export type BulkWriteOptions = Omit<WriteOptions, 'ifNotExists' | 'lease'>;
