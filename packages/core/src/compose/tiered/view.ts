import { andThen, isPending } from '../../contract/awaitable.ts';
import type { Awaitable, Backend, Entry } from '../../contract/backend.ts';
import {
  type CapableBackend,
  type Health,
  isChecking,
  isLeasing,
  isObserving,
  isTagging,
} from '../../contract/capabilities.ts';
import { CacheConfigError } from '../../contract/errors.ts';
import { isFresh } from '../../contract/fresh.ts';
import { type CacheResult, hit, MISS } from '../../contract/result.ts';
import { passOn } from '../pass-on.ts';
import { attempts, FarReads } from './far-reads.ts';
import type { NearTier } from './near-tier.ts';

/** `near` above `far`, or above what a serializer makes of it: all views of one pair share what near holds and knows. */
export function view<V>(tier: NearTier<V>, far: Backend<V>): CapableBackend<V> {
  const reads = new FarReads(tier, far);

  /** Near forgets before a change, so that nobody here reads the old value on, and after it, what was read meanwhile. */
  function change<R>(forget: () => void, make: () => Awaitable<R>): Awaitable<R> {
    forget();
    let made: Awaitable<R>;
    try {
      made = make();
    } catch (error) {
      forget();
      throw error;
    }
    if (isPending(made)) return made.finally(forget);
    forget();
    return made;
  }
  const changeKey = <R>(key: string, make: () => Awaitable<R>): Awaitable<R> => change(() => tier.drop(key), make);
  const changeKeys = <R>(keys: readonly string[], make: () => Awaitable<R>): Awaitable<R> =>
    change(() => {
      for (const key of keys) tier.drop(key);
    }, make);

  function assertObserved(key: string): void {
    if (!isObserving(far) || far.observes?.(key) !== false || !tier.keeps(key)) return;
    throw new CacheConfigError(
      `key ${JSON.stringify(key)}: expected one whose changes ${far.name} tells of, got one under none of the prefixes it observes; observe the prefix of this cache, or leave the key out by nearFor`,
      { key },
    );
  }

  function result(entry: Entry<V> | undefined): CacheResult<V> {
    const fresh = isFresh(entry);
    tier.count(fresh);
    return fresh ? hit(entry.value) : MISS;
  }

  /** Whether a read of `key` is to fill near, and may be shared: not while near may be behind without knowing it. */
  function fills(key: string): boolean {
    assertObserved(key);
    return tier.trust.holds && tier.keeps(key);
  }

  /** What far answered past near: it is newer than what near holds or is about to hold, or may be; or there is nothing any more. */
  function past<R>(keys: readonly string[], answer: R): R {
    for (const key of keys) tier.drop(key);
    return answer;
  }

  /** `near`, and of the other `keys` what far has, in the order asked for. */
  function many<X>(
    keys: readonly string[],
    near: ReadonlyMap<string, X>,
    take: (entry: Entry<V>) => X,
    stale: boolean,
  ): Awaitable<ReadonlyMap<string, X>> {
    const missing = [...new Set(keys)].filter((key) => !near.has(key));
    if (missing.length === 0) return near;
    const filling = missing.filter(fills).length > 0;
    const asked = filling ? reads.entries(missing) : andThen(far.getEntries(missing), (all) => past(missing, all));
    return andThen(asked, (entries) => {
      const found = new Map<string, X>();
      for (const key of keys) {
        const entry = entries.get(key);
        if (near.has(key)) found.set(key, near.get(key) as X);
        else if (result(entry).hit || (stale && entry !== undefined)) found.set(key, take(entry as Entry<V>));
      }
      return found;
    });
  }

  const composed: CapableBackend<V> = {
    name: `tiered(${tier.name}, ${far.name})`,
    stores: far.stores,
    clearsAll: far.clearsAll,
    tiers: true,
    get(key) {
      const found = tier.get(key);
      if (found.hit) return found;
      if (fills(key)) return reads.entry(key).then(result);
      return andThen(far.get(key), (answer) => {
        tier.count(answer.hit);
        return past([key], answer);
      });
    },
    getMany: (keys) => many(keys, tier.getMany(keys), ({ value }) => value, false),
    getEntry(key) {
      const found = tier.getEntry(key);
      if (found !== undefined) return found;
      const asked = fills(key) ? reads.entry(key) : andThen(far.getEntry(key), (entry) => past([key], entry));
      return andThen(asked, (entry) => {
        result(entry);
        return entry;
      });
    },
    getEntries: (keys) => many(keys, tier.getEntries(keys), (entry) => entry, true),
    set: (key, value, options) => changeKey(key, () => far.set(key, value, options)),
    setMany(entries, options) {
      const all = new Map(entries);
      return changeKeys([...all.keys()], () => far.setMany(all, options));
    },
    has: (key) => tier.has(key) || andThen(far.has(key), (there) => there || past([key], false)),
    delete: (key) => changeKey(key, () => far.delete(key)),
    deleteMany: (keys) => changeKeys(keys, () => far.deleteMany(keys)),
    expire: (key, ttl) => changeKey(key, () => far.expire(key, ttl)),
    ttl: (key) => andThen(far.ttl(key), (left) => (left === undefined ? past([key], left) : left)),
    clear: (prefix) =>
      change(
        () => tier.dropPrefix(prefix),
        () => far.clear(prefix),
      ),
    keys: (prefix) => far.keys(prefix),
    start: () => andThen(tier.start(), () => far.start()),
    close: () => andThen(tier.close(), () => far.close()),
    stats: () => tier.stats(far),
  };

  composed.getEntry.lastKnown = (key) => tier.lastKnown(key);

  if (isLeasing<V>(far)) {
    composed.acquire = async (key, ttl, ifFreshFor) => {
      for (let left = attempts; ; left--) {
        const sent = tier.now();
        const begun = tier.changes.begin();
        tier.acquiring++;
        try {
          const got = await far.acquire(key, ttl, ifFreshFor);
          const fresh = got.lease === undefined && isFresh(got.entry);
          // Only what nobody is about to write over is worth holding, and only that may be older than what was told here.
          if (fresh && tier.settle(key, got.entry, begun, sent)) return got;
          if (!fresh || left === 1) return past([key], got);
        } finally {
          tier.acquiring--;
          tier.changes.end();
        }
      }
    };
  }
  if (isTagging(far) && tier.keepsTags)
    composed.invalidateTags = (tags) =>
      change(
        () => tier.dropTags(tags),
        () => far.invalidateTags(tags),
      );
  if (isChecking(far)) {
    composed.health = () =>
      andThen(far.health(), ({ status, details }): Health => {
        const signal = tier.trust.live ? 'restored' : 'lost';
        return {
          status: status === 'up' && !tier.trust.live ? 'degraded' : status,
          details: { ...details, near: tier.name, signal },
        };
      });
  }
  if (tier.onRemove !== undefined) composed.onRemove = tier.onRemove;
  passOn(composed, far);
  return composed;
}
