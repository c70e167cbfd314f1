import { types } from 'node:util';
import { CacheConfigError, isPending } from '@cache/core';
import { layerOf } from './layer.ts';
import type { AnyFunction } from './options.ts';

/** When a function answers: `'sync'` at once, `'async'` by a promise, `'auto'` as its source or its first call shows. */
export type Mode = 'auto' | 'sync' | 'async';

/** What is known of that: `undefined` as long as nothing is. */
export interface Timing {
  later: boolean | undefined;
}

/** What can be known before the first call. A plain function may return promises all the same; that shows when it runs. */
export function timingOf(what: string, fn: AnyFunction, mode: Mode | undefined = 'auto'): Timing {
  if (mode === 'auto') return { later: types.isAsyncFunction(fn) || layerOf(fn)?.timing.later || undefined };
  if (mode === 'sync' || mode === 'async') return { later: mode === 'async' };
  throw new CacheConfigError(`${what}: expected mode 'auto', 'sync' or 'async', got ${JSON.stringify(mode)}`);
}

/** Runs `call`, so that a function known to answer later never throws and never answers at once. */
export function inTime<X>(timing: Timing, call: () => X): X | Promise<Awaited<X>> {
  if (timing.later !== true) return call();
  try {
    const answer = call();
    return isPending(answer) ? answer : Promise.resolve(answer);
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * Refuses a promise from an option of a function that is known to answer at once.
 * @throws {CacheConfigError}
 */
export function refuseLate(what: string, option: string, timing: Timing, answer: unknown): void {
  if (timing.later !== false || !isPending(answer)) return;
  answer.then(undefined, () => {}); // nobody will look at it any more
  throw new CacheConfigError(`${what}: expected ${option} of a synchronous function to answer at once, got a promise`);
}
