import type { CacheOptions } from '../cache/options.ts';
import type { FailoverOptions } from '../compose/failover/options.ts';
import type { TieredOptions } from '../compose/tiered/options.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import type { BackendSchemes, HostPort } from './scheme.ts';

/**
 * Everything about one cache: its backend, by URL or by a section of settings, and the options of the cache above it.
 * What stands here wins over the parameters of the URL.
 */
export interface CacheConfig<T = unknown> extends Omit<CacheOptions<T>, 'backend' | 'serializer' | 'version'> {
  /** The backend: `memory://?max=1000`, `redis://user:pw@host:6379/0?prefix=app:`. */
  readonly url?: string | undefined;
  /** Settings of a `memory://` backend: beside the URL, or in its place. */
  readonly memory?: MemorySection | undefined;
  /** Settings of a Redis backend: beside the URL (a password from elsewhere), or in its place. */
  readonly redis?: RedisSection | undefined;
  /**
   * A tier in this process in front of the backend: a URL (`memory://?max=1000`), or an object of settings and of the
   * options of `tiered()`. With {@link CacheConfig.fallback} it stands in front of both. @default none
   */
  readonly near?: string | NearSection | undefined;
  /**
   * What serves while the backend does not: a URL (`memory://`), or an object of settings and of the options of
   * `failover()`. @default none
   */
  readonly fallback?: string | FallbackSection | undefined;
  /** How values become bytes: a name or URL (`'msgpack+zlib'`), or a serializer. @default core's own plain JSON, above bytes */
  readonly serializer?: string | Serializer<T, Wire> | undefined;
  /** `true`: the backend has to keep tags. `false`: tags are refused, by a `CacheCapabilityError`. @default as the backend can */
  readonly tags?: boolean | undefined;
  /** Adds `v<version>:` to the prefix, for deploys that change the shape of values. */
  readonly version?: string | number | undefined;
  /** Schemes beside, or instead of, those whose package core finds by itself: for bundled applications and other people's backends. */
  readonly backends?: readonly BackendSchemes[] | undefined;
}

/** A config of what text can say, and of the schemes it speaks of, for values of any type. */
export interface PlainCacheConfig extends Omit<CacheConfig, 'schema' | 'serializer' | 'clock' | 'logger'> {
  readonly serializer?: string | undefined;
}

/** One setting of a section. */
export type Setting = string | number | boolean | null | readonly (string | HostPort)[] | undefined;

/** The parameters of `memory://`, by name. */
export interface MemorySection {
  /** The most entries held. @default 100_000 */
  readonly max?: number | string | undefined;
  readonly [parameter: string]: Setting;
}

/** The parameters of the Redis schemes, by name; the reference page has them all. */
export interface RedisSection {
  /** Which of the schemes the settings are for, without a URL. @default 'redis' */
  readonly scheme?: string | undefined;
  /** @default 'localhost' */
  readonly host?: string | undefined;
  /** @default 6379 */
  readonly port?: number | string | undefined;
  /** @default 0 */
  readonly db?: number | string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** @default false */
  readonly tls?: boolean | string | undefined;
  /** Within this every operation settles. @default '500ms' */
  readonly timeout?: number | string | undefined;
  readonly [parameter: string]: Setting;
}

/** A backend beside the cache's own. @default `memory://` */
export interface BackendSection {
  readonly url?: string | undefined;
  readonly memory?: MemorySection | undefined;
  readonly redis?: RedisSection | undefined;
}

/** The near tier: where its entries live, and the options of `tiered()`. */
export interface NearSection extends BackendSection, Omit<TieredOptions, 'clock'> {}

/** The fallback: where its entries live, and the options of `failover()`. */
export interface FallbackSection extends BackendSection, Omit<FailoverOptions, 'clock' | 'logger' | 'prefix'> {}

/** The config as it is, with completion where it is written. */
export function defineCacheConfig<T = unknown>(config: CacheConfig<T>): CacheConfig<T> {
  return config;
}
