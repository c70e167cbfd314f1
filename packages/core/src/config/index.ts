export {
  type BackendSection,
  type CacheConfig,
  defineCacheConfig,
  type FallbackSection,
  type MemorySection,
  type NearSection,
  type RedisSection,
  type Setting,
} from './config.ts';
export { type ConfigDescription, configFromUrl, configToUrl, type DescribedValue, describe } from './describe.ts';
export {
  type CacheConfigs,
  cacheConfigFromEnv,
  cachesConfigFromEnv,
  type Environment,
  type EnvironmentOptions,
} from './from-env.ts';
export { cacheConfigJsonSchema } from './json-schema.ts';
export { cacheConfigSchema } from './schema.ts';
