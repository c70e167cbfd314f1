import { andThen } from '../../contract/awaitable.ts';
import type { Awaitable, Backend, WriteOptions } from '../../contract/backend.ts';
import { type CacheResult, MISS } from '../../contract/result.ts';
import { listKeys } from './list-keys.ts';
import type { Routes } from './routes.ts';

/** What every backend does, each by its route. */
export function operations<W>(
  routes: Routes<W>,
  fallbackTtl: number | undefined,
  refusing: Backend<W> | undefined,
): Omit<Backend<W>, 'name' | 'stores' | 'clearsAll' | 'start' | 'close'> {
  const { primary, leases } = routes;
  const longest = fallbackTtl ?? Number.POSITIVE_INFINITY;
  const capped = (ttl: number | null): number | null =>
    fallbackTtl === undefined ? ttl : Math.min(ttl ?? longest, longest);
  /** As the fallback stores it: alone it decides about `ifNotExists`, and leases are the primary's. */
  const second = ({ ttl = null, staleFor = 0, tags }: WriteOptions, ifNotExists?: boolean): WriteOptions => {
    const fresh = capped(ttl);
    return { ttl: fresh, staleFor: Math.min(staleFor, longest - (fresh ?? 0)), tags, ifNotExists };
  };

  return {
    get: (key) => routes.read<CacheResult<W>>('get', key, MISS, (backend) => backend.get(key)),
    getMany: (keys) => routes.readMany('getMany', keys, (backend, some) => backend.getMany(some)),
    getEntry: (key) => routes.read('getEntry', key, undefined, (backend) => backend.getEntry(key)),
    getEntries: (keys) => routes.readMany('getEntries', keys, (backend, some) => backend.getEntries(some)),
    has: (key) => routes.read('has', key, false, (backend) => backend.has(key)),
    ttl: (key) => routes.read('ttl', key, undefined, (backend) => backend.ttl(key)),
    set(key, value, options = {}) {
      const { lease } = options;
      const keys = [key];
      const alone = (backend: Backend<W>): Awaitable<boolean> =>
        backend.set(key, value, second(options, options.ifNotExists));
      if (lease !== undefined && leases.has(lease))
        return routes.ordered(keys, () =>
          leases.holds(lease) && !primary.trusts(key) ? routes.alone('set', keys, alone) : false,
        );
      return routes.change(
        'set',
        keys,
        (backend) => backend.set(key, value, options),
        (stored) => {
          if (stored) return (backend) => backend.set(key, value, second(options));
          return lease === undefined ? undefined : (backend) => backend.delete(key);
        },
        // Whether the primary's lease still holds, only the primary can say.
        lease === undefined ? alone : (backend) => andThen(backend.delete(key), () => false),
      );
    },
    setMany(entries, options = {}) {
      const all = new Map(entries);
      const alone = (backend: Backend<W>): Awaitable<void> => backend.setMany(all, second(options));
      return all.size === 0
        ? undefined
        : routes.change(
            'setMany',
            [...all.keys()],
            (backend) => backend.setMany(all, options),
            () => alone,
            alone,
          );
    },
    delete(key) {
      const make = (backend: Backend<W>): Awaitable<boolean> => backend.delete(key);
      return routes.change('delete', [key], make, () => make);
    },
    deleteMany(keys) {
      const make = (backend: Backend<W>): Awaitable<number> => backend.deleteMany(keys);
      return keys.length === 0 ? 0 : routes.change('deleteMany', keys, make, () => make);
    },
    expire(key, ttl) {
      const alone = (backend: Backend<W>): Awaitable<boolean> => backend.expire(key, capped(ttl));
      return routes.change(
        'expire',
        [key],
        (backend) => backend.expire(key, ttl),
        (moved) => (moved ? alone : (backend) => backend.delete(key)),
        alone,
      );
    },
    clear: (prefix = '') =>
      // What one side would refuse, it refuses also while it is not asked, in its own words.
      prefix === '' && refusing !== undefined
        ? refusing.clear()
        : routes.sweep(
            'clear',
            prefix === '' ? [] : [prefix],
            (key) => key.startsWith(prefix),
            { all: true },
            (backend) => backend.clear(prefix),
            (journal) => journal.addPrefix(prefix),
          ),
    keys: (prefix = '') => listKeys(routes, prefix),
  };
}
