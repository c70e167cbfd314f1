import { type Backend, MISS, type Wire } from '../../src/index.ts';

const bytes = (wire: Wire): Uint8Array => (typeof wire === 'string' ? Buffer.from(wire) : Uint8Array.from(wire));

/** A backend of bytes on one of values: copies what it is given, takes strings, and has none of the optional capabilities. */
export function bytesBackend(inner: Backend<Uint8Array>): Backend<Wire> {
  return {
    name: 'bytes',
    stores: 'bytes',
    async get(key) {
      const found = await inner.get(key);
      return found.hit ? found : MISS;
    },
    getMany: async (keys) => inner.getMany(keys),
    getEntry: async (key) => inner.getEntry(key),
    getEntries: async (keys) => inner.getEntries(keys),
    set: async (key, value, options) => inner.set(key, bytes(value), options),
    setMany: async (entries, options) =>
      inner.setMany(
        Array.from(entries, ([key, value]) => [key, bytes(value)] as const),
        options,
      ),
    has: async (key) => inner.has(key),
    delete: async (key) => inner.delete(key),
    deleteMany: async (keys) => inner.deleteMany(keys),
    expire: async (key, ttl) => inner.expire(key, ttl),
    ttl: async (key) => inner.ttl(key),
    clear: async (prefix) => inner.clear(prefix),
    keys: (prefix) => inner.keys(prefix),
    start: async () => inner.start(),
    close: async () => inner.close(),
  };
}
