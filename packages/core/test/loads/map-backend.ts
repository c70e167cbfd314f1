import type { Backend, Entry, SyncBackend, WriteOptions } from '@cache/core';

interface Stored<V> {
  readonly value: V;
  freshUntil: number;
  goneAt: number;
  readonly tags: readonly string[] | undefined;
}

/** A plain backend of values on a Map: what loads need, with tags. */
export function mapBackend<V>(): SyncBackend<V> & {
  invalidateTags(tags: readonly string[]): number;
  readonly map: Map<string, Stored<V>>;
} {
  const map = new Map<string, Stored<V>>();
  const live = (key: string): Stored<V> | undefined => {
    const found = map.get(key);
    if (found !== undefined && performance.now() >= found.goneAt) map.delete(key);
    return map.get(key);
  };
  const fresh = (key: string): Stored<V> | undefined => {
    const found = live(key);
    return found !== undefined && performance.now() < found.freshUntil ? found : undefined;
  };
  const entry = (key: string): Entry<V> | undefined => {
    const found = live(key);
    if (found === undefined) return undefined;
    const left = (at: number): number | null => (at === Number.POSITIVE_INFINITY ? null : at - performance.now());
    return { value: found.value, freshFor: left(found.freshUntil), expiresIn: left(found.goneAt), tags: found.tags };
  };
  const backend: ReturnType<typeof mapBackend<V>> = {
    map,
    name: 'map',
    stores: 'values',
    get(key) {
      const found = fresh(key);
      return found === undefined ? { hit: false } : { hit: true, value: found.value };
    },
    getEntry: entry,
    getMany: (keys) =>
      new Map(keys.flatMap((key) => (fresh(key) === undefined ? [] : [[key, (fresh(key) as Stored<V>).value]]))),
    getEntries: (keys) =>
      new Map(keys.flatMap((key) => (entry(key) === undefined ? [] : [[key, entry(key) as Entry<V>]]))),
    set(key, value, options: WriteOptions = {}) {
      if (options.ifNotExists === true && fresh(key) !== undefined) return false;
      const freshUntil =
        options.ttl === null || options.ttl === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.ttl;
      map.set(key, { value, freshUntil, goneAt: freshUntil + (options.staleFor ?? 0), tags: options.tags });
      return true;
    },
    setMany: (entries, options) => {
      for (const [key, value] of entries) backend.set(key, value, options);
    },
    has: (key) => fresh(key) !== undefined,
    delete(key) {
      const had = live(key) !== undefined;
      map.delete(key);
      return had;
    },
    deleteMany: (keys) => [...new Set(keys)].filter((key) => backend.delete(key)).length,
    expire(key, ttl) {
      const found = live(key);
      if (found === undefined) return false;
      const window = found.goneAt === Number.POSITIVE_INFINITY ? 0 : found.goneAt - found.freshUntil;
      found.freshUntil = ttl === null ? Number.POSITIVE_INFINITY : performance.now() + ttl;
      found.goneAt = found.freshUntil + window;
      return true;
    },
    ttl: (key) => (fresh(key) === undefined ? undefined : (entry(key) as Entry<V>).freshFor),
    clear(prefix = '') {
      for (const key of [...map.keys()]) if (key.startsWith(prefix)) map.delete(key);
    },
    keys: (prefix = '') => [...map.keys()].filter((key) => key.startsWith(prefix) && fresh(key) !== undefined),
    invalidateTags(tags) {
      let n = 0;
      for (const [key, stored] of [...map]) {
        if (stored.tags?.some((tag) => tags.includes(tag))) {
          map.delete(key);
          n++;
        }
      }
      return n;
    },
    start: () => {},
    close: () => {},
  };
  return backend;
}

/** The same behind promises: every call is made at once and answered one microtask later, or when `step` says. */
export function asyncMap<V>(
  step: (operation: string) => Promise<unknown> = () => Promise.resolve(),
  inner: ReturnType<typeof mapBackend<V>> = mapBackend<V>(),
): Backend<V> & { invalidateTags(tags: readonly string[]): Promise<number> } {
  const later =
    <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
    async (...args: A): Promise<R> => {
      await step(`${name} sent`);
      const answer = call(...args);
      await step(`${name} answered`);
      return answer;
    };
  return {
    name: 'async-map',
    stores: 'values',
    get: later('get', inner.get),
    getEntry: later('getEntry', inner.getEntry),
    getMany: later('getMany', inner.getMany),
    getEntries: later('getEntries', inner.getEntries),
    set: later('set', inner.set),
    setMany: later('setMany', inner.setMany),
    has: later('has', inner.has),
    delete: later('delete', inner.delete),
    deleteMany: later('deleteMany', inner.deleteMany),
    expire: later('expire', inner.expire),
    ttl: later('ttl', inner.ttl),
    clear: later('clear', inner.clear),
    keys: inner.keys,
    invalidateTags: later('invalidateTags', inner.invalidateTags),
    start: async () => {},
    close: async () => {},
  };
}
