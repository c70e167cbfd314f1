import type { Mutant } from './mutant.ts';

/** Bugs in writing and deleting one key. */
export const writeMutants: readonly Mutant[] = [
  {
    bug: 'writes late: set answers before the entry can be read',
    noticedBy: /gives back what was set/,
    plant: (right) => ({
      set(key, value, o) {
        if (o?.ifNotExists === true) return right.set(key, value, o);
        setImmediate(() => right.set(key, value, o));
        return true;
      },
    }),
  },
  {
    bug: 'deletes late',
    noticedBy: /removes an entry on delete/,
    plant: (right) => ({
      delete(key) {
        const there = right.getEntry(key) !== undefined;
        queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => setImmediate(() => right.delete(key)))));
        return there;
      },
    }),
  },
  {
    bug: 'checks and writes ifNotExists in two steps',
    noticedBy: /exactly one of many ifNotExists/,
    plant: (right) => ({
      set(key, value, o) {
        if (o?.ifNotExists !== true) return right.set(key, value, o);
        const free = !right.has(key);
        return Promise.resolve().then(() => free && right.set(key, value)) as never;
      },
    }),
  },
  {
    bug: 'stores all the same when it says that ifNotExists was refused',
    noticedBy: /refuses where something is/,
    plant: (right) => ({
      set(key, value, o) {
        const stored = right.set(key, value, o);
        if (!stored) right.set(key, value);
        return stored;
      },
    }),
  },
  {
    bug: 'answers a miss with an exception',
    throws: 'Error',
    noticedBy: /never with an exception/,
    plant: (right) => ({
      get(key) {
        const found = right.get(key);
        if (!found.hit) throw new Error(`KeyError: ${key}`);
        return found;
      },
    }),
  },
  {
    bug: 'says that a delete removed something, whether it did or not',
    noticedBy: /says whether there was one/,
    plant: (right) => ({ delete: (key) => right.delete(key) || true }),
  },
  {
    bug: 'leaves a stale entry in the way of ifNotExists',
    noticedBy: /a stale entry does not stand in the way of ifNotExists/,
    plant: (right) => ({
      set: (key, value, o) =>
        o?.ifNotExists === true && right.getEntry(key) !== undefined ? false : right.set(key, value, o),
    }),
  },
  {
    bug: 'answers from a memory of its own that others do not change',
    said: { shared: true },
    noticedBy: /what one backend writes, another reads/,
    plant: (right) => {
      const own = new Map<string, unknown>();
      return {
        get(key) {
          const found = own.has(key) ? { hit: true as const, value: own.get(key) } : right.get(key);
          if (found.hit) own.set(key, found.value);
          return found;
        },
      };
    },
  },
  {
    bug: 'takes the entries away from all when one closes',
    said: { shared: true },
    noticedBy: /closing a backend leaves the entries to the others/,
    plant: (right) => ({
      close() {
        right.clear();
        right.close();
      },
    }),
  },
  {
    bug: 'checks in itself what others may have written: ifNotExists wins once in each',
    said: { shared: true },
    noticedBy: /one ifNotExists of a key wins, whichever/,
    plant: (right) => {
      const own = new Set<string>();
      return {
        set(key, value, o) {
          if (o?.ifNotExists !== true) return right.set(key, value, o);
          if (own.has(key)) return false;
          own.add(key);
          return right.set(key, value);
        },
      };
    },
  },
];
