/** What a lookup found. A miss is a value, never an exception; missing and expired are the same miss. */
export type CacheResult<T> = CacheHit<T> | CacheMiss;

/** An entry was there and fresh. Its value may be anything, `undefined` and `null` included. */
export interface CacheHit<T> {
  readonly hit: true;
  readonly value: T;
}

/** Nothing usable was there. */
export interface CacheMiss {
  readonly hit: false;
}

/** The one miss: frozen, shared by all. */
export const MISS: CacheMiss = Object.freeze({ hit: false });

/** A hit on `value`: a plain object, because anything cleverer costs on the hottest path. */
export function hit<T>(value: T): CacheHit<T> {
  return { hit: true, value };
}
