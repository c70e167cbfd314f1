// One real server
export { findRedis, NoRedisError, type RedisBinary } from './find-redis.ts';
// What topologies are built of
export { freePort } from './free-port.ts';
export { type RedisServer, type RedisServerOptions, startRedis } from './redis-server.ts';
// The server that a run's tests share
export { checkGivenRedis, ioredisAddress, type RunRedis, startRunRedis } from './run-redis.ts';
export { startWatched, type WatchedProcess, type WatchedProcessOptions } from './watched-process.ts';
