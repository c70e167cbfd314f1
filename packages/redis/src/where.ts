import { CacheConfigError } from '@cache/core';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import type { Topology } from './connection/topology.ts';
import type { RedisAddress, RedisClient } from './options.ts';

/** The topology that options name, or the client they bring. @throws {CacheConfigError} */
export function whereFrom(options: RedisClient | RedisAddress): Topology | { readonly client: Redis | Cluster } {
  if (!('client' in options)) return topologyOf(options);
  const { client } = options;
  if (client.options.keyPrefix)
    throw new CacheConfigError(
      'client: expected one without keyPrefix, which ioredis leaves out of scans and replies; give the prefix to the cache instead',
    );
  return { client };
}

function topologyOf(address: RedisAddress): Topology {
  const { host, port, path, username, password, db, tls, cluster, sentinels, primary, ioredis } = address;
  const given = Object.entries({ 'host or port': host ?? port, path, cluster, sentinels })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (given.length > 1)
    throw new CacheConfigError(`redis: expected one way to find the server, got ${given.join(' and ')}`);
  if ((sentinels === undefined) !== (primary === undefined))
    throw new CacheConfigError(
      'redis: expected sentinels and primary (the name they know it by) together, got one of them',
    );
  const options: RedisOptions = {
    ...ioredis,
    ...(username !== undefined && username !== '' && { username }),
    ...(password !== undefined && password !== '' && { password }),
    ...(db !== undefined && { db }),
    ...(tls !== undefined && tls !== false && { tls: tls === true ? {} : tls }),
  };
  if (cluster !== undefined) {
    if (cluster.length === 0) throw new CacheConfigError('cluster: expected at least one node, got none');
    if (db !== undefined && db !== 0)
      throw new CacheConfigError(`db: expected 0, the only one of a cluster, got ${db}`);
    return { kind: 'cluster', nodes: cluster.map((node) => ({ host: node.host, port: node.port ?? 6379 })), options };
  }
  if (sentinels !== undefined && primary !== undefined) {
    if (sentinels.length === 0) throw new CacheConfigError('sentinels: expected at least one, got none');
    return {
      kind: 'sentinel',
      options: {
        ...options,
        name: primary,
        sentinels: sentinels.map((sentinel) => ({ host: sentinel.host, port: sentinel.port ?? 26_379 })),
        ...(options.tls !== undefined && { sentinelTLS: options.tls, enableTLSForSentinelMode: true }),
      },
    };
  }
  if (path !== undefined) return { kind: 'server', options: { ...options, path } };
  return { kind: 'server', options: { ...options, host: host ?? 'localhost', port: port ?? 6379 } };
}
