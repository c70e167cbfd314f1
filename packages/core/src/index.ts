// What business code holds

export { Cache } from './cache/cache.ts';
export type { CacheEventName, CacheEventOrigin, CacheEvents } from './cache/events.ts';
export type { Logger } from './cache/failures.ts';
export type { CacheOperation } from './cache/operations.ts';
export type { CacheOptions, NamespaceOptions, SetManyOptions, SetOptions, SyncCacheOptions } from './cache/options.ts';
export { SyncCache } from './cache/sync-cache.ts';
export { type CacheHit, type CacheMiss, type CacheResult, hit, MISS } from './contract/result.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './contract/standard-schema.ts';

// Loads

export type { LoadedMany, ManyLoadContext, ManyLoader } from './loads/batch.ts';
export type { LoadContext, Loader } from './loads/load-context.ts';
export { assertLoadOptions, type LoadDefaults, type LoadOptions, syncLoadOptionNames } from './loads/load-options.ts';
export { followAwaits } from './loads/reentry.ts';
export type { SyncLoader, SyncLoadOptions, SyncManyLoader } from './loads/sync-load.ts';

// Time

export { type Clock, systemClock } from './time/clock.ts';
export { type Duration, type DurationString, parseTtl, parseWindow, type Ttl } from './time/ttl.ts';

// Composition

export { type BackendParts, defineBackend, type PlainWrite, type SyncBackendParts } from './compose/define-backend.ts';
export { dummyBackend } from './compose/dummy.ts';
export { type FailoverBackend, failover } from './compose/failover/failover.ts';
export type { FailoverOptions } from './compose/failover/options.ts';
export type { Isolation } from './compose/isolated.ts';
export { EXTENDED_JSON_MARK, parsePlainJson, plainJson, utf8Text } from './compose/plain-json.ts';
export {
  hasArrayPrototype,
  hasElementsOnly,
  hasObjectPrototype,
  isPlainJson,
  valueKind,
  valuePath,
} from './compose/plain-value.ts';
export { type SerializedOptions, serialized } from './compose/serialized.ts';
export type { TieredOptions } from './compose/tiered/options.ts';
export { type TieredBackend, type TieredDescription, tiered } from './compose/tiered/tiered.ts';

// Configuration

export type { CacheConfig } from './config/config.ts';
export { backendFromUrl, type Caches, createCache, createCaches } from './config/create.ts';
export {
  type BackendScheme,
  type BackendSchemes,
  defineScheme,
  type HostPort,
  type Parameter,
  type Parameters,
  type SchemeContext,
  type SchemeForm,
  type Settings,
  type UrlForm,
} from './config/scheme.ts';

// What a backend implements

export { assertOptions } from './cache/check-options.ts';
export { andThen, isPending } from './contract/awaitable.ts';
export type { Awaitable, Backend, BulkWriteOptions, Entry, SyncBackend, WriteOptions } from './contract/backend.ts';
export {
  type Acquired,
  type CacheStats,
  type CapableBackend,
  type Checking,
  type Degrading,
  type Health,
  type Invalidation,
  isChecking,
  isDegrading,
  isLeasing,
  isObserving,
  isRemoving,
  isReporting,
  isTagging,
  type Lease,
  type Leasing,
  type Listing,
  type ObserveOptions,
  type Observing,
  type OutageEvent,
  type Removal,
  type Removing,
  type Reporting,
  type Tagging,
} from './contract/capabilities.ts';
export type { Serializer, Wire } from './contract/serializer.ts';

// Errors

export {
  CacheBackendError,
  CacheCapabilityError,
  CacheConfigError,
  CacheConnectionError,
  CacheError,
  type CacheErrorDetails,
  CacheKeyError,
  CacheLeaseTimeoutError,
  CacheMissError,
  CacheSerializationError,
  CacheTimeoutError,
  CacheValidationError,
  InvalidTtlError,
  isCacheError,
} from './contract/errors.ts';

// Keys

export { assertKey } from './keys/key.ts';
