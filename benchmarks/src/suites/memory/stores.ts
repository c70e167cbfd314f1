import { memoryBackend } from '@cache/memory';
import { CacheableMemory } from '@cacheable/memory';
import { LRUCache } from 'lru-cache';
import { LRUMap } from 'mnemonist';
import NodeCache from 'node-cache';
import QuickLRU from 'quick-lru';
import { type Contestant, racer, versionOf } from '../../harness/index.ts';

/**
 * A store among those that race: how it is made, and its calls as expressions over `store`, `key` and `value`. Text, because
 * every racer's loop is compiled anew around it.
 */
export interface Store {
  readonly name: string;
  readonly version: string;
  make(max: number): unknown;
  /** Whether `key` is there. */
  readonly get: string;
  readonly set: string;
  /** With a TTL of ten minutes; absent where there is no TTL per entry. */
  readonly setTtl?: string;
  /** Whether it makes room when it is full. */
  readonly evicts: boolean;
}

/** Ours first, then its peers, each used as its documentation says. */
export const stores: readonly Store[] = [
  {
    name: '@cache/memory',
    version: versionOf('@cache/memory'),
    make: (max) => memoryBackend({ max }),
    get: 'store.get(key).hit',
    set: 'store.set(key, value)',
    setTtl: 'store.set(key, value, { ttl: 600000 })',
    evicts: true,
  },
  {
    name: 'Map',
    version: process.versions.v8, // no bound, no expiry: what a lookup costs at least
    make: () => new Map(),
    get: 'store.get(key) !== undefined',
    set: 'store.set(key, value)',
    setTtl: 'store.set(key, value)',
    evicts: false,
  },
  {
    name: 'lru-cache',
    version: versionOf('lru-cache'),
    make: (max) => new LRUCache({ max }),
    get: 'store.get(key) !== undefined',
    set: 'store.set(key, value)',
    setTtl: 'store.set(key, value, { ttl: 600000 })',
    evicts: true,
  },
  {
    name: 'quick-lru',
    version: versionOf('quick-lru'), // holds up to twice its maxSize
    make: (maxSize) => new QuickLRU({ maxSize }),
    get: 'store.get(key) !== undefined',
    set: 'store.set(key, value)',
    setTtl: 'store.set(key, value, { maxAge: 600000 })',
    evicts: true,
  },
  {
    name: 'mnemonist',
    version: versionOf('mnemonist'),
    make: (max) => new LRUMap(max),
    get: 'store.get(key) !== undefined',
    set: 'store.set(key, value)',
    evicts: true,
  },
  {
    name: 'node-cache',
    version: versionOf('node-cache'), // refuses to store when it is full
    make: () => new NodeCache({ useClones: false, checkperiod: 0 }),
    get: 'store.get(key) !== undefined',
    set: 'store.set(key, value)',
    setTtl: 'store.set(key, value, 600)',
    evicts: false,
  },
  {
    name: '@cacheable/memory',
    version: versionOf('@cacheable/memory'),
    make: (max) => new CacheableMemory({ lruSize: max, useClone: false }),
    get: 'store.get(key) !== undefined',
    set: 'store.set(key, value)',
    setTtl: 'store.set(key, value, 600000)',
    evicts: true,
  },
];

export interface Race {
  /** Entries held. */
  readonly size: number;
  /** Keys there are. */
  readonly keys: number;
  /** `fresh`: each call builds its key, as a program does; `premade`: it keeps them, so V8 has cached their hashes, and
   * the very string that it stored finds it. */
  readonly kind: 'fresh' | 'premade';
  /** The number of the key of call `i`, from `order` (a power of two long) and `mask`. */
  readonly pick: string;
  /** Numbers of keys, drawn once for all contestants. */
  order?(): Uint32Array;
  /** What a call does. */
  readonly call: (store: Store) => string;
  /** Whether the entries have a TTL from the start. */
  readonly ttl?: boolean;
  /** Whether entries come and go, and the collector with them. */
  readonly turnover?: boolean;
  readonly among: (store: Store) => boolean;
}

/** Every store that takes part, filled with the first `size` keys. */
export function contestants({
  size,
  keys,
  kind,
  pick,
  order,
  call,
  ttl = false,
  turnover = false,
  among,
}: Race): readonly Contestant[] {
  // shared by all, and made when the first is set up
  let shared: { readonly order: Uint32Array; readonly premade: readonly string[] } | undefined;
  const share = () => {
    shared ??= { order: order?.() ?? new Uint32Array(1), premade: kind === 'premade' ? keysUpTo(keys) : [] };
    return shared;
  };
  const key = kind === 'fresh' ? "'user:' + (n * 7 + 10000)" : 'premade[n]';
  return stores
    .filter(among)
    .filter((store) => size < 1_000_000 || store.name !== '@cacheable/memory') // takes half a minute to fill
    .map((store) =>
      racer({
        name: store.name,
        version: store.version,
        // 150 ms: a shorter slice would time how the others left the caches, or see the collector in every other one, or in
        // none: what a store keeps for a while and drops is collected later, and in the untimed collection before a round.
        slices: size < 1_000_000 && !turnover ? 1 : 6,
        setup() {
          const made = store.make(size);
          const fill = new Function('store', 'key', 'value', ttl ? (store.setTtl ?? store.set) : store.set);
          const { order, premade } = share();
          for (let n = 0; n < size; n++) fill(made, premade[n] ?? `user:${n * 7 + 10000}`, n);
          return { store: made, order, premade, mask: order.length - 1 };
        },
        op: new Function(
          'state',
          'i',
          `const { store, order, premade, mask } = state; const n = ${pick}, value = i, key = ${key}; return ${call(store)};`,
        ) as (state: object, i: number) => unknown, // text of this file and of the scenarios
      }),
    );
}

/** Flat strings whose hash V8 has computed. One made by joining would be flattened, into a new string, when a store reads it. */
export function keysUpTo(count: number): readonly string[] {
  const keys = Array.from({ length: count }, (_, n) => Buffer.from(`user:${n * 7 + 10000}`).toString('latin1'));
  const seen = new Set<string>();
  for (const key of keys) seen.add(key);
  return keys;
}
