import { CacheConfigError, type Clock } from '@cache/core';
import { approximateBytes } from './approximate-bytes.ts';
import type { RemovalListener } from './removals.ts';

/** How much is held, and for whom room is made. All of it has a default: `memoryBackend()` is bounded. */
export interface MemoryOptions<V = unknown> {
  /** The most entries held: an integer from 1 to 33,000,000, or `Infinity` for no bound. @default 100_000 */
  readonly max?: number | undefined;
  /** The most weight held, in the unit of `weigh`. @default no bound on weight */
  readonly maxWeight?: number | undefined;
  /**
   * The weight of an entry: finite, at least 0. Called once for each `set`, before anything changes. An entry heavier than
   * `maxWeight` is not kept.
   * @default about the bytes that key and value keep in memory, see {@link approximateBytes}
   */
  readonly weigh?: ((value: V, key: string) => number) | undefined;
  /** Which entry makes room: `'adaptive'` resists scans and loops; `'lru'` is the exact least recently used. @default 'adaptive' */
  readonly eviction?: Eviction | undefined;
  /** Where time comes from, read at every use. @default the process' monotonic clock, read about once per millisecond */
  readonly clock?: Clock | undefined;
  /** Told of every entry that leaves; more can listen through {@link MemoryBackend.onRemove}. */
  readonly onRemove?: RemovalListener<V> | undefined;
}

/** Which entry makes room: `'adaptive'` resists scans and loops, `'lru'` takes the least recently used. */
export type Eviction = 'adaptive' | 'lru';

const known = new Set(['max', 'maxWeight', 'weigh', 'eviction', 'clock', 'onRemove']);

/** The largest `max` the slots of the index can number. */
export const largestMax = 33_000_000;

/** What `options` ask for, complete. @throws {CacheConfigError} on what is unknown, out of range or contradictory. */
export function readOptions<V>(options: MemoryOptions<V>): Settings<V> {
  if (typeof options !== 'object' || options === null) throw wrong('memory', 'an object of options', kind(options));
  for (const name of Object.keys(options))
    if (!known.has(name))
      throw wrong('memory', `one of ${[...known].join(', ')}`, `the unknown option ${JSON.stringify(name)}`);
  const { max = 100_000, maxWeight, weigh, eviction = 'adaptive', clock, onRemove } = options;
  if (max !== Number.POSITIVE_INFINITY && !(Number.isInteger(max) && max >= 1 && max <= largestMax))
    throw wrong('memory max', `an integer from 1 to ${largestMax}, or Infinity`, kind(max));
  if (maxWeight !== undefined && !(typeof maxWeight === 'number' && maxWeight > 0 && Number.isFinite(maxWeight)))
    throw wrong('memory maxWeight', 'a finite number above 0', kind(maxWeight));
  if (weigh !== undefined && typeof weigh !== 'function')
    throw wrong('memory weigh', '(value, key) => number', kind(weigh));
  if (maxWeight === undefined && weigh !== undefined) throw wrong('memory weigh', 'maxWeight beside it', 'none');
  if (eviction !== 'adaptive' && eviction !== 'lru')
    throw wrong('memory eviction', "'adaptive' or 'lru'", kind(eviction));
  if (clock !== undefined && typeof clock?.now !== 'function')
    throw wrong('memory clock', 'an object with now()', kind(clock));
  if (onRemove !== undefined && typeof onRemove !== 'function')
    throw wrong('memory onRemove', 'a function', kind(onRemove));
  return { max, maxWeight, weigh: weigh ?? approximateBytes, eviction, clock, onRemove };
}

export interface Settings<V> {
  readonly max: number;
  readonly maxWeight: number | undefined;
  readonly weigh: (value: V, key: string) => number;
  readonly eviction: Eviction;
  readonly clock: Clock | undefined;
  readonly onRemove: RemovalListener<V> | undefined;
}

function wrong(what: string, expected: string, got: string): CacheConfigError {
  return new CacheConfigError(`${what}: expected ${expected}, got ${got}`);
}

function kind(given: unknown): string {
  if (typeof given === 'number' || given === null) return String(given);
  return typeof given === 'string' ? JSON.stringify(given) : typeof given;
}
