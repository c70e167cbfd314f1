// Functions and methods

export { cacheable } from './cacheable.ts';
export { cached } from './cached.ts';
export type { LegacyDecorator, MethodDecorator } from './decorator.ts';
export type {
  AnyCache,
  CacheableOptions,
  CacheSource,
  Call,
  EntryOptions,
  FunctionOptions,
  KeyOptions,
  LoadOptionsOf,
  ResultOf,
  StaleOrNew,
} from './options.ts';

// Their tools

export { type Controls, controls } from './controls.ts';
export type { Extras } from './extras.ts';

// Writers

export { cacheEvict } from './cache-evict.ts';
export { cachePut } from './cache-put.ts';
export { type AfterArgs, invalidateAfter } from './invalidate-after.ts';
export type { AnswerOf, CacheEvictOptions, CachePutOptions } from './options.ts';
export { type RefreshErrors, refreshAfter } from './refresh-after.ts';

// Entities

export { entityCache } from './entity-cache.ts';
export type {
  EntityCache,
  EntityDecorator,
  EntityOptions,
  Found,
  FunctionArgs,
  Later,
  PrimaryKey,
} from './entity-options.ts';
