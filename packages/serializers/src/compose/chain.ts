import { CacheConfigError, type Serializer, type Wire } from '@cache/core';

/** A serializer of values: the first of a chain, or alone. */
export interface ValueLayer<T, W> extends Serializer<T, W> {
  readonly layer: 'values';
}

/** A serializer of bytes, to follow another: compression. Takes a string for its UTF-8 bytes. */
export interface ByteLayer {
  readonly layer: 'bytes';
  readonly name: string;
  serialize(bytes: Wire): Uint8Array;
  deserialize(wire: Uint8Array): Uint8Array;
  serializeAsync(bytes: Wire): Promise<Uint8Array>;
  deserializeAsync(wire: Uint8Array): Promise<Uint8Array>;
}

/** What may follow another: one of bytes, ours or one that says nothing of itself. A serializer of values takes any bytes for a value. */
type Following<A, W> = Serializer<A, W> & { readonly layer?: 'bytes' | undefined };

/**
 * One serializer of several: written from left to right, read from right to left. What one gives, the next has to take,
 * and the compiler checks it: `chain(msgpack(), zlib())`. The asynchronous pair is there when a layer has it.
 *
 * @throws CacheConfigError without layers, or with a serializer of values after the first
 */
export function chain<V, W>(only: Serializer<V, W>): Serializer<V, W>;
export function chain<V, A, W>(first: Serializer<V, A>, second: Following<A, W>): Serializer<V, W>;
export function chain<V, A, B, W>(
  first: Serializer<V, A>,
  second: Following<A, B>,
  third: Following<B, W>,
): Serializer<V, W>;
export function chain<V, A, B, C, W>(
  first: Serializer<V, A>,
  second: Following<A, B>,
  third: Following<B, C>,
  fourth: Following<C, W>,
): Serializer<V, W>;
export function chain(...layers: readonly Serializer<unknown, unknown>[]): Serializer<unknown, unknown> {
  for (const layer of layers)
    if (typeof layer?.serialize !== 'function' || typeof layer.deserialize !== 'function')
      throw new CacheConfigError(`chain: expected serializers, got ${layer === null ? 'null' : typeof layer}`);
  const [first, ...rest] = layers;
  for (const { layer, name } of rest as readonly Partial<ValueLayer<unknown, unknown>>[])
    if (layer === 'values')
      throw new CacheConfigError(`chain: expected ${name} first, since it takes values, got it after ${first?.name}`);
  if (first === undefined) throw new CacheConfigError('chain: expected at least one serializer, got none');
  if (rest.length === 0) return first;
  const back = layers.toReversed();
  const isAsync = layers.some((layer) => layer.serializeAsync !== undefined);

  return {
    ...('layer' in first && { layer: first.layer }),
    name: layers.map((layer) => layer.name).join('+'),
    serialize(value) {
      let wire = first.serialize(value);
      for (const layer of rest) wire = layer.serialize(wire);
      return wire;
    },
    deserialize(wire) {
      let value = wire;
      for (const layer of back) value = layer.deserialize(value);
      return value;
    },
    ...(isAsync && {
      async serializeAsync(value: unknown): Promise<unknown> {
        let wire = value;
        for (const layer of layers)
          wire = layer.serializeAsync === undefined ? layer.serialize(wire) : await layer.serializeAsync(wire);
        return wire;
      },
      async deserializeAsync(wire: unknown): Promise<unknown> {
        let value = wire;
        for (const layer of back)
          value = layer.deserializeAsync === undefined ? layer.deserialize(value) : await layer.deserializeAsync(value);
        return value;
      },
    }),
  };
}
