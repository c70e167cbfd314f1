export type { CacheConfig } from './config.ts';
export { cacheConfigSchema } from './schema.ts';
