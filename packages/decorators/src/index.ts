// Functions and methods
export { cacheEvict } from './cache-evict.ts';
export { cachePut } from './cache-put.ts';
export { cacheable } from './cacheable.ts';
export { cached } from './cached.ts';
export { type Controls, controls } from './controls.ts';
export type { MethodDecorator } from './decorator.ts';
// Entities
export { entityCache } from './entity-cache.ts';
export type {
  EntityCache,
  EntityDecorator,
  EntityOptions,
  FunctionArgs,
  Later,
  PrimaryKey,
} from './entity-options.ts';
export type { Extras } from './extras.ts';
export { type AfterArgs, invalidateAfter } from './invalidate-after.ts';
// Their options
export type {
  AnyCache,
  CacheableOptions,
  CacheEvictOptions,
  CachePutOptions,
  CacheSource,
  Call,
} from './options.ts';
export { type RefreshErrors, refreshAfter } from './refresh-after.ts';
