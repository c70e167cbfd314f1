import type { Isolation } from '../compose/isolated.ts';
import type { Backend, SyncBackend } from '../contract/backend.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import type { StandardSchema } from '../contract/standard-schema.ts';
import type { LoadDefaults, LoadOptions } from '../loads/load-options.ts';
import type { Clock } from '../time/clock.ts';
import type { Ttl } from '../time/ttl.ts';
import type { Logger } from './failures.ts';

/** What a cache is made of, and how its loads go unless a call says otherwise. */
export interface CacheOptions<T> extends LoadDefaults {
  /** Where entries live. Several caches may share one, each under a prefix of its own: a second one with the same prefix is warned of. */
  readonly backend: Backend<T> | Backend<Wire>;
  /** Turns values into bytes. @default core's own strict plain JSON above a backend of bytes, none above one of values */
  readonly serializer?: Serializer<T, Wire> | undefined;
  /** Starts every key. @default '' on a backend of values, 'cache:' on one of bytes */
  readonly prefix?: string | undefined;
  /** For deploys that change the shape of values: adds `v<version>:` to the prefix, so that old entries are not seen. */
  readonly version?: string | number | undefined;
  /** In events and warnings. Caches with one prefix that are all given the same name are meant to be one. @default the prefix without its last colon, or the backend's name */
  readonly name?: string | undefined;
  /** For entries written without one. @default null (never expires) */
  readonly ttl?: Ttl | undefined;
  /** Shortens each time to live by a random part of up to this fraction (0 to 1), so that entries do not expire together; `setMany` draws once for all. @default 0 */
  readonly jitter?: number | undefined;
  /** Any Standard Schema (zod, valibot, arktype, …). Values are checked when written and when read, and are what it makes of them. */
  readonly schema?: StandardSchema<T> | undefined;
  /** What reading a value does that the schema refuses: delete it, report it and miss, or throw a `CacheValidationError`. @default 'miss' */
  readonly onInvalid?: 'miss' | 'throw' | undefined;
  /** Above a backend of values: share objects with callers, freeze them when written, or copy them on the way in and out. @default 'share' */
  readonly isolate?: Isolation | undefined;
  /** Refuses values that are serialized to more bytes. @default Infinity */
  readonly maxValueBytes?: number | undefined;
  /**
   * What a failure of the backend or of serialization does: reach the caller as a `CacheError`, or be reported by an
   * `error` event and one warning per outage while the caller is answered as by an empty cache that stores nothing
   * (`undefined`, `false`, 0). Mistakes of the program always throw. @default 'throw'
   */
  readonly onError?: 'throw' | 'bypass' | undefined;
  /** `false`: every lookup is a miss and nothing is stored; removing still removes. Can be switched at run time. @default true */
  readonly enabled?: boolean | undefined;
  /** Where time comes from. @default the process' monotonic clock */
  readonly clock?: Clock | undefined;
  /** Where warnings go. @default `process.emitWarning` */
  readonly logger?: Logger | undefined;
}

/** As {@link CacheOptions}, over a backend that answers at once. */
export interface SyncCacheOptions<T> extends CacheOptions<T> {
  readonly backend: SyncBackend<T> | SyncBackend<Wire>;
}

/** How one entry is written. */
export interface SetOptions extends Pick<LoadOptions, 'staleWhileRevalidate' | 'staleIfError'> {
  /** How long it stays fresh. @default the cache's */
  readonly ttl?: Ttl | undefined;
  /** What can invalidate it, on a backend that keeps tags. Tags are shared by a cache and its namespaces. */
  readonly tags?: readonly string[] | undefined;
  /** Store only when there is no fresh entry. @default false */
  readonly ifNotExists?: boolean | undefined;
}

/** How many entries are written at once. */
export type SetManyOptions = Omit<SetOptions, 'ifNotExists'>;

/** What a namespace has of its own, for its entries and its loads; what is not given is its parent's. */
export interface NamespaceOptions<U> extends LoadDefaults {
  /** @default the parent's */
  readonly ttl?: Ttl | undefined;
  /** Checks its values. The parent's schema is about the parent's values and is not inherited. */
  readonly schema?: StandardSchema<U> | undefined;
}
