import {
  type CacheStats,
  type Entry,
  MISS,
  type Reporting,
  type SyncBackend,
  systemClock,
  type Tagging,
  type WriteOptions,
} from '@cache/core';
import { type MemoryOptions, type Removal, type RemovalReason, readOptions } from './options.ts';

/** A bounded in-process backend: values by reference, synchronous. */
export interface MemoryBackend<V = unknown> extends SyncBackend<V>, Tagging, Reporting {
  invalidateTags(tags: readonly string[]): number;
  /** Calls `listener` for every entry that leaves, until the returned function is called. */
  onRemove(listener: (removal: Removal<V>) => void): () => void;
}

interface Slot<V> {
  value: V;
  deadline: number;
  staleFor: number;
  weight: number;
  tags: readonly string[];
}

/**
 * @throws {CacheConfigError} on an option that is unknown, out of range or contradicts another.
 */
export function memoryBackend<V = unknown>(options: MemoryOptions<V> = {}): MemoryBackend<V> {
  const { max, maxWeight = Number.POSITIVE_INFINITY, weigh, clock = systemClock, onRemove } = readOptions(options);
  const slots = new Map<string, Slot<V>>();
  const listeners = new Set<(removal: Removal<V>) => void>();
  if (onRemove !== undefined) listeners.add(onRemove);
  const counts = {
    hits: 0,
    misses: 0,
    writes: 0,
    deletes: 0,
    clears: 0,
    tagInvalidations: 0,
    evictions: 0,
    expirations: 0,
  };
  let held = 0;

  const remove = (key: string, slot: Slot<V>, reason: RemovalReason): void => {
    slots.delete(key);
    held -= slot.weight;
    for (const listener of listeners) listener({ key, value: slot.value, reason });
  };
  const find = (key: string): Slot<V> | undefined => {
    const slot = slots.get(key);
    if (slot === undefined || clock.now() < slot.deadline + slot.staleFor) return slot;
    counts.expirations++;
    remove(key, slot, 'expire');
    return undefined;
  };
  const fresh = (key: string): Slot<V> | undefined => {
    const slot = find(key);
    return slot !== undefined && clock.now() < slot.deadline ? slot : undefined;
  };
  const left = (deadline: number): number | null =>
    deadline === Number.POSITIVE_INFINITY ? null : deadline - clock.now();
  const deadlineOf = (ttl: number | null | undefined): number =>
    ttl == null ? Number.POSITIVE_INFINITY : clock.now() + ttl;

  const backend: MemoryBackend<V> = {
    name: 'memory',
    stores: 'values',
    get(key) {
      const slot = fresh(key);
      if (slot === undefined) counts.misses++;
      else counts.hits++;
      return slot === undefined ? MISS : { hit: true, value: slot.value };
    },
    getMany(keys) {
      const found = new Map<string, V>();
      for (const key of keys) {
        const one = backend.get(key);
        if (one.hit) found.set(key, one.value);
      }
      return found;
    },
    getEntry(key): Entry<V> | undefined {
      const slot = find(key);
      if (slot === undefined) return undefined;
      const freshFor = left(slot.deadline);
      const known = { value: slot.value, freshFor, expiresIn: left(slot.deadline + slot.staleFor) };
      return slot.tags.length === 0 ? known : { ...known, tags: slot.tags };
    },
    getEntries(keys) {
      const found = new Map<string, Entry<V>>();
      for (const key of keys) {
        const one = backend.getEntry(key);
        if (one !== undefined) found.set(key, one);
      }
      return found;
    },
    set(key, value, { ttl, staleFor = 0, tags = [], ifNotExists = false }: WriteOptions = {}) {
      if (ifNotExists && fresh(key) !== undefined) return false;
      const weight = weigh === undefined ? 0 : weigh(value, key);
      const old = find(key);
      if (old !== undefined) remove(key, old, 'replace');
      while (slots.size >= max || (slots.size > 0 && held + weight > maxWeight)) {
        const [oldest, slot] = slots.entries().next().value as [string, Slot<V>];
        counts.evictions++;
        remove(oldest, slot, 'evict');
      }
      slots.set(key, { value, deadline: deadlineOf(ttl), staleFor, weight, tags: [...new Set(tags)] });
      held += weight;
      counts.writes++;
      return true;
    },
    setMany(entries, options) {
      for (const [key, value] of entries) backend.set(key, value, options);
    },
    has: (key) => fresh(key) !== undefined,
    delete(key) {
      const slot = find(key);
      if (slot === undefined) return false;
      counts.deletes++;
      remove(key, slot, 'delete');
      return true;
    },
    deleteMany: (keys) => keys.filter((key) => backend.delete(key)).length,
    expire(key, ttl) {
      const slot = find(key);
      if (slot === undefined) return false;
      slot.deadline = deadlineOf(ttl);
      return true;
    },
    ttl(key) {
      const slot = fresh(key);
      return slot === undefined ? undefined : left(slot.deadline);
    },
    clear(prefix = '') {
      for (const [key, slot] of [...slots]) if (key.startsWith(prefix)) remove(key, slot, 'clear');
      counts.clears++;
    },
    keys: (prefix = '') => [...slots.keys()].filter((key) => key.startsWith(prefix) && fresh(key) !== undefined),
    invalidateTags(tags) {
      const carrying = [...slots].filter(([key, slot]) => slot.tags.some((tag) => tags.includes(tag)) && find(key));
      for (const [key, slot] of carrying) remove(key, slot, 'invalidate');
      counts.tagInvalidations++;
      return carrying.length;
    },
    onRemove(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stats(): CacheStats {
      const requests = counts.hits + counts.misses;
      const hitRate = requests === 0 ? 0 : counts.hits / requests;
      for (const key of [...slots.keys()]) find(key);
      const size = slots.size;
      return {
        type: 'memory',
        size,
        maxSize: max,
        requests,
        hitRate,
        ...counts,
        loads: 0,
        loadErrors: 0,
        stampedeWaits: 0,
      };
    },
    start() {},
    close: () => slots.clear(),
  };
  return backend;
}
