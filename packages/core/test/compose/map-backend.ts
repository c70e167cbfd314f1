import { type Clock, defineBackend, type SyncBackend, type SyncBackendParts } from '../../src/index.ts';

/** A `Map` as a backend. */
export function mapBackend<V = unknown>(clock: Clock = performance): SyncBackend<V> {
  return defineBackend(mapParts<V>(clock));
}

/** The four methods that the others follow from. */
export function mapParts<V = unknown>(clock: Clock): SyncBackendParts<V> {
  const map = new Map<string, { value: V; freshUntil: number; goneAt: number }>();
  const left = (deadline: number) => (deadline === Infinity ? null : deadline - clock.now());
  return {
    name: 'map',
    getEntry(key) {
      const found = map.get(key);
      if (found === undefined || clock.now() >= found.goneAt) return undefined;
      return { value: found.value, freshFor: left(found.freshUntil), expiresIn: left(found.goneAt) };
    },
    set(key, value, { ttl, staleFor }) {
      const freshUntil = clock.now() + (ttl ?? Infinity);
      map.set(key, { value, freshUntil, goneAt: freshUntil + staleFor });
    },
    delete: (key) => map.delete(key),
    keys: () => map.keys(),
  };
}
