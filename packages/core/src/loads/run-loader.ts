import { isPending, orElse } from '../contract/awaitable.ts';
import type { Awaitable, Entry, WriteOptions } from '../contract/backend.ts';
import type { Lease } from '../contract/capabilities.ts';
import { isBackendFailure, isSerializationFailure } from '../contract/errors.ts';
import type { Flight, Landing } from './flight.ts';
import { keepLease } from './lease.ts';
import { ABSENT, acceptLoaded, type Loader, LoadRun } from './load-context.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadPlan } from './load-options.ts';
import { runInside } from './reentry.ts';

/** The entry with its stale window; one that cannot be read counts as absent here, the caller has been told. */
export function storedEntry<T>(host: LoadHost<T>, key: string, plan: LoadPlan): Awaitable<Entry<T> | undefined> {
  return orElse(
    () => host.getEntry(key),
    (error) => {
      const tolerable = isSerializationFailure(error) ? plan.onCorrupt === 'load' : host.bypass;
      if (!tolerable) throw error;
      host.report({ type: 'swallowed', key, operation: 'read', error });
      return undefined;
    },
  );
}

/**
 * Runs the loader of `flight` and stores what it gives, if nothing changed meanwhile: under `lease` where there is one,
 * not at all unless `store`. The lease has ended when this settles, and is given back at once when the flight is fenced.
 */
export async function runLoader<T>(
  host: LoadHost<T>,
  flight: Flight<T>,
  loader: Loader<T>,
  plan: LoadPlan,
  lease: Lease | undefined,
  store: boolean,
): Promise<Landing<T>> {
  const { leasing } = host;
  const run = new LoadRun<T>(host, flight, plan);
  const began = host.clock.now();
  const stop = lease !== undefined && leasing !== undefined ? keepLease(leasing, lease, plan.leaseTtl) : undefined;
  let held = lease;
  const release = (): void => {
    stop?.();
    if (held === undefined || leasing === undefined) return;
    const ended = held;
    held = undefined;
    // Nobody waits for this: a lease that cannot be given back runs out.
    Promise.resolve(leasing.release(ended)).catch(() => {});
  };
  const report = (durationMs: number, stored: boolean, failure?: { readonly error: unknown }): void =>
    host.report({ type: 'load', key: flight.key, durationMs, stored, background: !flight.awaited, ...failure });
  flight.onBroken = release;
  flight.loading = true;
  const asked = ++flight.asked;
  try {
    let value: T;
    try {
      const loading = runInside(flight as Flight, () => loader(run.context));
      value = isPending(loading) ? await loading : loading;
      if (value === ABSENT) return nothing;
      const accepted = acceptLoaded(host, flight.key, value, run);
      value = isPending(accepted) ? await accepted : accepted;
    } catch (error) {
      const now = host.clock.now();
      if (plan.cacheErrors > 0 && !flight.broken)
        host.table.failures.remember(flight.key, error, now + plan.cacheErrors);
      report(now - began, false, { error });
      throw error;
    }
    const durationMs = host.clock.now() - began;
    const { tags } = run;
    let stored = false;
    // Only an accepted fill proves that nothing happened before it that this process did not see.
    let asOf = lease === undefined ? Number.POSITIVE_INFINITY : asked;
    if (store && !run.skipped && host.table.mayStore(flight as Flight, tags)) {
      const sent = ++flight.asked;
      try {
        const write = host.set(flight.key, value, { ...howToStore(run, plan), lease });
        if (isPending(write)) {
          flight.writing = write.then(noop, noop);
          stored = await write;
        } else {
          stored = write;
        }
        if (lease !== undefined && stored) asOf = sent;
        held = undefined; // the write ended it, or it was broken
      } catch (error) {
        writeFailed(host, flight.key, plan, error);
      } finally {
        flight.writing = undefined;
      }
    }
    report(durationMs, stored);
    return { found: true, value, overtakenAt: host.table.overtakenAt(flight as Flight, tags), asOf };
  } finally {
    flight.onBroken = undefined;
    release();
  }
}

/** How what a loader gave is written, once it has said all it has to say. */
export function howToStore<T>({ ttl, tags }: LoadRun<T>, plan: LoadPlan): WriteOptions {
  return { ttl, staleFor: ttl === null ? 0 : plan.staleFor, tags: tags.length > 0 ? tags : undefined };
}

/** A loaded value could not be stored. The value is good: who chose to live through failures of the backend gets it. */
export function writeFailed<T>(host: LoadHost<T>, key: string, plan: LoadPlan, error: unknown): void {
  if (!isBackendFailure(error) || !(host.bypass || plan.staleIfError > 0)) throw error;
  host.report({ type: 'swallowed', key, operation: 'write', error });
}

/** No value: whoever waits starts anew. */
export const nothing: Landing<never> = { found: false, value: undefined as never, overtakenAt: -1, asOf: 0 };

function noop(): void {}
