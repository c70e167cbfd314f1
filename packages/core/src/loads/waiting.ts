import { CacheLeaseTimeoutError, CacheTimeoutError } from '../contract/errors.ts';
import { alarm } from '../time/alarm.ts';
import { type Flight, type Found, foundWithin, type Landing } from './flight.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadPlan } from './load-options.ts';

/**
 * Waits for `flight` within the bounds of one caller's plan. Whatever ends this wait, the flight runs on, unless its last
 * waiter aborted.
 *
 * @param found the stale value there is to answer with, as far as it is known yet
 * @param joined the caller did not begin the flight: `waitTimeout` bounds its wait
 * @returns the landing, or `undefined` when the soft timeout passed and there was a stale value
 * @throws {CacheTimeoutError} past the hard timeout; {@link CacheLeaseTimeoutError} past `waitTimeout`; the signal's
 * reason when it aborts; the flight's own rejection
 */
export function waitFor<T>(
  host: LoadHost<T>,
  flight: Flight<T>,
  plan: LoadPlan,
  found: () => Found<T> | undefined,
  joined: boolean,
): Promise<Landing<T> | undefined> {
  const { soft, hard, signal } = plan;
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    const after = (ms: number, act: () => void): void => void timers.push(alarm(ms, act));
    const end = <A>(act: (outcome: A) => void, outcome: A): void => {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      act(outcome);
    };
    const onAbort = (): void => {
      if (flight.leave()) {
        host.table.fence(flight as Flight); // whoever comes now starts anew
        flight.controller.abort(signal?.reason);
      }
      end(reject, signal?.reason);
    };
    if (signal === undefined) flight.wait();
    else {
      flight.enter();
      flight.awaited = true;
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
    }
    if (soft !== undefined) {
      after(soft, () => {
        if (foundWithin(found(), plan.staleFor, host.clock.now()) === undefined) return;
        flight.keep();
        end(resolve, undefined);
      });
    }
    if (hard !== undefined) {
      after(hard, () => {
        flight.keep();
        const key = host.shortKey(flight.key);
        const expected = `expected the load to finish within timeout.hard (${hard} ms); it goes on behind`;
        end(reject, new CacheTimeoutError(`key ${JSON.stringify(key)}: ${expected}`, { key }));
      });
    }
    if (joined) {
      after(plan.waitTimeout, () => {
        flight.keep();
        end(reject, tooLong(host, flight.key, plan));
      });
    }
    flight.landing.then(
      (landing) => end(resolve, landing),
      (error: unknown) => end(reject, error),
    );
  });
}

/** Somebody else's load took longer than `waitTimeout`. */
export function tooLong<T>(host: LoadHost<T>, key: string, plan: LoadPlan): CacheLeaseTimeoutError {
  const short = host.shortKey(key);
  return new CacheLeaseTimeoutError(
    `key ${JSON.stringify(short)}: expected the load that is running to finish within ${plan.waitTimeout} ms; raise waitTimeout, or look for a loader that waits for its own key`,
    { key: short },
  );
}
