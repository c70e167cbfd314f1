import { andThen } from '../contract/awaitable.ts';
import type { Backend, Entry } from '../contract/backend.ts';
import {
  type Acquired,
  type Checking,
  isChecking,
  isLeasing,
  isObserving,
  isReporting,
  isTagging,
  type Leasing,
  type Observing,
  type Reporting,
  type Tagging,
} from '../contract/capabilities.ts';
import { CacheSerializationError } from '../contract/errors.ts';
import { hit } from '../contract/result.ts';
import type { Serializer } from '../contract/serializer.ts';

/** A backend of values on top of one of wire form. Metadata and capabilities of `backend` pass through. */
export function serialized<V, W>(
  backend: Backend<W>,
  serializer: Serializer<V, W>,
): Backend<V> & Partial<Leasing<V> & Tagging & Observing & Reporting & Checking> {
  const read = (key: string, wire: W): V => {
    try {
      return serializer.deserialize(wire);
    } catch (cause) {
      throw new CacheSerializationError(
        `entry of key ${JSON.stringify(key)}: expected bytes that ${serializer.name} wrote`,
        {
          key,
          cause,
        },
      );
    }
  };
  const write = (key: string, value: V): W => {
    try {
      return serializer.serialize(value);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CacheSerializationError(`value of key ${JSON.stringify(key)}: ${why}`, { key, cause });
    }
  };
  const entry = (key: string, found: Entry<W>): Entry<V> => ({ ...found, value: read(key, found.value) });

  const composed: Backend<V> & Partial<Leasing<V> & Tagging & Observing & Reporting & Checking> = {
    name: backend.name,
    stores: 'values',
    get: (key) => andThen(backend.get(key), (found) => (found.hit ? hit(read(key, found.value)) : found)),
    getMany: (keys) =>
      andThen(backend.getMany(keys), (found) => new Map([...found].map(([key, wire]) => [key, read(key, wire)]))),
    getEntry: (key) => andThen(backend.getEntry(key), (found) => found && entry(key, found)),
    getEntries: (keys) =>
      andThen(backend.getEntries(keys), (found) => new Map([...found].map(([key, e]) => [key, entry(key, e)]))),
    set: (key, value, options) => backend.set(key, write(key, value), options),
    setMany: (entries, options) =>
      backend.setMany(
        Array.from(entries, ([key, value]) => [key, write(key, value)] as const),
        options,
      ),
    has: (key) => backend.has(key),
    delete: (key) => backend.delete(key),
    deleteMany: (keys) => backend.deleteMany(keys),
    expire: (key, ttl) => backend.expire(key, ttl),
    ttl: (key) => backend.ttl(key),
    clear: (prefix) => backend.clear(prefix),
    keys: (prefix) => backend.keys(prefix),
    start: () => backend.start(),
    close: () => backend.close(),
  };
  if (isLeasing<W>(backend)) {
    composed.acquire = (key, ttl, ifFreshFor) =>
      andThen(
        backend.acquire(key, ttl, ifFreshFor),
        (got): Acquired<V> => ({ lease: got.lease, entry: got.entry && entry(key, got.entry) }),
      );
    composed.renew = (lease, ttl) => backend.renew(lease, ttl);
    composed.release = (lease) => backend.release(lease);
    composed.settled = (key, signal) => backend.settled(key, signal);
  }
  if (isTagging(backend)) composed.invalidateTags = (tags) => backend.invalidateTags(tags);
  if (isObserving(backend)) composed.onInvalidate = (listener) => backend.onInvalidate(listener);
  if (isReporting(backend)) composed.stats = () => backend.stats();
  if (isChecking(backend)) composed.health = () => backend.health();
  return composed;
}
