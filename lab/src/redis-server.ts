import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, type RedisBinary } from './find-redis.ts';
import { freePort } from './free-port.ts';
import { startWatched, type WatchedProcess } from './watched-process.ts';

export interface RedisServerOptions {
  /** `tcp`: a free port of 127.0.0.1. @default 'socket' */
  readonly listen?: 'socket' | 'tcp' | undefined;
  /** With `tcp`: this port rather than a free one, as a server that comes back needs. */
  readonly port?: number | undefined;
  /** Further words of the command line, each its own: `['--maxmemory', '1mb']`. They win over ours. */
  readonly args?: readonly string[] | undefined;
  /** @default what `findRedis()` finds */
  readonly binary?: RedisBinary | undefined;
}

export interface RedisServer extends AsyncDisposable {
  /** `redis+unix:///…/redis.sock` or `redis://127.0.0.1:port` */
  readonly url: string;
  /** The same for ioredis: `new Redis({ ...server.address })`. */
  readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
  /** Its own temporary directory, removed with it. */
  readonly directory: string;
  readonly process: WatchedProcess;
  /** As in `Redis 7.0.15`. */
  version(): string;
  /** Kills it (nothing is saved) and removes its directory. Again: nothing. */
  stop(): Promise<void>;
}

/** One server without persistence, in a temporary directory; it ends with this process, however that ends. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const binary = options.binary ?? (await findRedis());
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(binary, options);
    } catch (error) {
      const taken = options.port === undefined && /Address already in use/.test(String(error));
      if (!taken || attempt === 5) throw error;
    }
  }
}

async function launch(binary: RedisBinary, options: RedisServerOptions): Promise<RedisServer> {
  const { listen = 'socket', args = [] } = options;
  const directory = await mkdtemp(join(tmpdir(), 'cache-lab-'));
  const address =
    listen === 'socket'
      ? { path: join(directory, 'redis.sock') }
      : { host: '127.0.0.1', port: options.port ?? (await freePort()) };
  const where =
    'path' in address
      ? ['--port', '0', '--unixsocket', address.path]
      : ['--port', String(address.port), '--bind', address.host];
  const server = await startWatched(
    binary.path,
    [...where, '--dir', directory, '--save', '', '--appendonly', 'no', ...args],
    { directory, env: binary.env },
  );
  try {
    await server.printed(/ready to accept connections/i);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: 'path' in address ? `redis+unix://${address.path}` : `redis://${address.host}:${address.port}`,
    address,
    directory,
    process: server,
    version: () => binary.version,
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
