import type { Awaitable, Entry, WriteOptions } from '../contract/backend.ts';
import type { Leasing } from '../contract/capabilities.ts';
import type { CacheResult } from '../contract/result.ts';
import type { Clock } from '../time/clock.ts';
import type { FlightTable } from './flight-table.ts';
import type { LoadDefaults } from './load-options.ts';

/** What happened in a load, for statistics, events and diagnostics. Keys are full keys. */
export type LoadEvent =
  /** A loader ended. `stored`: its value is in the backend; otherwise it was skipped, overtaken or refused, or there is an `error`. */
  | {
      readonly type: 'load';
      readonly key: string;
      readonly durationMs: number;
      readonly stored: boolean;
      readonly background: boolean;
      readonly error?: unknown;
    }
  /** A caller waited for a load that somebody else had begun. */
  | { readonly type: 'wait'; readonly key: string }
  /** A stale value was given. */
  | { readonly type: 'stale'; readonly key: string; readonly reason: 'revalidate' | 'error' | 'timeout' }
  /** A failure that the caller does not see. */
  | {
      readonly type: 'swallowed';
      readonly key: string;
      readonly operation: 'read' | 'write' | 'lease';
      readonly error: unknown;
    };

/** What loads need of the cache they work for. Keys are full keys; values are as the application sees them. */
export interface LoadHost<T> {
  readonly table: FlightTable;
  readonly clock: Clock;
  /** Where the backend is shared with other processes. */
  readonly leasing: Leasing<T> | undefined;
  /** Options of calls that do not say otherwise. */
  readonly defaults: LoadDefaults;
  /** For entries written without one. */
  readonly ttl: number | null;
  /** The failure of a backend does not reach callers: the loader answers. */
  readonly bypass: boolean;
  get(key: string): Awaitable<CacheResult<T>>;
  getEntry(key: string): Awaitable<Entry<T> | undefined>;
  /** What a near tier last knew, where there is one; only for who was just failed by the backend. */
  lastKnown(key: string): Awaitable<Entry<T> | undefined>;
  /** What callers get of a loaded value, and what is stored. @throws {CacheValidationError} when the schema refuses it */
  accept(key: string, value: T): Awaitable<T>;
  /** Stores an accepted value. `false`: it was not stored, because of its lease or because the cache is switched off. */
  set(key: string, value: T, options: WriteOptions): Awaitable<boolean>;
  /** Tags as the backend knows them. @throws {CacheError} on what is no tag, and where the backend keeps none */
  tags(tags: readonly string[]): readonly string[];
  /** The key as the application knows it. */
  shortKey(key: string): string;
  report(event: LoadEvent): void;
}
