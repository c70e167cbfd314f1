import type { Serializer } from '../contract/serializer.ts';

/** `serializer` without its asynchronous pair, for who must answer at once: a SyncCache, a backend that stays synchronous. */
export function synchronous<V, W>(serializer: Serializer<V, W>): Serializer<V, W> {
  if (serializer.serializeAsync === undefined && serializer.deserializeAsync === undefined) return serializer;
  return {
    name: serializer.name,
    serialize: (value) => serializer.serialize(value),
    deserialize: (wire) => serializer.deserialize(wire),
  };
}
