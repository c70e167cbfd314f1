import { atOnce } from '../contract/awaitable.ts';
import { isBackendFailure, isCacheError } from '../contract/errors.ts';
import { asMap, type LoadedMany, type ManyLoadContext, manyContext } from './batch.ts';
import { type Flight, foundWithin } from './flight.ts';
import { acceptLoaded, type LoadContext, LoadRun } from './load-context.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadOptions, LoadPlan } from './load-options.ts';
import type { Loads } from './loads.ts';
import { currentFlight, runInside } from './reentry.ts';
import { howToStore, storedEntry, writeFailed } from './run-loader.ts';

/** A loader that answers at once. */
export type SyncLoader<T> = (context: LoadContext<T>) => T;

/** A loader of many keys that answers at once. */
export type SyncManyLoader<T> = (keys: readonly string[], context: ManyLoadContext<T>) => LoadedMany<T>;

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
  const load = (runs: Runs<T>): ReadonlyMap<string, T> => {
    const [[short, run]] = [...runs] as [[string, LoadRun<T>]]; // one key, one run
    return new Map([[short, atOnce(loader(run.context))]]);
  };
  return loadAll(host, loads, [key], load, plan).get(key) as T; // the loader's value, or it threw
}

/** As {@link loadSync}, many keys in one call. @returns what was found, by full key */
export function loadManySync<T>(
  host: LoadHost<T>,
  loads: Loads<T>,
  keys: readonly string[],
  loader: SyncManyLoader<T>,
  plan: LoadPlan,
): Map<string, T> {
  const load = (runs: Runs<T>): ReadonlyMap<string, T> => {
    const contexts = new Map(Array.from(runs, ([key, run]) => [key, run.context]));
    return asMap(atOnce(loader([...runs.keys()], manyContext(contexts))));
  };
  return loadAll(host, loads, keys, load, plan);
}

/** The runs of one call, by short key. */
type Runs<T> = ReadonlyMap<string, LoadRun<T>>;

function loadAll<T>(
  host: LoadHost<T>,
  loads: Loads<T>,
  keys: readonly string[],
  load: (runs: Runs<T>) => ReadonlyMap<string, T>,
  plan: LoadPlan,
): Map<string, T> {
  const { table, clock } = host;
  const caller = currentFlight();
  const reentered = keys.some((key) => loads.reenters(key, plan, caller));
  const flights: Flight<T>[] = [];
  const runs = new Map<string, LoadRun<T>>();
  try {
    for (const key of keys) {
      // Each inside the one before: a loader that asks for any of its keys is seen to.
      const flight = table.begin<T>(key, flights.at(-1) ?? caller, plan.tags, plan.refresh, false);
      flights.push(flight);
      if (plan.staleFor > 0) flight.search(atOnce(storedEntry(host, key, plan)), clock.now());
      runs.set(host.shortKey(key), new LoadRun<T>(host, flight, plan));
    }
    const remembered = plan.cacheErrors === 0 ? undefined : recall(host, keys);
    if (remembered !== undefined) return staleInstead(host, flights, plan, remembered.error);
    const began = clock.now();
    let values: Map<string, T>;
    try {
      values = run(host, flights, runs, load);
    } catch (error) {
      const failed = clock.now();
      for (const { key, broken } of flights) {
        if (plan.cacheErrors > 0 && !broken) table.failures.remember(key, error, failed + plan.cacheErrors);
        host.report({ type: 'load', key, durationMs: failed - began, stored: false, background: false, error });
      }
      return staleInstead(host, flights, plan, error);
    }
    const durationMs = clock.now() - began;
    for (const flight of flights) {
      const { key } = flight;
      if (!values.has(key)) continue;
      const loadRun = runs.get(host.shortKey(key)) as LoadRun<T>;
      const stored = !reentered && store(host, flight, loadRun, values.get(key) as T, plan);
      host.report({ type: 'load', key, durationMs, stored, background: false });
    }
    return values;
  } finally {
    for (const flight of flights) table.land(flight as Flight);
  }
}

/** Runs the loader. @returns what is good of its values, by full key */
function run<T>(
  host: LoadHost<T>,
  flights: readonly Flight<T>[],
  runs: Runs<T>,
  load: (runs: Runs<T>) => ReadonlyMap<string, T>,
): Map<string, T> {
  for (const flight of flights) flight.loading = true;
  const loaded = runInside(flights.at(-1) as Flight, () => load(runs)); // there is at least one
  const values = new Map<string, T>();
  for (const { key } of flights) {
    const short = host.shortKey(key);
    if (!loaded.has(short)) continue;
    values.set(key, atOnce(acceptLoaded(host, key, loaded.get(short) as T, runs.get(short) as LoadRun<T>)));
  }
  return values;
}

/** What one of `keys` failed with a short while ago. */
function recall<T>(host: LoadHost<T>, keys: readonly string[]): { readonly error: unknown } | undefined {
  for (const key of keys) {
    const failure = host.table.failures.recall(key, host.clock.now());
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** The stale values of all that failed to load, if each has one. */
function staleInstead<T>(
  host: LoadHost<T>,
  flights: readonly Flight<T>[],
  plan: LoadPlan,
  error: unknown,
): Map<string, T> {
  const values = new Map<string, T>();
  const ours = isCacheError(error) && !isBackendFailure(error);
  for (const flight of flights) {
    const stale = plan.refresh || ours ? undefined : foundWithin(flight.found, plan.staleIfError, host.clock.now());
    if (stale === undefined) throw error;
    values.set(flight.key, stale.value);
  }
  for (const key of values.keys()) host.report({ type: 'stale', key, reason: 'error' });
  return values;
}

function store<T>(host: LoadHost<T>, flight: Flight<T>, loadRun: LoadRun<T>, value: T, plan: LoadPlan): boolean {
  if (loadRun.skipped || !host.table.mayStore(flight as Flight, loadRun.tags)) return false;
  try {
    return atOnce(host.set(flight.key, value, howToStore(loadRun, plan)));
  } catch (error) {
    writeFailed(host, flight.key, plan, error);
    return false;
  }
}
