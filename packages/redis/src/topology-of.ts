import { CacheConfigError } from '@cache/core';
import type { Topology } from './connection/topology.ts';
import type { RedisAddress, RedisClient } from './options.ts';

export function topologyOf(options: RedisClient | RedisAddress): Topology {
  if ('client' in options) throw new CacheConfigError('client: not yet');
  const { host = 'localhost', port = 6379, path, username, password, db = 0 } = options;
  return {
    kind: 'server',
    options: {
      ...(path === undefined ? { host, port } : { path }),
      db,
      ...(username && { username }),
      ...(password && { password }),
    },
  };
}
