import { type Channel, channel } from 'node:diagnostics_channel';
import { orElse } from '../contract/awaitable.ts';
import type { OutageEvent } from '../contract/capabilities.ts';
import type { CacheError } from '../contract/errors.ts';
import { kindOf } from '../contract/kind.ts';
import { aFunction, demand, oneOf } from './option-checks.ts';

/** In every event. `cache` and `tier` are few and fit as labels of metrics; keys are many and do not. */
export interface CacheEventOrigin {
  /** The name of the cache, with its namespaces: `'users'`, `'users:eu'`. */
  readonly cache: string;
  /** Which backend it was about: `'memory'`, `'redis'`, … */
  readonly tier: string;
}

/** Every event and what it carries. Keys are the caller's, without prefix. */
export interface CacheEvents {
  /** A lookup found a fresh entry. */
  readonly hit: CacheEventOrigin & { readonly key: string };
  /** A lookup found none. */
  readonly miss: CacheEventOrigin & { readonly key: string };
  /** Entries were stored. `ttl` in milliseconds, `null`: they never expire. */
  readonly set: CacheEventOrigin & { readonly keys: readonly string[]; readonly ttl: number | null };
  /** Entries were asked to be removed, and `removed` of them were there. */
  readonly delete: CacheEventOrigin & { readonly keys: readonly string[]; readonly removed: number };
  /** A deadline was moved. */
  readonly deadline: CacheEventOrigin & { readonly key: string; readonly ttl: number | null };
  /** Everything of this cache, or what begins with `prefix`, was removed. */
  readonly clear: CacheEventOrigin & { readonly prefix: string };
  /** Entries with one of `tags` were invalidated; `removed` of them, where the backend can count. */
  readonly invalidate: CacheEventOrigin & { readonly tags: readonly string[]; readonly removed: number | undefined };
  /** The backend removed an entry to make room. */
  readonly evict: CacheEventOrigin & { readonly key: string };
  /** The time of an entry ran out, and the backend removed it. */
  readonly expire: CacheEventOrigin & { readonly key: string };
  /** A loader ran for `durationMs` milliseconds, and `stored` says whether its value was kept. */
  readonly load: CacheEventOrigin & {
    readonly key: string;
    readonly durationMs: number;
    readonly stored: boolean;
    /** Nobody waited for it: a refresh behind an answer that was given. */
    readonly background: boolean;
    readonly error?: unknown;
  };
  /** A stale value was given: while a refresh runs behind, because a load failed, or because it took too long. */
  readonly stale: CacheEventOrigin & { readonly key: string; readonly reason: 'revalidate' | 'error' | 'timeout' };
  /** An operation failed. `swallowed`: the caller was answered as if the cache were empty, or by a fallback. */
  readonly error: CacheEventOrigin & {
    readonly operation: string;
    readonly error: CacheError;
    readonly swallowed: boolean;
  };
  /** A primary is not asked any more: its fallback answers. */
  readonly failover: CacheEventOrigin & OutageFields<'failover'>;
  /** The primary is asked again, after `durationMs` milliseconds; `reconciled` things were made to be forgotten before. */
  readonly recover: CacheEventOrigin & OutageFields<'recover'>;
  /** More keys were changed during an outage than are remembered: what begins with one of `prefixes` is cleared instead. Keys of the backend. */
  readonly journalOverflow: CacheEventOrigin & OutageFields<'journalOverflow'>;
}

type OutageFields<E extends OutageEvent['event']> = Omit<Extract<OutageEvent, { readonly event: E }>, 'event'>;

/** The name of an event. */
export type CacheEventName = keyof CacheEvents;

const names = [
  'hit',
  'miss',
  'set',
  'delete',
  'deadline',
  'clear',
  'invalidate',
  'evict',
  'expire',
  'load',
  'stale',
  'error',
  'failover',
  'recover',
  'journalOverflow',
] as const satisfies readonly CacheEventName[];

// One channel an event, made once: `hasSubscribers` is then all that an unobserved event costs.
const channels = Object.fromEntries(names.map((name) => [name, channel(`cache:${name}`)])) as Readonly<
  Record<CacheEventName, Channel>
>;

export const hits: Channel = channels.hit;
export const misses: Channel = channels.miss;

interface Subscription {
  /** The prefix of the cache it was made on: events of that cache and of its namespaces are told. */
  readonly scope: string;
  readonly listener: (payload: never) => void;
}

/** Who listens to a cache and to its namespaces. */
export class Listeners {
  /** How many there are: the one thing an operation looks at while nobody listens. */
  count = 0;
  readonly #subscriptions = new Map<CacheEventName, Set<Subscription>>();
  readonly #warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** @throws {CacheConfigError} on an event that does not exist */
  on<E extends CacheEventName>(scope: string, event: E, listener: (payload: CacheEvents[E]) => void): () => void {
    demand('event', oneOf(...names), event);
    demand(`listener of ${event}`, aFunction, listener);
    const subscription: Subscription = { scope, listener };
    const subscribed = this.#subscriptions.get(event) ?? new Set();
    this.#subscriptions.set(event, subscribed.add(subscription));
    this.count++;
    return () => {
      if (subscribed.delete(subscription)) this.count--;
    };
  }

  /** Whether telling of `event` reaches anyone. */
  wants(event: CacheEventName): boolean {
    return channels[event].hasSubscribers || (this.count > 0 && (this.#subscriptions.get(event)?.size ?? 0) > 0);
  }

  /** Tells of an event of the cache that has `prefix`. */
  emit<E extends CacheEventName>(prefix: string, event: E, payload: CacheEvents[E]): void {
    if (channels[event].hasSubscribers) channels[event].publish(payload);
    // A copy: a listener may subscribe or end its subscription.
    for (const { scope, listener } of [...(this.#subscriptions.get(event) ?? [])])
      if (prefix.startsWith(scope)) this.#tell(event, listener as (payload: CacheEvents[E]) => unknown, payload);
  }

  #tell<E extends CacheEventName>(
    event: E,
    listener: (payload: CacheEvents[E]) => unknown,
    payload: CacheEvents[E],
  ): void {
    orElse(
      () => listener(payload),
      (error) =>
        this.#warn(
          `a listener of ${event} failed: ${error instanceof Error ? error.message : typeof error === 'string' ? error : kindOf(error)}`,
        ),
    );
  }
}
