import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const BOUND_MS = 2_000;

/** Waits until `holds()`: for what a server tells in its own time. Fails after two seconds. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + BOUND_MS;
  for (let pause = 0; !holds(); pause = Math.min(pause + 1, 20)) {
    assert.ok(performance.now() < end, `expected ${what} within ${BOUND_MS} ms`);
    await sleep(pause);
  }
}

/** Waits for `promise`, but not for ever. */
export async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      promise,
      sleep(BOUND_MS, undefined, { signal: late.signal }).then(() =>
        assert.fail(`expected ${what} within ${BOUND_MS} ms`),
      ),
    ]);
  } finally {
    late.abort();
  }
}
