import type { Clock } from '../time/clock.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves the clock forward by `ms` milliseconds. @throws {RangeError} when `ms` is negative or not a number. */
  advance(ms: number): void;
}

/** A {@link ManualClock} that starts at `start` milliseconds. @param start @default 0 */
export function manualClock(start = 0): ManualClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      // A text would be put behind the time, not added to it.
      if (!Number.isFinite(ms) || ms < 0)
        throw new RangeError(`advance: expected milliseconds (at least 0, finite), got ${String(ms)}`);
      now += ms;
    },
  };
}
