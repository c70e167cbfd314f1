import { isPending } from '../../contract/awaitable.ts';
import type { Backend, Entry, SyncBackend } from '../../contract/backend.ts';
import {
  type CacheStats,
  type Invalidation,
  isRemoving,
  isTagging,
  type Observing,
  type Removing,
  type Tagging,
} from '../../contract/capabilities.ts';
import { CacheConfigError } from '../../contract/errors.ts';
import { isFresh } from '../../contract/fresh.ts';
import { type CacheResult, MISS } from '../../contract/result.ts';
import { systemClock } from '../../time/clock.ts';
import { Changes } from './changes.ts';
import type { Read } from './far-reads.ts';
import type { TieredSettings } from './options.ts';
import { tierStats } from './tier-stats.ts';
import { Trust } from './trust.ts';

// What never expires far is stale here for so many milliseconds: 31,000 years.
const AGES = 1e15;

/**
 * What this process holds of far.
 *
 * Invariant: of every key, near holds nothing, or what is at least as new as anything this process has been told of it. So
 * it is filled by reads only, by none that a change has overtaken, and loses what it holds whenever far says anything else.
 *
 * While changes are not told, what it holds is set aside: no read is answered with it, but a caller whom far has failed may
 * have it rather than an error. The invariant holds for it as before, since far's answers and own changes still remove from
 * it; when changes are told again it is thrown away, because those in between were not.
 */
export class NearTier<V> {
  readonly changes: Changes = new Changes();
  readonly trust: Trust;
  /** The reads of far that run, by key: the latest of each. */
  readonly current: Map<string, Read> = new Map();
  /** How many ask far for a lease, which is answered with an entry where there is one: reads that `current` does not know. */
  acquiring = 0;
  nearHits = 0;
  farHits = 0;
  misses = 0;
  /** Entries that were put in. */
  fills = 0;
  /** Reads that a change overtook. */
  overtaken = 0;
  /** Times that all was given up, because changes may have gone unseen. */
  emptied = 0;
  /** Keys and tags that far told of. */
  heard = 0;
  readonly #near: SyncBackend<V> & Partial<Tagging>;
  readonly #settings: TieredSettings;

  #deaf: (() => void) | undefined;

  constructor(near: SyncBackend<V> & Partial<Tagging>, settings: TieredSettings) {
    this.#near = near;
    this.#settings = settings;
    this.trust = new Trust(settings.clock, settings.clock === systemClock);
  }

  get name(): string {
    return this.#near.name;
  }

