import { type Clock, systemClock } from '@cache/core';

/**
 * The process' monotonic clock, read about once per millisecond however often it is asked.
 *
 * Reading the clock costs as much as two lookups in a `Map`. So the first `exactUses` in a millisecond are exact, and a program
 * that asks more often shares a reading, until a timer of 1 ms, which does not keep the process alive, throws it away.
 * `sharedUses` throw it away as well, since timers wait for a long synchronous block to end: only in a block that first
 * asked often and then computed long without asking does time stand still.
 *
 * While `setTimeout` or `Date` is not the one of Node (fake timers: vitest, Jest, node:test), nothing is shared and every use
 * reads the clock. The guard does not look at `performance`, an accessor on `globalThis` that costs 8 ns to read.
 */
export function coarseNow(): number {
  return usesLeft-- > 0 && isReal() ? reading : read();
}

/** The same as a clock. */
export const coarseClock: Clock = { now: coarseNow };

const nativeSetTimeout = globalThis.setTimeout;
const nativeDate = globalThis.Date;

function isReal(): boolean {
  return globalThis.setTimeout === nativeSetTimeout && globalThis.Date === nativeDate;
}

const exactUses = 8;
const sharedUses = 8192;

let reading = 0;
let usesLeft = 0;
/** When the millisecond of the exact uses began, and how many it has left. */
let began = 0;
let exactLeft = 0;
let armed = false;

function read(): number {
  usesLeft = 0;
  const now = systemClock.now();
  if (!(now - began < 1 && now >= began)) {
    began = now;
    exactLeft = exactUses;
  }
  if (!isReal() || exactLeft-- > 0 || !arm()) return now;
  reading = now;
  usesLeft = sharedUses;
  return now;
}

function forget(): void {
  armed = false;
  usesLeft = 0;
}

/** Whether a reading will be thrown away. Not if this module was loaded under fake timers: nobody knows when they fire. */
function arm(): boolean {
  if (armed) return true;
  const timer = nativeSetTimeout(forget, 1);
  armed = timer?.constructor?.name === 'Timeout';
  if (armed) timer.unref();
  return armed;
}
