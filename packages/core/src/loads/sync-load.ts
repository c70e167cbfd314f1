import { isPending } from '../contract/awaitable.ts';
import type { Awaitable, Entry, WriteOptions } from '../contract/backend.ts';
import { CacheCapabilityError, isCacheError } from '../contract/errors.ts';
import type { Flight } from './flight.ts';
import { type Loader, LoadRun } from './load-context.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadOptions, LoadPlan } from './load-options.ts';
import type { Loads } from './loads.ts';
import { currentFlight, runInside } from './reentry.ts';

/** A loader that answers at once. */
export type SyncLoader<T> = (...args: Parameters<Loader<T>>) => T;

/**
 * What a load can be asked for where nobody can wait: no work behind an answer, no bounds in time, no signals. A single
 * flight is a matter of course, since nothing else runs while the loader does.
 */
export type SyncLoadOptions = Pick<
  LoadOptions,
  'ttl' | 'tags' | 'staleIfError' | 'cacheErrors' | 'onCorrupt' | 'refresh' | 'onReentry'
>;

/** Loads `key`, which is not fresh in the cache, at once. The value is not stored if the loader itself changed the key. */
export function loadSync<T>(host: LoadHost<T>, loads: Loads<T>, key: string, loader: SyncLoader<T>, plan: LoadPlan): T {
  const { table, clock } = host;
  const caller = currentFlight();
  const reentered = loads.reenters(key, plan, caller);
  const flight = table.begin<T>(key, caller, plan.tags, plan.refresh, false);
  try {
    flight.search(plan.staleFor > 0 ? (now(host.getEntry(key)) as Entry<T> | undefined) : undefined, clock.now());
    const failure = plan.cacheErrors > 0 ? table.failures.recall(key, clock.now()) : undefined;
    const run = new LoadRun<T>(host, flight, plan);
    const began = clock.now();
    let value: T;
    try {
      if (failure !== undefined) throw failure.error;
      flight.loading = true;
      value = now(host.accept(key, now(runInside(flight as Flight, () => loader(run.context)))));
    } catch (error) {
      const at = clock.now();
      if (failure === undefined) {
        if (plan.cacheErrors > 0) table.failures.remember(key, error, at + plan.cacheErrors);
        host.report({ type: 'load-error', key, ms: at - began, error, background: false });
      }
      const stale = plan.refresh || isCacheError(error) ? undefined : flight.staleWithin(plan.staleIfError, at);
      if (stale === undefined) throw error;
      host.report({ type: 'stale', key, reason: 'error' });
      return stale.value;
    }
    let stored = false;
    if (!reentered && !run.skipped && table.mayStore(flight as Flight, run.tags)) {
      const options: WriteOptions = {
        ttl: run.ttl,
        staleFor: run.ttl === null ? 0 : plan.staleFor,
        tags: run.tags.length > 0 ? run.tags : undefined,
      };
      stored = now(host.set(key, value, options));
    }
    host.report({ type: 'load', key, ms: clock.now() - began, stored, background: false });
    return value;
  } finally {
    table.land(flight as Flight);
  }
}

/** The value of a synchronous backend or loader. */
function now<R>(value: Awaitable<R>): R {
  if (!isPending(value)) return value;
  value.catch(() => {});
  throw new CacheCapabilityError(
    'SyncCache: expected a loader and a backend that answer at once, got a promise; use Cache',
  );
}