  /** Whether entries with tags can be held. */
  get keepsTags(): boolean {
    return isTagging(this.#near);
  }

  /** Tells why entries leave near, where near does. */
  get onRemove(): Removing['onRemove'] | undefined {
    const near = this.#near;
    return isRemoving(near) ? (listener) => near.onRemove(listener) : undefined;
  }

  /** Whether near holds `key` at all. */
  keeps(key: string): boolean {
    return this.#settings.nearFor(key);
  }

  listen(far: Observing): void {
    const { maxStaleness } = this.#settings;
    this.#deaf = far.onInvalidate((told) => this.hear(told), { maxStaleness });
  }

  start(): void {
    this.#near.start();
  }

  close(): void {
    this.#deaf?.();
    this.trust.lose();
    this.#near.close();
  }

  stats(far: Backend<V>): CacheStats {
    return tierStats(this.#near, far, this);
  }

  now(): number {
    return this.#settings.clock.now();
  }

  /** Until when what was asked for at `sent` may be told to who asks anew. */
  until(sent: number, freshFor: number | null): number {
    return sent + (least(freshFor, this.#settings.nearTtl) ?? Number.POSITIVE_INFINITY);
  }

  get(key: string): CacheResult<V> {
    if (!this.trust.holds) return MISS;
    const found = this.#near.get(key);
    if (found.hit) this.nearHits++;
    return found;
  }

  /** The fresh entry. */
  getEntry(key: string): Entry<V> | undefined {
    if (!this.trust.holds) return undefined;
    const entry = this.#near.getEntry(key);
    if (!isFresh(entry)) return undefined;
    this.nearHits++;
    return entry;
  }

  getMany(keys: readonly string[]): ReadonlyMap<string, V> {
    if (!this.trust.holds) return new Map();
    const found = this.#near.getMany(keys);
    this.nearHits += found.size;
    return found;
  }

  /** The fresh ones. */
  getEntries(keys: readonly string[]): ReadonlyMap<string, Entry<V>> {
    const found = new Map<string, Entry<V>>();
    for (const key of keys) {
      const entry = this.getEntry(key);
      if (entry !== undefined) found.set(key, entry);
    }
    return found;
  }

  /** Counts a lookup that far answered. */
  count(hit: boolean): void {
    if (hit) this.farHits++;
    else this.misses++;
  }

  /** What near holds of `key`, also what is set aside: stale for as long as nobody has vouched for it. */
  lastKnown(key: string): Entry<V> | undefined {
    const entry = this.#near.getEntry(key);
    if (entry === undefined) return undefined;
    return { ...entry, freshFor: Math.min(entry.freshFor ?? Number.POSITIVE_INFINITY, -this.trust.lapsed) };
  }

  has(key: string): boolean {
    return this.trust.holds && this.#near.has(key);
  }

  /**
   * Far answered a read of `key` that began at `begun` and was sent at `sent`.
   * @returns `false` when a change overtook it: nothing was taken, and nobody should be told
   */
  settle(key: string, entry: Entry<V> | undefined, begun: number, sent: number): boolean {
    if (this.changes.overtook(begun, key, entry?.tags)) {
      this.overtaken++;
      return false;
    }
    if (entry === undefined || !this.#fill(key, entry, sent)) this.#near.delete(key);
    if (this.acquiring > 0) this.changes.key(key); // what else is asked about it may have been answered earlier
    return true;
  }

  /** `key` changed, or far told something of it that near does not know. */
  drop(key: string): void {
    this.changes.key(key);
    this.#near.delete(key);
  }

  dropTags(tags: readonly string[]): void {
    for (const tag of tags) this.changes.tag(tag);
    this.#near.invalidateTags?.(tags);
  }

  dropPrefix(prefix: string | undefined): void {
    this.changes.all();
    this.#near.clear(prefix);
  }

  /** What far tells. */
  hear(told: Invalidation): void {
    if ('keys' in told) {
      this.heard += told.keys.length;
      for (const key of told.keys) this.drop(key);
    } else if ('tags' in told) {
      this.heard += told.tags.length;
      this.dropTags(told.tags);
    } else {
      const signal = 'signal' in told ? told.signal : undefined;
      if (this.trust.live && signal !== 'restored') this.emptied++;
      if (signal === 'lost') {
        this.changes.all();
        this.trust.lose(); // what near holds is set aside
      } else {
        if (signal === undefined || !this.trust.live) this.dropPrefix(undefined);
        if (signal === 'restored') this.trust.restore((told as { readonly holdsFor?: number }).holdsFor);
      }
    }
  }

  #fill(key: string, entry: Entry<V>, sent: number): boolean {
    const { nearTtl, admit } = this.#settings;
    const { value, freshFor, expiresIn, tags } = entry;
    if (!this.trust.live || !this.keeps(key) || !admit(key, entry)) return false;
    if (tags !== undefined && !this.keepsTags) return false;
    // far counted while its answer travelled
    const spent = this.now() - sent;
    const ttl = least(freshFor === null ? null : freshFor - spent, nearTtl);
    if (ttl !== null && ttl < 1) return false;
    // What outlives nearTtl far is kept, stale, for who is failed by far.
    const staleFor = ttl === null ? 0 : Math.max(0, (expiresIn ?? AGES) - spent - ttl);
    if (isPending(this.#near.set(key, value, { ttl, staleFor, tags })))
      throw new CacheConfigError(
        `near: expected a backend that answers at once, such as memoryBackend(), got ${this.#near.name}`,
      );
    this.fills++;
    return true;
  }
}

function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
