import type { Backend } from '../contract/backend.ts';
import type { CapableBackend } from '../contract/capabilities.ts';
import { CacheSerializationError } from '../contract/errors.ts';
import { mapValues } from './map-values.ts';

/** What callers share with a backend that keeps values by reference. */
export type Isolation = 'share' | 'freeze' | 'clone';

/**
 * `backend` of values by reference, protected from callers who change what they stored or read: `'freeze'` freezes a
 * value, all it contains included, when it is written (changing it throws in strict mode); `'clone'` copies it by
 * `structuredClone` when written and when read (prototypes of own classes are lost).
 */
export function isolated<T>(backend: Backend<T>, isolation: 'freeze' | 'clone'): CapableBackend<T> {
  if (isolation === 'clone') return mapValues<T, T>(backend, { read: clone, write: clone });
  return mapValues<T, T>(backend, {
    read: (_key, value) => value,
    write(key, value) {
      freeze(key, value);
      return value;
    },
  });
}

function clone<T>(key: string, value: T): T {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new CacheSerializationError(
      `value of key ${JSON.stringify(key)}: expected what structuredClone can copy (isolate: 'clone')`,
      { key, cause },
    );
  }
}

// Checked whole before anything is frozen: a refused value is left as it was.
function freeze(key: string, value: unknown): void {
  const found = new Set<object>();
  const walk: { readonly value: unknown; readonly path: string }[] = [{ value, path: '$' }];
  for (let next = walk.pop(); next !== undefined; next = walk.pop()) {
    const { value: item, path } = next;
    if (typeof item !== 'object' || item === null || Object.isFrozen(item) || found.has(item)) continue;
    if (!canFreeze(item))
      throw new CacheSerializationError(
        `value of key ${JSON.stringify(key)} at ${path}: expected what can be frozen, got ${item.constructor?.name ?? 'object'} (isolate: 'clone' copies it)`,
        { key },
      );
    found.add(item);
    for (const name of Object.getOwnPropertyNames(item)) {
      const descriptor = Object.getOwnPropertyDescriptor(item, name);
      if (descriptor !== undefined && 'value' in descriptor)
        walk.push({ value: descriptor.value, path: `${path}.${name}` });
    }
  }
  for (const item of found) Object.freeze(item);
}

// Their contents live in internal slots, which freezing does not reach.
function canFreeze(item: object): boolean {
  return !(ArrayBuffer.isView(item) || [Map, Set, Date, ArrayBuffer].some((kind) => item instanceof kind));
}
