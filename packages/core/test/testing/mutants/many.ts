import { listed, type Mutant, only } from './mutant.ts';

/** Bugs in bulk operations, iteration and clearing. */
export const manyMutants: readonly Mutant[] = [
  {
    bug: 'answers getMany in an order of its own',
    noticedBy: /getMany gives the hits in the order asked for/,
    plant: (right) => ({ getMany: (keys) => new Map([...right.getMany(keys)].sort(([a], [b]) => (a < b ? -1 : 1))) }),
  },
  {
    bug: 'answers getEntries backwards',
    noticedBy: /getEntries gives the entries in the order asked for/,
    plant: (right) => ({ getEntries: (keys) => new Map([...right.getEntries(keys)].reverse()) }),
  },
  {
    bug: 'drops what lies beyond its batch in getMany',
    noticedBy: /carries 1,500 keys/,
    plant: (right) => ({ getMany: (keys) => right.getMany(keys.slice(0, 1_000)) }),
  },
  {
    bug: 'pairs replies with the wrong keys after a miss',
    noticedBy: /getMany gives the hits in the order asked for/,
    plant: (right) => ({
      getMany(keys) {
        const values = [...right.getMany(keys).values()];
        return new Map(values.map((value, n) => [keys[n] as string, value]));
      },
    }),
  },
  {
    bug: 'forgets the last pair of setMany',
    noticedBy: /setMany stores every pair/,
    plant: (right) => ({ setMany: (entries, o) => right.setMany([...entries].slice(0, -1), o) }),
  },
  {
    bug: 'stores with setMany only where nothing is',
    noticedBy: /setMany stores every pair, replacing/,
    plant: (right) => ({
      setMany(entries, o) {
        for (const [key, value] of entries) right.set(key, value, { ...o, ifNotExists: true });
      },
    }),
  },
  {
    bug: 'goes through the pairs of setMany twice',
    noticedBy: /takes any iterable, once through/,
    plant: (right) => ({
      setMany(entries, o) {
        const count = [...entries].length;
        if (count > 0) right.setMany(entries, o);
      },
    }),
  },
  {
    bug: 'does nothing in deleteMany',
    noticedBy: /deleteMany removes what it is given/,
    plant: () => ({ deleteMany: (keys) => keys.length }),
  },
  {
    bug: 'counts a key that is given to deleteMany twice twice',
    noticedBy: /a key given twice counts once/,
    plant: (right) => ({
      deleteMany(keys) {
        const there = keys.filter((key) => right.has(key)).length;
        right.deleteMany(keys);
        return there;
      },
    }),
  },
  {
    bug: 'fails on empty input',
    throws: 'Error',
    noticedBy: /empty input is no error/,
    plant: (right) => ({
      getMany(keys) {
        if (keys.length === 0) throw new Error("wrong number of arguments for 'mget' command");
        return right.getMany(keys);
      },
    }),
  },
  {
    bug: 'lists a key as often as it was set',
    noticedBy: /keys gives each key once/,
    plant: (right) => {
      const log: string[] = [];
      return {
        set(key, value, o) {
          log.push(key);
          return right.set(key, value, o);
        },
        keys: (prefix = '') => log.filter((key) => key.startsWith(prefix) && right.has(key)),
      };
    },
  },
  {
    bug: 'lists expired keys',
    noticedBy: /keys does not show an expired entry/,
    plant: (right) => {
      const written = new Set<string>();
      return {
        set(key, value, o) {
          written.add(key);
          return right.set(key, value, o);
        },
        delete(key) {
          written.delete(key);
          return right.delete(key);
        },
        keys: (prefix = '') => [...written].filter((key) => key.startsWith(prefix)),
      };
    },
  },
  {
    bug: 'lists one page of keys',
    noticedBy: /keys gives each of 2,500 keys once/,
    plant: (right) => ({ keys: (prefix) => listed(right, prefix).slice(0, 1_000) }),
  },
  {
    bug: 'loses its place when keys go away while it lists them',
    noticedBy: /keys survives changes made meanwhile/,
    plant: (right) => ({
      *keys(prefix) {
        for (let n = 0; n < listed(right, prefix).length; n++) yield listed(right, prefix)[n] as string;
      },
      delete: (key) => right.delete(key),
    }),
  },
  {
    bug: 'clears everything, whatever the prefix',
    noticedBy: /clear removes what begins with the prefix and nothing else/,
    plant: (right) => ({ clear: () => right.clear() }),
  },
  {
    bug: 'clears what contains the prefix',
    noticedBy: /clear removes what begins with the prefix and nothing else/,
    plant: (right) => ({
      clear(prefix = '') {
        const end = prefix.slice(prefix.indexOf(':', 4) + 1);
        right.deleteMany(listed(right).filter((key) => key.includes(end)));
      },
    }),
  },
  {
    bug: 'does not clear the key that is the prefix itself',
    noticedBy: /clear removes what begins with the prefix and nothing else/,
    plant: (right) => ({
      clear: (prefix) => void right.deleteMany(listed(right, prefix).filter((key) => key !== prefix)),
    }),
  },
  {
    bug: 'clears one level of a namespace',
    noticedBy: /clear removes what begins with the prefix and nothing else/,
    plant: (right) => ({
      clear(prefix = '') {
        right.deleteMany(listed(right, prefix).filter((key) => !key.slice(prefix.length).includes(':')));
      },
    }),
  },
  {
    bug: 'takes the prefix for a pattern when it clears',
    noticedBy: /clear takes the prefix letter by letter/,
    plant: (right) => ({
      clear(prefix = '') {
        const glob = pattern(prefix);
        right.deleteMany(listed(right).filter((key) => glob.test(key)));
      },
    }),
  },
  {
    bug: 'takes the prefix for a pattern when it lists',
    noticedBy: /keys takes the prefix letter by letter/,
    plant: (right) => ({
      keys(prefix = '') {
        const glob = pattern(prefix);
        return listed(right).filter((key) => glob.test(key));
      },
    }),
  },
  {
    bug: 'clears one batch',
    noticedBy: /clear removes 2,500 entries/,
    plant: (right) => ({ clear: (prefix) => void right.deleteMany(listed(right, prefix).slice(0, 1_000)) }),
  },
  {
    bug: 'does nothing when it is told to clear everything',
    noticedBy: /clear without a prefix/,
    plant: (right) => ({ clear: (prefix) => (prefix ? right.clear(prefix) : undefined) }),
  },
  {
    bug: 'leaves absent keys in getEntries',
    noticedBy: /getEntries gives the entries in the order asked for/,
    plant: (right) => ({
      getEntries: (keys) => new Map(keys.map((key) => [key, right.getEntry(key) as never])),
    }),
  },
  {
    bug: 'drops every entry whose key has a line break in getMany',
    noticedBy: /agree with get, key by key/,
    plant: (right) => ({ getMany: (keys) => only(right.getMany(keys), (_, key) => !key.includes('\n')) }),
  },
];

/** `prefix` as a server reads it that takes it for a glob. */
function pattern(prefix: string): RegExp {
  const source = prefix
    .replaceAll(/[.+^${}()|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  try {
    return new RegExp(`^${source.replaceAll('[\\^', '[^')}.*`, 's');
  } catch {
    return /^$/;
  }
}
