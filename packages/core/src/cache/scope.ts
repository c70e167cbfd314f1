import type { Awaitable } from '../contract/backend.ts';
import type { CapableBackend } from '../contract/capabilities.ts';
import type { LoadDefaults } from '../loads/load-options.ts';
import type { Family } from './family.ts';
import type { Lifecycle } from './lifecycle.ts';

/** What makes one cache of a family: its own names and defaults, above the backend they all share. */
export interface Scope<T> {
  readonly family: Family;
  /** Shaped: serialized, isolated and validated as this cache wants it. */
  readonly backend: CapableBackend<T>;
  readonly prefix: string;
  readonly name: string;
  readonly ttl: number | null;
  /** How loads go, unless a call says otherwise. */
  readonly defaults: LoadDefaults;
  readonly lifecycle: Lifecycle;
  /** What its schema makes of a value before it is stored. */
  readonly accept?: ((key: string, value: T) => Awaitable<T>) | undefined;
}
