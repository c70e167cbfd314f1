import { CacheError } from './errors.ts';
import { kindOf } from './kind.ts';

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

/**
 * Looks at what `backend` answered and is no hit.
 * @throws {CacheError} with code `INVALID_ANSWER` on what is no miss either: a backend written by hand that answers
 * `undefined`, or the value itself
 */
export function assertMiss(found: CacheResult<unknown>, { name }: { readonly name: string }): void {
  if (found?.hit !== false)
    throw wrongAnswer(name, 'get', 'hit(value), { hit: true, value }, or MISS, { hit: false }', found);
}

/** The error of a backend that does not keep to its contract. */
export function wrongAnswer(backend: string, method: string, expected: string, got: unknown): CacheError {
  return new CacheError(`backend ${backend}: expected ${method} to answer ${expected}, got ${kindOf(got)}`, {
    code: 'INVALID_ANSWER',
  });
}

/** A hit on `value`: a plain object, because anything cleverer costs on the hottest path. */
export function hit<T>(value: T): CacheHit<T> {
  return { hit: true, value };
}
