import { afterEach, beforeEach } from 'vitest';

const given = process.env.CACHE_FAULT_NOISE_MS;
const TICK_MS = 20;
/** Later than that is a process that was not let run, or whose loop was held up: it could answer nobody. */
const LATE_MS = 50;

let heldUp = 0;
let ticking: NodeJS.Timeout;
beforeEach(() => {
  heldUp = 0;
  let last = performance.now();
  ticking = setInterval(() => {
    const now = performance.now();
    const late = now - last - TICK_MS;
    if (late > LATE_MS) heldUp += late;
    last = now;
  }, TICK_MS);
});
afterEach(() => clearInterval(ticking));

/** What a machine that runs everything at once may add to a promise about time, in milliseconds; 0 on a quiet one. */
export const NOISE = Number(given ?? 1_000);

/**
 * The same, and how long this process stood still during the test: a machine may be busy for seconds. Where
 * `CACHE_FAULT_NOISE_MS` is given, just that: the bounds of the documents are held with 0.
 */
export function noise(usual: number = NOISE): number {
  return given === undefined ? usual + heldUp : usual;
}
