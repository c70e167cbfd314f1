import { CacheConfigError } from '@cache/core';
import type { Topology } from './connection/topology.ts';
import type { RedisBackendOptions } from './options.ts';

export function topologyOf(options: RedisBackendOptions): Topology {
  if ('url' in options) {
    const unix = /^redis\+unix:\/\/(?:[^/]*)(\/[^?]+)/.exec(options.url);
    if (unix !== null) return { kind: 'server', options: { path: decodeURIComponent(unix[1] as string) } };
    const url = new URL(options.url);
    if (url.protocol !== 'redis:')
      throw new CacheConfigError(`url: expected redis:// or redis+unix://, got ${url.protocol}//`);
    return {
      kind: 'server',
      options: {
        host: url.hostname || 'localhost',
        port: Number(url.port || 6379),
        db: Number(url.pathname.slice(1) || 0),
        ...(url.username && { username: decodeURIComponent(url.username) }),
        ...(url.password && { password: decodeURIComponent(url.password) }),
      },
    };
  }
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
