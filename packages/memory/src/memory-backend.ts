import {
  type BulkWriteOptions,
  CacheCapabilityError,
  type CacheResult,
  type CacheStats,
  type Entry,
  MISS,
  type Removing,
  type Reporting,
  type SyncBackend,
  type Tagging,
  type WriteOptions,
} from '@cache/core';
import { type MemoryOptions, readOptions, type Settings } from './options.ts';
import type { RemovalListener } from './removals.ts';
import { Entries } from './store/entries.ts';

/** A bounded in-process backend: values by reference, synchronous. */
export interface MemoryBackend<V = unknown> extends SyncBackend<V>, Tagging, Removing, Reporting {
  invalidateTags(tags: readonly string[]): number;
  /**
   * Calls `listener` for every entry that leaves, after the operation that removed it, until the returned function is
   * called. A listener that throws is reported by `process.emitWarning` and changes nothing.
   */
  onRemove(listener: RemovalListener<V>): () => void;
}

/**
 * A backend that holds values by reference in this process, at most `max` of them, and answers at once.
 * @throws {CacheConfigError} on an option that is unknown, out of range or contradicts another.
 */
export function memoryBackend<V = unknown>(options: MemoryOptions<V> = {}): MemoryBackend<V> {
  return new MemoryStore(readOptions(options));
}

class MemoryStore<V> implements MemoryBackend<V> {
  readonly name = 'memory';
  readonly stores = 'values';
  /** Not in the interface: for who checks invariants. */
  readonly entries: Entries<V>;
  private readonly max: number;
  private hits = 0;
  private misses = 0;
  private deletes = 0;
  private clears = 0;
  private tagInvalidations = 0;

  constructor(settings: Settings<V>) {
    this.entries = new Entries(settings);
    this.max = settings.max;
  }

  get(key: string): CacheResult<V> {
    const entries = this.entries;
    const hash = entries.hash(key);
    const slot = entries.index.find(key, hash);
    if (slot === 0 || !entries.isFresh(slot)) return this.miss(slot, key, hash);
    entries.policy.touch(slot);
    this.hits++;
    return { hit: true, value: entries.slots.value(slot) };
  }

  getMany(keys: readonly string[]): ReadonlyMap<string, V> {
    const found = new Map<string, V>();
    for (const key of keys) {
      const one = this.get(key);
      if (one.hit) found.set(key, one.value);
    }
    return found;
  }

  getEntry(key: string): Entry<V> | undefined {
    const entries = this.entries;
    const slot = entries.findKept(key);
    if (slot === 0) {
      this.misses++;
      entries.removals.tell();
      return undefined;
    }
    const deadline = entries.slots.deadline(slot);
    const freshFor = deadline === Number.POSITIVE_INFINITY ? null : deadline - entries.clock.now();
    if (freshFor === null || freshFor > 0) this.hits++;
    else this.misses++;
    entries.policy.touch(slot);
    const value = entries.slots.value(slot);
    const expiresIn = freshFor === null ? null : freshFor + entries.slots.window(slot);
    if (!entries.slots.hasTags(slot)) return { value, freshFor, expiresIn };
    return { value, freshFor, expiresIn, tags: entries.tags.of(slot) };
  }

  getEntries(keys: readonly string[]): ReadonlyMap<string, Entry<V>> {
    const found = new Map<string, Entry<V>>();
    for (const key of keys) {
      const one = this.getEntry(key);
      if (one !== undefined) found.set(key, one);
    }
    return found;
  }

  set(key: string, value: V, options: WriteOptions = plainly): boolean {
    if (options.lease !== undefined) throw noLeases(key);
    if (options.ifNotExists === true && this.has(key)) return false;
    // What options say goes on without them: V8 need not make an object that goes nowhere.
    this.entries.write(key, value, options.ttl ?? null, options.staleFor ?? 0, options.tags);
    return true;
  }

  setMany(items: Iterable<readonly [string, V]>, options?: BulkWriteOptions): void {
    for (const [key, value] of items) this.set(key, value, options);
  }

