import type { Awaitable, Backend, Entry } from './backend.ts';
import type { CacheError } from './errors.ts';
import type { CacheResult } from './result.ts';

/** The right to load `key`, held by one loader at a time among all processes that share the backend. */
export interface Lease {
  readonly key: string;
  /** Opaque to callers. Says who holds it, and how far invalidations had come when it was granted. */
  readonly token: string;
}

/** What {@link Leasing.acquire} came back with: the right to load, what is stored, both, or (someone else is loading) neither. */
export interface Acquired<W> {
  readonly lease?: Lease | undefined;
  readonly entry?: Entry<W> | undefined;
}

/**
 * One loader per key among processes. For shared backends: inside one process the table of flights is the lease.
 *
 * A lease is broken by any write, delete, expiry change or clear of its key and by an invalidation of a tag the fill
 * carries, whoever does it; `set` with a broken lease stores nothing and returns `false`. It ends by that `set`, by
 * {@link Leasing.release}, or when its time is up.
 */
export interface Leasing<W> {
  /**
   * Asks to load `key` for `ttl` milliseconds. Granted when nobody holds a lease of it and the entry is absent or has at
   * most `ifFreshFor` milliseconds of freshness left (`Infinity`: however fresh).
   * @param ifFreshFor @default 0
   */
  acquire(key: string, ttl: number, ifFreshFor?: number): Awaitable<Acquired<W>>;
  /** Extends a lease to `ttl` milliseconds from now. @returns `false` when it no longer holds. */
  renew(lease: Lease, ttl: number): Awaitable<boolean>;
  /** Ends a lease without a write, if it still holds, and wakes one who waits. */
  release(lease: Lease): Awaitable<void>;
  /**
   * Resolves when `key` was written or its lease ended, as far as can be told; never rejects. May resolve early or, when
   * the signal is lost, not at all, so callers look again and poll. Call it before `acquire`, or the wake is missed.
   */
  settled(key: string, signal: AbortSignal): Promise<void>;
}

/** Invalidation by tag. */
export interface Tagging {
  /**
   * Makes every entry that carries one of `tags` absent for reads, at once and for all who share the backend.
   * @returns how many entries were removed, where the backend can count them.
   */
  invalidateTags(tags: readonly string[]): Awaitable<number | undefined>;
}

/**
 * What changed in a backend, in the keys of the layer it is told on. `lost`: changes may have gone unseen from here on,
 * trust nothing; `restored`: they are seen again. A backend that vouches for a time only says for how many milliseconds,
 * `holdsFor`, and says `restored` again before they are over; silence past them is a loss.
 */
export type Invalidation =
  | { readonly keys: readonly string[] }
  | { readonly tags: readonly string[] }
  | { readonly all: true }
  | { readonly signal: 'lost' | 'restored'; readonly holdsFor?: number | undefined };

/** What a listener asks for. */
export interface ObserveOptions {
  /**
   * Milliseconds for which changes may go unseen before it is told that the signal is lost.
   * @default as the backend has it
   */
  readonly maxStaleness?: number | undefined;
}

/** Tells of every change of an entry, by whomever it was made, own writes included. */
export interface Observing {
  /**
   * Calls `listener` for every change until the returned function is called. It is told at once whether the signal is
   * `restored` or `lost`, and hears of no change before it is restored.
   */
  onInvalidate(listener: (invalidation: Invalidation) => void, options?: ObserveOptions): () => void;
  /** Whether changes of `key` are told, where those of some keys are not. @default those of every key are */
  observes?(key: string): boolean;
}

/** An entry that left. */
export interface Removal {
  readonly key: string;
  /**
   * `evict`: to make room. `expire`: its time, the stale window included, was up. `delete`, `clear`, `invalidate`: asked
   * for. `replace`: a `set` of its key gave it another value.
   */
  readonly reason: 'evict' | 'expire' | 'delete' | 'replace' | 'clear' | 'invalidate';
}

/** Tells of every entry that leaves, and why: backends that know at once, which are those of one process. */
export interface Removing {
  /** Calls `listener` after each removal until the returned function is called. */
  onRemove(listener: (removal: Removal) => void): () => void;
}

/** What befell the best part of a backend that can do without it. `primary` and `fallback` are names of backends. */
export type OutageEvent = { readonly primary: string; readonly fallback: string } & (
  | /** A call of the primary failed; the fallback answers. `names`: keys, a prefix or tags. Not told of while the circuit is open. */
  {
      readonly event: 'error';
      readonly operation: string;
      readonly names: readonly string[];
      readonly error: CacheError;
      readonly swallowed: true;
    }
  /** The circuit opened: the primary is not asked any more. */
  | { readonly event: 'failover'; readonly error: CacheError }
  /** It is asked again, after `durationMs` milliseconds; `reconciled` things were made to be forgotten before. */
  | { readonly event: 'recover'; readonly durationMs: number; readonly reconciled: number }
  /** More keys were changed than are remembered, `entries`: all that begins with one of `prefixes` is cleared instead. */
  | { readonly event: 'journalOverflow'; readonly entries: number; readonly prefixes: readonly string[] }
);

