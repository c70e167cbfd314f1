import { type Backend, defineBackend, type Entry } from '@cache/core';

/** A backend that keeps no tags. */
export function untagged(): Backend<unknown> {
  const entries = new Map<string, Entry<unknown>>();
  return defineBackend<unknown>({
    name: 'map',
    stores: 'values',
    getEntry: (key) => entries.get(key),
    set: (key, value) => entries.set(key, { value, freshFor: null, expiresIn: null }).has(key),
    delete: (key) => entries.delete(key),
    keys: () => [...entries.keys()],
  });
}
