export { cacheEvict } from './cache-evict.ts';
export { cachePut } from './cache-put.ts';
export { cacheable } from './cacheable.ts';
export { cached } from './cached.ts';
export { type Controls, controls } from './controls.ts';
export type { MethodDecorator } from './decorator.ts';
export type { Extras } from './extras.ts';
export type {
  AnyCache,
  CacheableOptions,
  CacheEvictOptions,
  CachePutOptions,
  CacheSource,
  Call,
} from './options.ts';