/** Serves without its best part when it must, and tells of it. */
export interface Degrading {
  /** Whether it does without it now. */
  readonly isDegraded: boolean;
  /** Calls `listener` for everything that befalls it until the returned function is called. */
  onOutage(listener: (outage: OutageEvent) => void): () => void;
}

/** Counts since construction. Internal traffic is not counted as the user's. */
export interface CacheStats {
  /** What is counted: `'cache'`, `'memory'`, `'redis'`, … */
  readonly type: string;
  /** Live entries, where counting them is cheap. */
  readonly size?: number;
  /** The bound on entries, where there is one. */
  readonly maxSize?: number;
  /** Lookups: hits and misses. */
  readonly requests: number;
  readonly hits: number;
  readonly misses: number;
  /** Hits per request; 0 when there were none. */
  readonly hitRate: number;
  readonly writes: number;
  /** Deletes that removed something. */
  readonly deletes: number;
  readonly clears: number;
  readonly tagInvalidations: number;
  /** Entries removed to make room. */
  readonly evictions: number;
  /** Entries removed because their time was up. */
  readonly expirations: number;
  /** Loader runs. */
  readonly loads: number;
  /** Loader runs that failed. */
  readonly loadErrors: number;
  /** Callers that waited for a load somebody else had begun. */
  readonly stampedeWaits: number;
  /** Statistics of the parts, for compositions: `near`, `far`, `primary`, `fallback`, `backend`. */
  readonly parts?: Readonly<Record<string, CacheStats>>;
}

/** Keeps counts. */
export interface Reporting {
  stats(): CacheStats;
}

/** The outcome of a health check. */
export interface Health {
  /** `up`: serves. `degraded`: serves, but not as configured. `down`: does not serve. */
  readonly status: 'up' | 'degraded' | 'down';
  /** Facts a person needs, never a credential. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Can be asked whether it serves. Never rejects: a failure is an answer. */
export interface Checking {
  health(): Awaitable<Health>;
}

/**
 * Answers for many keys with a list: of a batch from a server, a map for each layer is a third of the cost. The list is
 * the method's own, so that whoever puts another `getMany` in its place is asked by that one.
 */
export interface Listing<W> {
  readonly getMany: {
    (keys: readonly string[]): Awaitable<ReadonlyMap<string, W>>;
    /** As `get` of each of `keys`, which may repeat, at its place; one round trip. */
    list(keys: readonly string[]): Awaitable<readonly CacheResult<W>[]>;
  };
}

/** Made of a near and a far tier: what it answers at once comes from near, and what it removes by itself from there. */
export interface Tiered<W = unknown> {
  tiers: true;
  readonly getEntry: {
    (key: string): Awaitable<Entry<W> | undefined>;
    /**
     * What near last knew of `key`, for who was just failed by far: never older than what was read or written through
     * these tiers, and stale for as long as far could not vouch for it. Not there where another method is in the place
     * of the tiers' own.
     */
    lastKnown?(key: string): Awaitable<Entry<W> | undefined>;
  };
}

/** A backend with whatever capabilities it has, but for {@link Listing}, which is looked for on `getMany`. */
export type CapableBackend<W> = Backend<W> &
  Partial<Leasing<W> & Tagging & Observing & Removing & Degrading & Reporting & Checking & Tiered<W>>;

/** Whether `backend` is made of two tiers. */
export function isTiered<W>(backend: object): backend is Tiered<W> {
  return 'tiers' in backend;
}

/** Whether `backend` grants leases. */
export function isLeasing<W>(backend: object): backend is Leasing<W> {
  return 'acquire' in backend;
}

/** Whether `backend` answers with lists. */
export function isListing<W>(backend: Pick<Backend<W>, 'getMany'>): backend is Listing<W> {
  return 'list' in backend.getMany;
}

/** Whether `backend` keeps tags. */
export function isTagging(backend: object): backend is Tagging {
  return 'invalidateTags' in backend;
}

/** Whether `backend` tells of changes. */
export function isObserving(backend: object): backend is Observing {
  return 'onInvalidate' in backend;
}

/** Whether `backend` tells why entries leave. */
export function isRemoving(backend: object): backend is Removing {
  return 'onRemove' in backend;
}

/** Whether `backend` can do without a part of it. */
export function isDegrading(backend: object): backend is Degrading {
  return 'onOutage' in backend;
}

/** Whether `backend` keeps counts. */
export function isReporting(backend: object): backend is Reporting {
  return 'stats' in backend;
}

/** Whether `backend` can be asked whether it serves. */
export function isChecking(backend: object): backend is Checking {
  return 'health' in backend;
}
