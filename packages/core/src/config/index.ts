export { type CacheConfig, defineCacheConfig, type MemorySection, type RedisSection, type Setting } from './config.ts';
export { type ConfigDescription, configFromUrl, configToUrl, type DescribedValue, describe } from './describe.ts';
export {
  type CacheConfigs,
  cacheConfigFromEnv,
  cachesConfigFromEnv,
  type Environment,
  type EnvironmentOptions,
} from './from-env.ts';
export { cacheConfigSchema } from './schema.ts';
