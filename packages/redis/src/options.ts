import type { ConnectionOptions } from 'node:tls';
import { CacheConfigError } from '@cache/core';
import type { Cluster, Redis, RedisOptions } from 'ioredis';

/** Where Redis is, and how this backend behaves. */
export type RedisBackendOptions = RedisBehaviour & (RedisUrl | RedisClient | RedisAddress);

/** Where Redis is, in one URL. */
export interface RedisUrl {
  /** `redis://`, `rediss://`, `redis+unix://`, `redis+cluster://`, `redis+sentinel://`. */
  readonly url: string;
}

/** Redis through a client that the program has. */
export interface RedisClient {
  /**
   * A client of yours, in any topology. It is never closed, reconnected or configured here: its own settings decide
   * whether commands travel together, are queued while it is down, or sent again. It must not have a `keyPrefix`.
   */
  readonly client: Redis | Cluster;
}

/** One server, or the servers of a cluster, or the sentinels that know the primary. */
export interface RedisAddress {
  /** @default 'localhost' */
  readonly host?: string | undefined;
  /** @default 6379 */
  readonly port?: number | undefined;
  /** A unix socket, instead of host and port. */
  readonly path?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** @default 0 */
  readonly db?: number | undefined;
  /** `true`, or what `tls.connect` takes: `ca`, `cert`, `key`, `servername`. */
  readonly tls?: boolean | ConnectionOptions | undefined;
  /** Some nodes of a cluster; it tells of the others. */
  readonly cluster?: readonly RedisHost[] | undefined;
  /** Sentinels, which name the primary of {@link primary}. */
  readonly sentinels?: readonly RedisHost[] | undefined;
  /** The name the sentinels know the primary by: `mymaster`. */
  readonly primary?: string | undefined;
  /** Anything else ioredis takes for a connection: `family`, `keepAlive`, `connectionName`, `sentinelPassword`, `natMap`. */
  readonly ioredis?: RedisOptions | undefined;
}

/** One node, or one sentinel. */
export interface RedisHost {
  readonly host: string;
  /** @default 6379, of sentinels 26379 */
  readonly port?: number | undefined;
}

/** How the backend behaves, wherever Redis is. */
export interface RedisBehaviour {
  /** Milliseconds within which every operation settles. @default 500 */
  readonly timeout?: number | undefined;
  /** Milliseconds for making a connection: TCP, TLS, password, first reply. @default 2000 */
  readonly connectTimeout?: number | undefined;
  /**
   * Prefixes of keys whose changes `onInvalidate` tells of, whoever makes them; heard on the connection that listens for
   * the ends of loads, which `start()` opens anyway. `['']` is every key. @default none: the backend does not observe
   */
  readonly observe?: readonly string[] | undefined;
  /**
   * Every write carries its deadline and is refused by a server that gets to it later, so that nothing lands after its
   * caller was told that it timed out. Costs a script for each write. @default false
   */
  readonly fencedWrites?: boolean | undefined;
  /** `clear()` without a prefix may remove every entry of the database, whoever wrote it. @default false: it throws */
  readonly allowClearAll?: boolean | undefined;
  /** Where an outage is told of, once. @default `process.emitWarning` */
  readonly logger?: { warn(message: string): void } | undefined;
}

export interface Behaviour {
  readonly timeout: number;
  readonly connectTimeout: number;
  readonly observe: readonly string[] | undefined;
  readonly fencedWrites: boolean;
  readonly allowClearAll: boolean;
  warn(message: string): void;
}

// What setTimeout can wait.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** @throws {CacheConfigError} */
export function checkedOptions(options: RedisBehaviour): Behaviour {
  const { timeout = 500, connectTimeout = 2000, fencedWrites = false, allowClearAll = false, logger } = options;
  for (const [name, ms] of Object.entries({ timeout, connectTimeout }))
    if (!(Number.isFinite(ms) && ms >= 1 && ms <= LONGEST_TIMEOUT))
      throw new CacheConfigError(`${name}: expected milliseconds from 1 to ${LONGEST_TIMEOUT}, got ${String(ms)}`);
  const observe = options.observe?.length === 0 ? undefined : options.observe;
  if (observe?.some((prefix) => typeof prefix !== 'string' || prefix.startsWith('\0')))
    throw new CacheConfigError('observe: expected prefixes of keys, got something else');
  return {
    timeout,
    connectTimeout,
    observe,
    fencedWrites,
    allowClearAll,
    warn: (message) => (logger === undefined ? process.emitWarning(message, 'CacheWarning') : logger.warn(message)),
  };
}
