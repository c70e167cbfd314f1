/** Where time comes from: monotonic milliseconds since an arbitrary start, fractions allowed. */
export interface Clock {
  now(): number;
}

/**
 * The process' monotonic clock. Looks `performance` up at each call and never keeps its `now`, so that fake timers
 * which replace it (vitest, Jest, node:test) move the cache as well.
 */
export const systemClock: Clock = { now: () => performance.now() };
