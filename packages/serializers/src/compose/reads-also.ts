import { CacheConfigError, CacheSerializationError, type Serializer, type Wire } from '@cache/core';

/**
 * `serializer`, which also reads what `others` wrote: bytes that it refuses are given to them, in order, and its own
 * error is thrown when all refuse. So a fleet changes its serializer without a flush: first every process learns to read
 * the new form, then to write it.
 */
export function readsAlso<V, W extends Wire>(
  serializer: Serializer<V, W>,
  others: readonly Serializer<V, Wire>[] = [],
): Serializer<V, W> {
  for (const other of others)
    if (typeof other?.deserialize !== 'function')
      throw new CacheConfigError(`readsAlso: expected serializers, as in [json()], got ${typeof other}`);
  if (others.length === 0) return serializer;
  const elsewhere = (wire: W, error: unknown): V => {
    if (!(error instanceof CacheSerializationError)) throw error;
    for (const other of others) {
      try {
        return other.deserialize(wire);
      } catch (refused) {
        if (!(refused instanceof CacheSerializationError)) throw refused;
      }
    }
    throw error;
  };
  return {
    ...serializer,
    deserialize(wire) {
      try {
        return serializer.deserialize(wire);
      } catch (error) {
        return elsewhere(wire, error);
      }
    },
    ...(serializer.deserializeAsync && {
      async deserializeAsync(wire: W): Promise<V> {
        try {
          return (await serializer.deserializeAsync?.(wire)) as V; // there: this object has the method because it does
        } catch (error) {
          return elsewhere(wire, error);
        }
      },
    }),
  };
}
