// TLS
export { type Certificates, makeCertificates } from './certificates.ts';
// What fleets see of each other's writes
export { judge, type Loss, type Verdict } from './coherence/judge.ts';
export {
  type CoherentCache,
  type Happened,
  runWorkload,
  type Versioned,
  type WorkloadOptions,
  wallClock,
} from './coherence/workload.ts';
// Networks that fail
export { type Fault, type FaultyProxy, type ProxyTarget, startFaultyProxy } from './faulty-proxy.ts';
// One real server
export { findRedis, NoRedisError, type RedisBinary } from './find-redis.ts';
// Processes of their own
export { type Fleet, type FleetOptions, type FleetWorker, startFleet } from './fleet.ts';
// What topologies are built of
export { freePort } from './free-port.ts';
// A browser
export { type OpenPage, openPage } from './headless-browser.ts';
export { type RedisCluster, type RedisClusterOptions, startRedisCluster } from './redis-cluster.ts';
export { type RedisSentinels, startRedisSentinels } from './redis-sentinel.ts';
export { type RedisServer, type RedisServerOptions, startRedis } from './redis-server.ts';
// The server that a run's tests share
export { checkGivenRedis, ioredisAddress, type RunRedis, startRunRedis } from './run-redis.ts';
export { startWatched, type WatchedProcess, type WatchedProcessOptions } from './watched-process.ts';
