import type { Serializer, Wire } from '../contract/serializer.ts';
import type { Ttl } from '../time/ttl.ts';
import type { BackendSchemes } from './scheme.ts';

/** Everything about one cache. What is said here wins over what its URL says. */
export interface CacheConfig {
  /** The backend: `memory://?max=1000`, `redis://user:pw@host:6379/0?prefix=app:`. */
  readonly url: string;
  /** Starts every key. @default '' on a backend of values, 'cache:' on one of bytes */
  readonly prefix?: string | undefined;
  /** How long an entry stays fresh that is written without one. @default null (it never expires) */
  readonly ttl?: Ttl | undefined;
  /** How values become bytes: a name or URL (`'msgpack+zlib'`), or a serializer. @default core's own plain JSON, above bytes */
  readonly serializer?: string | Serializer<unknown, Wire> | undefined;
  /** `false`: every lookup is a miss and nothing is stored. @default true */
  readonly enabled?: boolean | undefined;
  /** Schemes beside, or instead of, those whose package core finds by itself: for bundled applications and other people's backends. */
  readonly backends?: readonly BackendSchemes[] | undefined;
}
