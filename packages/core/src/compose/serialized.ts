import { aBackend, aBound, aSerializer, checkOptions, demand } from '../cache/option-checks.ts';
import { isPending } from '../contract/awaitable.ts';
import type { Awaitable, Backend } from '../contract/backend.ts';
import type { CapableBackend } from '../contract/capabilities.ts';
import { CacheSerializationError, isCacheError } from '../contract/errors.ts';
import type { Serializer } from '../contract/serializer.ts';
import { mapValues } from './map-values.ts';

/** Bounds on what {@link serialized} writes. */
export interface SerializedOptions {
  /** Refuses values whose wire form is larger. @default Infinity */
  readonly maxValueBytes?: number | undefined;
}

type Place<V, W> = (serialize: (backend: Backend<W>) => Backend<V>) => CapableBackend<V>;

/**
 * Which of the backends that a composition is made of a serializer above it is for: a {@link Place} is given what puts the
 * serializer above a backend, and answers with the composition of what that gives. By the object and not on it: an object
 * with methods of its own over those of a composition is another one, which the serializer goes above.
 */
export const places: WeakMap<object, unknown> = new WeakMap();

/**
 * A backend of values on top of one of wire form. Metadata and capabilities of `backend` pass through. What cannot be
 * written or read is a `CacheSerializationError` that names the key (in a bulk operation: every such key as `keys`).
 */
export function serialized<V, W>(
  backend: Backend<W>,
  serializer: Serializer<V, W>,
  options: SerializedOptions = {},
): CapableBackend<V> {
  demand('backend', aBackend, backend);
  demand('serializer', aSerializer, serializer);
  checkOptions('serialized', { maxValueBytes: aBound }, options);
  const place = places.get(backend) as Place<V, W> | undefined; // a composition has the types of what it is made of
  if (place !== undefined) return place((below) => serialized(below, serializer, options));
  const { maxValueBytes = Number.POSITIVE_INFINITY } = options;

  const unreadable = (key: string, cause: unknown): CacheSerializationError =>
    new CacheSerializationError(
      `entry of key ${JSON.stringify(key)}: expected bytes that ${serializer.name} wrote${reason(cause)}`,
      { key, cause },
    );
  const unwritable = (key: string, cause: unknown): CacheSerializationError =>
    new CacheSerializationError(`value of key ${JSON.stringify(key)}: ${serializer.name} refuses it${reason(cause)}`, {
      key,
      cause,
    });
  const bounded = (key: string, wire: W): W => {
    if (maxValueBytes === Number.POSITIVE_INFINITY) return wire;
    const bytes = byteLength(wire);
    if (bytes <= maxValueBytes) return wire;
    throw new CacheSerializationError(
      `value of key ${JSON.stringify(key)}: expected at most ${maxValueBytes} bytes (maxValueBytes), got ${bytes}`,
      { key },
    );
  };

  return mapValues<V, W>(backend, {
    read(key, wire): Awaitable<V> {
      let value: Awaitable<V>;
      try {
        value =
          serializer.deserializeAsync === undefined ? serializer.deserialize(wire) : serializer.deserializeAsync(wire);
      } catch (cause) {
        throw unreadable(key, cause);
      }
      return serializer.deserializeAsync !== undefined && isPending(value)
        ? value.catch((cause) => {
            throw unreadable(key, cause);
          })
        : value;
    },
    write(key, value): Awaitable<W> {
      let wire: Awaitable<W>;
      try {
        wire = serializer.serializeAsync === undefined ? serializer.serialize(value) : serializer.serializeAsync(value);
      } catch (cause) {
        throw unwritable(key, cause);
      }
      return isPending(wire)
        ? wire.then(
            (late) => bounded(key, late),
            (cause) => {
              throw unwritable(key, cause);
            },
          )
        : bounded(key, wire);
    },
  });
}

// Only the words of our own errors: those of others may quote the value.
function reason(cause: unknown): string {
  return isCacheError(cause) ? `: ${cause.message}` : '';
}

function byteLength(wire: unknown): number {
  return typeof wire === 'string' ? Buffer.byteLength(wire) : (wire as Uint8Array).byteLength;
}
