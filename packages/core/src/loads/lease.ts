import type { Entry } from '../contract/backend.ts';
import type { Lease, Leasing } from '../contract/capabilities.ts';
import { CacheLeaseTimeoutError, isSerializationFailure } from '../contract/errors.ts';
import { isFresh } from '../contract/fresh.ts';
import { alarm } from '../time/alarm.ts';
import type { Flight } from './flight.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadPlan } from './load-options.ts';

/** What came of asking for the right to load. */
export type Obtained<T> =
  /** Load, with a lease to store by; without one, what is loaded is not to be stored. */
  | { readonly load: true; readonly lease: Lease | undefined }
  /** Somebody else stored a fresh value meanwhile. */
  | { readonly load: false; readonly entry: Entry<T> }
  /** Nothing: somebody else is loading and nobody here waits, or the flight was fenced before its loader began. */
  | { readonly load: false; readonly entry?: undefined };

/**
 * Asks for the lease of a flight's key until it is granted, a fresh value appears, or the wait is over. Another
 * process' load is waited for by its wake-up; looking again every half lease is the fallback for a lost one.
 *
 * @param ifFreshFor grant although this many milliseconds of freshness are left; `Infinity` for a refresh
 * @param once give up at once when somebody else holds it: for work nobody waits for
 * @throws {CacheLeaseTimeoutError} when the wait took `waitTimeout`
 */
export async function obtainLease<T>(
  host: LoadHost<T>,
  leasing: Leasing<T>,
  flight: Flight<T>,
  plan: LoadPlan,
  ifFreshFor: number,
  once: boolean,
): Promise<Obtained<T>> {
  const { key } = flight;
  const start = host.clock.now();
  let atLeast = ifFreshFor;
  for (;;) {
    const gone = new AbortController();
    try {
      // Registered before the question, or a wake between the two is lost.
      const settled = leasing.settled(key, gone.signal);
      let got: Awaited<ReturnType<Leasing<T>['acquire']>>;
      flight.asked++;
      try {
        got = await leasing.acquire(key, plan.leaseTtl, atLeast);
      } catch (error) {
        // The entry under the lease cannot be read: load over it, whatever its freshness.
        if (!isSerializationFailure(error) || plan.onCorrupt === 'throw' || atLeast === Number.POSITIVE_INFINITY)
          throw error;
        host.report({ type: 'swallowed', key, operation: 'read', error });
        atLeast = Number.POSITIVE_INFINITY;
        got = await leasing.acquire(key, plan.leaseTtl, atLeast);
      }
      const { lease, entry } = got;
      flight.search(entry, host.clock.now());
      if (lease !== undefined) return { load: true, lease };
      if (isFresh(entry) && atLeast !== Number.POSITIVE_INFINITY) return { load: false, entry };
      if (once) return { load: false };
      flight.onElsewhere?.();
      const left = plan.waitTimeout - (host.clock.now() - start);
      if (left <= 0) {
        if (plan.onWaitTimeout === 'load') return { load: true, lease: undefined };
        throw new CacheLeaseTimeoutError(
          `key ${JSON.stringify(host.shortKey(key))}: expected another process to finish loading it within ${plan.waitTimeout} ms`,
          { key: host.shortKey(key) },
        );
      }
      await firstOf(settled, Math.min(plan.leaseTtl / 2, left), flight);
      if (flight.broken) return { load: false };
      if (atLeast !== Number.POSITIVE_INFINITY) {
        flight.asked++;
        const found = await host.get(key);
        if (found.hit) return { load: false, entry: { value: found.value, freshFor: null, expiresIn: null } };
      }
    } finally {
      gone.abort();
    }
  }
}

/** Whichever is first: the wake-up, the time, or that the flight was fenced. */
async function firstOf<T>(settled: Promise<void>, ms: number, flight: Flight<T>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      settled,
      new Promise<void>((resolve) => {
        timer = alarm(ms, resolve);
        flight.onBroken = resolve;
      }),
    ]);
  } finally {
    clearTimeout(timer);
    flight.onBroken = undefined;
  }
}

/** Keeps `lease` alive while its loader runs: renewed each third of its time. @returns what stops it. */
export function keepLease<T>(leasing: Leasing<T>, lease: Lease, ttl: number): () => void {
  const timer = setInterval(() => {
    // A renewal that fails is a lease that runs out: the server then refuses the fill, which is all that matters.
    Promise.resolve(leasing.renew(lease, ttl)).catch(() => {});
  }, ttl / 3);
  timer.unref();
  return () => clearInterval(timer);
}