  has(key: string): boolean {
    const entries = this.entries;
    const hash = entries.hash(key);
    const slot = entries.index.find(key, hash);
    if (slot !== 0 && entries.isFresh(slot)) return true;
    if (slot === 0) entries.missed(key, hash);
    return false;
  }

  delete(key: string): boolean {
    const entries = this.entries;
    const slot = entries.findKept(key);
    if (slot !== 0) {
      entries.remove(slot, 'delete');
      this.deletes++;
    }
    entries.removals.tell();
    return slot !== 0;
  }

  deleteMany(keys: readonly string[]): number {
    let removed = 0;
    for (const key of keys) if (this.delete(key)) removed++;
    return removed;
  }

  expire(key: string, ttl: number | null): boolean {
    const entries = this.entries;
    const slot = entries.findKept(key);
    if (slot !== 0) entries.setTimes(slot, ttl, entries.slots.window(slot));
    entries.removals.tell();
    return slot !== 0;
  }

  ttl(key: string): number | null | undefined {
    const slot = this.entries.find(key);
    if (slot === 0) return undefined;
    const deadline = this.entries.slots.deadline(slot);
    if (deadline === Number.POSITIVE_INFINITY) return null;
    const left = deadline - this.entries.clock.now();
    return left > 0 ? left : undefined;
  }

  clear(prefix = ''): void {
    const entries = this.entries;
    if (prefix === '') entries.clear();
    else
      for (const slot of entries.live.walk())
        if (entries.slots.key(slot).startsWith(prefix)) entries.remove(slot, 'clear');
    this.clears++;
    entries.removals.tell();
  }

  /** A slot at a time, so it may be left and gone on with while others write: what they add is not seen, what they remove neither. */
  *keys(prefix = ''): Generator<string> {
    const entries = this.entries;
    for (const slot of entries.live.walk()) {
      const key = entries.slots.key(slot);
      if (key.startsWith(prefix) && entries.isFresh(slot)) yield key;
    }
  }

  invalidateTags(tags: readonly string[]): number {
    const entries = this.entries;
    let removed = 0;
    for (const slot of entries.tags.carrying(tags)) {
      if (entries.isGone(slot)) entries.expire(slot);
      else {
        entries.remove(slot, 'invalidate');
        removed++;
      }
    }
    this.tagInvalidations++;
    entries.removals.tell();
    return removed;
  }

  onRemove(listener: RemovalListener<V>): () => void {
    return this.entries.onRemove(listener);
  }

  /** Removes what is overdue first, at most 4096 entries: its size is exact unless there is more. */
  stats(): CacheStats {
    const entries = this.entries;
    entries.wheel.sweep();
    entries.removals.tell();
    const requests = this.hits + this.misses;
    return {
      type: 'memory',
      size: entries.slots.live,
      maxSize: this.max,
      requests,
      hits: this.hits,
      misses: this.misses,
      hitRate: requests === 0 ? 0 : this.hits / requests,
      writes: entries.writes,
      deletes: this.deletes,
      clears: this.clears,
      tagInvalidations: this.tagInvalidations,
      evictions: entries.evictions,
      expirations: entries.expirations,
      loads: 0,
      loadErrors: 0,
      stampedeWaits: 0,
    };
  }

  start(): void {
    this.entries.wheel.open();
  }

  close(): void {
    this.entries.clear();
    this.entries.wheel.close();
    this.entries.removals.tell();
  }

  /** A miss of `key` on `slot`, which is past its deadline, or on no slot. */
  private miss(slot: number, key: string, hash: number): CacheResult<V> {
    this.misses++;
    const entries = this.entries;
    if (slot === 0) entries.missed(key, hash);
    else if (entries.isGone(slot)) {
      entries.expire(slot);
      entries.removals.tell();
    }
    return MISS;
  }
}

const plainly: WriteOptions = {};

function noLeases(key: string): CacheCapabilityError {
  return new CacheCapabilityError('lease: expected a backend with leases, got memory: one process needs none', { key });
}
