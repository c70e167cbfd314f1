import type { SyncBackend } from '../contract/backend.ts';
import type { Tagging } from '../contract/capabilities.ts';
import { MISS } from '../contract/result.ts';

/** A backend that never stores and always succeeds: every lookup is a miss, every write is accepted. */
export function dummyBackend<W = unknown>(): SyncBackend<W> & Tagging {
  return {
    name: 'dummy',
    stores: 'values',
    get: () => MISS,
    getMany: () => new Map(),
    getEntry: () => undefined,
    getEntries: () => new Map(),
    set: () => true,
    setMany: () => {},
    has: () => false,
    delete: () => false,
    deleteMany: () => 0,
    expire: () => false,
    ttl: () => undefined,
    clear: () => {},
    keys: () => [],
    invalidateTags: () => 0,
    start: () => {},
    close: () => {},
  };
}
