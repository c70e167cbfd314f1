import type { SyncBackend } from '../contract/backend.ts';
import type { Tagging } from '../contract/capabilities.ts';
import { defineBackend } from './define-backend.ts';

/** A backend that never stores and always succeeds: every lookup is a miss, every write is accepted. */
export function dummyBackend<W = unknown>(): SyncBackend<W> & Tagging {
  const nothing = defineBackend<W>({
    name: 'dummy',
    getEntry: () => undefined,
    set: () => true,
    delete: () => false,
    keys: () => [],
  });
  return Object.assign(nothing, { invalidateTags: () => 0 });
}
