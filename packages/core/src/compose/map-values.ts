import { andThen, isPending, orElse } from '../contract/awaitable.ts';
import type { Awaitable, Backend, Entry } from '../contract/backend.ts';
import type { CapableBackend } from '../contract/capabilities.ts';
import {
  type Acquired,
  isChecking,
  isLeasing,
  isRemoving,
  isReporting,
  isTagging,
  isTiered,
  type Listing,
} from '../contract/capabilities.ts';
import { getList } from '../contract/get-list.ts';
import { assertMiss, type CacheMiss, type CacheResult, hit, MISS } from '../contract/result.ts';
import { eachKey, inOrder } from './each-key.ts';
import { KeyOrder } from './key-order.ts';
import { passOn } from './pass-on.ts';

/** What {@link ValueMapping.read} answers for an entry that must not be seen any more: it is deleted and is a miss. */
export const OUTDATED: unique symbol = Symbol('outdated');

/** The miss of what was outdated. */
const GONE: CacheMiss = { hit: false };

/** How values of one layer become values of the layer below. Both may throw a `CacheError` that names `key`. */
export interface ValueMapping<V, W> {
  read(key: string, below: W): Awaitable<V | typeof OUTDATED>;
  write(key: string, value: V): Awaitable<W>;
}

/** `backend` with every value passed through `mapping`; metadata and capabilities pass on unchanged. */
export function mapValues<V, W>(backend: Backend<W>, mapping: ValueMapping<V, W>): CapableBackend<V> {
  const { read, write } = mapping;
  // While a value is being written off the event loop, later changes of its key must not reach the backend before it.
  const order = new KeyOrder();
  const now = (): void => {};

  const result = (key: string, found: CacheResult<W>): Awaitable<CacheResult<V>> => {
    if (found?.hit === true)
      return andThen(read(key, found.value), (value) =>
        value === OUTDATED ? andThen(backend.delete(key), () => MISS) : hit(value),
      );
    assertMiss(found, backend);
    return found;
  };

  const entry = (key: string, found: Entry<W> | undefined): Awaitable<Entry<V> | typeof OUTDATED | undefined> =>
    found === undefined
      ? undefined
      : andThen(read(key, found.value), (value) => (value === OUTDATED ? OUTDATED : { ...found, value }));

  function many<F, R>(
    found: ReadonlyMap<string, F>,
    one: (key: string, found: F) => Awaitable<R | typeof OUTDATED>,
  ): Awaitable<Map<string, R>> {
    return andThen(eachKey(found, one), (values) => {
      const outdated: string[] = [];
      for (const [key, value] of values) if (value === OUTDATED) outdated.push(key);
      for (const key of outdated) values.delete(key);
      const good = values as Map<string, R>; // what was not one is gone
      return outdated.length === 0 ? good : andThen(backend.deleteMany(outdated), () => good);
    });
  }

  const listed = (value: V | typeof OUTDATED): CacheResult<V> => (value === OUTDATED ? GONE : hit(value));
  const list = (keys: readonly string[], found: readonly CacheResult<W>[]): Awaitable<readonly CacheResult<V>[]> =>
    andThen(
      inOrder(keys, found, (key, one) => (one.hit ? andThen(read(key, one.value), listed) : MISS)),
      (results) => {
        const outdated = keys.filter((_key, i) => results[i] === GONE);
        return outdated.length === 0 ? results : andThen(backend.deleteMany(outdated), () => results);
      },
    );

  const composed: CapableBackend<V> = {
    name: backend.name,
    stores: 'values',
    clearsAll: backend.clearsAll,
    get(key) {
      const found = backend.get(key);
      return isPending(found) ? found.then((late) => result(key, late)) : result(key, found);
    },
    getMany: (keys) => andThen(backend.getMany(keys), (found) => many(found, read)),
    getEntry: (key) =>
      andThen(backend.getEntry(key), (found) =>
        andThen(entry(key, found), (own) => (own === OUTDATED ? andThen(backend.delete(key), () => undefined) : own)),
      ),
    getEntries: (keys) =>
      andThen(backend.getEntries(keys), (found) =>
        many(found, (key, one: Entry<W>) => entry(key, one) as Awaitable<Entry<V> | typeof OUTDATED>),
      ),
    set: (key, value, options) =>
      andThen(
        order.run([key], () => write(key, value)),
        (below) => backend.set(key, below, options),
      ),
    setMany: (entries, options) => {
      const all = new Map(entries);
      return andThen(
        order.run([...all.keys()], () => eachKey(all, write)),
        (below) => backend.setMany(below, options),
      );
    },
    has: (key) => backend.has(key),
    delete: (key) => andThen(order.run([key], now), () => backend.delete(key)),
    deleteMany: (keys) => andThen(order.run(keys, now), () => backend.deleteMany(keys)),
    expire: (key, ttl) => andThen(order.run([key], now), () => backend.expire(key, ttl)),
    ttl: (key) => backend.ttl(key),
    clear: (prefix) => andThen(order.runAlone(now), () => backend.clear(prefix)),
    keys: (prefix) => backend.keys(prefix),
    start: () => backend.start(),
    close: () => backend.close(),
  };
  // It becomes one, whether what is below has lists of its own or not.
  (composed as CapableBackend<V> & Listing<V>).getMany.list = (keys) =>
    andThen(getList(backend, keys), (found) => list(keys, found));
  if (isLeasing<W>(backend)) {
    // Whoever got the lease is about to write over the entry: one that cannot be read is of no use, and no harm.
    const readable = (key: string, got: Acquired<W>): Awaitable<Entry<V> | typeof OUTDATED | undefined> =>
      orElse(
        () => entry(key, got.entry),
        (error) => {
          if (got.lease === undefined) throw error;
          return undefined;
        },
      );
    // An outdated entry that kept the lease from being granted is deleted, and the lease asked for once more.
    const acquire = (
      key: string,
      ttl: number,
      ifFreshFor: number | undefined,
      again: boolean,
    ): Awaitable<Acquired<V>> =>
      andThen(backend.acquire(key, ttl, ifFreshFor), (got) =>
        andThen(readable(key, got), (found): Awaitable<Acquired<V>> => {
          if (found !== OUTDATED) return { lease: got.lease, entry: found };
          if (got.lease !== undefined || again) return { lease: got.lease };
          return andThen(backend.delete(key), () => acquire(key, ttl, ifFreshFor, true));
        }),
      );
    composed.acquire = (key, ttl, ifFreshFor) => acquire(key, ttl, ifFreshFor, false);
  }
  if (isTagging(backend))
    composed.invalidateTags = (tags) => andThen(order.runAlone(now), () => backend.invalidateTags(tags));
  if (isRemoving(backend)) composed.onRemove = (listener) => backend.onRemove(listener);
  passOn(composed, backend);
  if (isTiered<W>(backend)) {
    composed.tiers = backend.tiers;
    composed.getEntry.lastKnown = (key) =>
      andThen(backend.getEntry.lastKnown?.(key), (found) =>
        andThen(entry(key, found), (own) => (own === OUTDATED ? undefined : own)),
      );
  }
  if (isReporting(backend)) composed.stats = () => backend.stats();
  if (isChecking(backend)) composed.health = () => backend.health();
  return composed;
}
