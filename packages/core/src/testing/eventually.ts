import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_PAUSE_MS = 20;
const BOUND_MS = 2_000;

/**
 * Waits until `holds()`: for what a server tells in its own time. Fails after two seconds in which it looked: those in which
 * the machine let this process wait do not count.
 */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  let waited = 0;
  for (let pause = 0; !holds(); pause = Math.min(pause + 1, LONGEST_PAUSE_MS)) {
    assert.ok(waited < BOUND_MS, `expected ${what} within ${BOUND_MS} ms`);
    await sleep(pause);
    waited += pause;
  }
}

/** Waits for `promise`, but not for ever. */
export async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  await eventually(what, () => settled);
  return promise;
}
