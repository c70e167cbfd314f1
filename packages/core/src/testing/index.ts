import type { Clock } from '../time/clock.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves the clock forward by `ms` milliseconds. */
  advance(ms: number): void;
}

/** A {@link ManualClock} that starts at `start` milliseconds. */
export function manualClock(start = 0): ManualClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`advance: expected milliseconds (at least 0), got ${ms}`);
      now += ms;
    },
  };
}
