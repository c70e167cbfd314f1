export { backends } from './backends.ts';
export type { RedisAddress, RedisBackendOptions, RedisBehaviour, RedisClient, RedisHost, RedisUrl } from './options.ts';
export { type RedisBackend, redisBackend } from './redis-backend.ts';
