/**
 * Turns values of type `V` into wire form `W` and back: `deserialize(serialize(v))` equals `v`, or `serialize` throws.
 *
 * Both throw a `CacheSerializationError` (`serialize` names the path inside the value, `deserialize` never trusts its
 * input: bounded in time and memory, executes nothing, pollutes no prototype). A top-level `undefined` is zero bytes.
 */
export interface Serializer<V, W> {
  /** As in a URL: `'json'`, `'msgpack+zlib'`. */
  readonly name: string;
  serialize(value: V): W;
  deserialize(wire: W): V;
  /** As {@link Serializer.serialize}, off the event loop where the payload is large enough to be worth it. */
  serializeAsync?(value: V): Promise<W>;
  /** As {@link Serializer.deserialize}, off the event loop where the payload is large enough to be worth it. */
  deserializeAsync?(wire: W): Promise<V>;
}

/** What a backend of bytes takes: bytes, or a string that stands for its UTF-8 bytes (clients write strings faster). It always gives back bytes. */
export type Wire = Uint8Array | string;
