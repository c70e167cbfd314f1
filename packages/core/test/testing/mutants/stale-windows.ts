import { MISS } from '../../../src/index.ts';
import { isStale, listed, type Mutant, only } from './mutant.ts';

/** Bugs in the time between fresh and gone. */
export const staleMutants: readonly Mutant[] = [
  {
    bug: 'shows stale entries to get',
    noticedBy: /a stale entry is absent for get/,
    plant: (right) => ({
      get(key) {
        const entry = right.getEntry(key);
        return entry === undefined ? MISS : { hit: true, value: entry.value };
      },
    }),
  },
  {
    bug: 'shows stale entries to has',
    noticedBy: /a stale entry is absent for has/,
    plant: (right) => ({ has: (key) => right.getEntry(key) !== undefined }),
  },
  {
    bug: 'shows stale entries to getMany',
    noticedBy: /getMany leaves stale entries out/,
    plant: (right) => ({
      getMany: (keys) => new Map([...right.getEntries(keys)].map(([key, entry]) => [key, entry.value])),
    }),
  },
  {
    bug: 'gives a stale entry negative time in ttl instead of none',
    noticedBy: /a stale entry is absent for ttl/,
    plant: (right) => ({ ttl: (key) => right.getEntry(key)?.freshFor }),
  },
  {
    bug: 'hides stale entries from getEntry',
    noticedBy: /getEntry shows a stale entry/,
    plant: (right) => ({
      getEntry(key) {
        const entry = right.getEntry(key);
        return isStale(entry) ? undefined : entry;
      },
    }),
  },
  {
    bug: 'hides stale entries from getEntries',
    noticedBy: /getMany leaves stale entries out, getEntries shows them/,
    plant: (right) => ({ getEntries: (keys) => only(right.getEntries(keys), (entry) => !isStale(entry)) }),
  },
  {
    bug: 'removes a stale entry when get misses it',
    noticedBy: /survives being looked at/,
    plant: (right) => ({
      get(key) {
        if (isStale(right.getEntry(key))) right.delete(key);
        return right.get(key);
      },
    }),
  },
  {
    bug: 'says that deleting a stale entry removed nothing',
    noticedBy: /delete removes a stale entry and says that there was one/,
    plant: (right) => ({
      delete(key) {
        const stale = isStale(right.getEntry(key));
        return right.delete(key) && !stale;
      },
    }),
  },
  {
    bug: 'lets the stale window replace the TTL instead of following it',
    noticedBy: /at the end of its window|fresh until its deadline/,
    plant: (right) => ({
      set: (key, value, o) =>
        right.set(key, value, { ...o, staleFor: Math.max(0, (o?.staleFor ?? 0) - (o?.ttl ?? 0)) }),
    }),
  },
  {
    bug: 'drops the window in expire',
    noticedBy: /keeps the length of its window/,
    plant: (right) => ({
      expire(key, ttl) {
        const entry = right.getEntry(key);
        return entry !== undefined && right.set(key, entry.value, { ttl });
      },
    }),
  },
  {
    bug: 'keeps the window of an overwritten entry',
    noticedBy: /setting again without a window takes the old one away/,
    plant: (right) => ({
      set(key, value, o) {
        const old = right.getEntry(key);
        const left = old?.expiresIn == null || old.freshFor === null ? 0 : old.expiresIn - old.freshFor;
        return right.set(key, value, { staleFor: left, ...o });
      },
    }),
  },
  {
    bug: 'lists stale keys',
    noticedBy: /keys does not show a stale entry/,
    plant: (right) => {
      const written = new Set<string>();
      return {
        set(key, value, o) {
          written.add(key);
          return right.set(key, value, o);
        },
        keys: (prefix = '') =>
          [...written].filter((key) => key.startsWith(prefix) && right.getEntry(key) !== undefined),
      };
    },
  },
  {
    bug: 'leaves stale entries when it clears',
    noticedBy: /clear removes stale entries as well/,
    plant: (right) => ({
      clear(prefix) {
        right.deleteMany(listed(right, prefix));
      },
    }),
  },
];
