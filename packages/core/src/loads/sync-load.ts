import { isPending } from '../contract/awaitable.ts';
import type { Awaitable, Entry, WriteOptions } from '../contract/backend.ts';
import { CacheBackendError, CacheCapabilityError, isCacheError } from '../contract/errors.ts';
import { asMap, type LoadedMany, type ManyLoadContext, manyContext } from './batch.ts';
import type { Flight } from './flight.ts';
import { acceptLoaded, type LoadContext, LoadRun } from './load-context.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadOptions, LoadPlan } from './load-options.ts';
import type { Loads } from './loads.ts';
import { currentFlight, runInside } from './reentry.ts';

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
    return new Map([[short, now(loader(run.context))]]);
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
    return asMap(now(loader([...runs.keys()], manyContext(contexts))));
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
      if (plan.staleFor > 0) flight.search(now(host.getEntry(key)) as Entry<T> | undefined, clock.now());
      runs.set(host.shortKey(key), new LoadRun<T>(host, flight, plan));
    }
    const began = clock.now();
    let values: ReadonlyMap<string, T>;
    try {
      values =
        plan.cacheErrors === 0
          ? run(flights, runs, load)
          : remembering(host, keys, plan, () => run(flights, runs, load));
    } catch (error) {
      for (const key of keys)
        host.report({ type: 'load-error', key, ms: clock.now() - began, error, background: false });
      return staleInstead(host, flights, plan, error);
    }
    const ms = clock.now() - began;
    const loaded = new Map<string, T>();
    for (const flight of flights) {
      const short = host.shortKey(flight.key);
      if (!values.has(short)) continue;
      const loadRun = runs.get(short) as LoadRun<T>;
      const value = now(acceptLoaded(host, flight.key, values.get(short) as T, loadRun));
      const stored = !reentered && store(host, flight, loadRun, value, plan);
      host.report({ type: 'load', key: flight.key, ms, stored, background: false });
      loaded.set(flight.key, value);
    }
    return loaded;
  } finally {
    for (const flight of flights) table.land(flight as Flight);
  }
}

function run<T>(
  flights: readonly Flight<T>[],
  runs: Runs<T>,
  load: (runs: Runs<T>) => ReadonlyMap<string, T>,
): ReadonlyMap<string, T> {
  for (const flight of flights) flight.loading = true;
  return runInside(flights.at(-1) as Flight, () => load(runs)); // there is at least one
}

/** Throws again what failed a short while ago, and remembers what fails now. */
function remembering<T, R>(host: LoadHost<T>, keys: readonly string[], plan: LoadPlan, load: () => R): R {
  const { failures } = host.table;
  for (const key of keys) {
    const failure = failures.recall(key, host.clock.now());
    if (failure !== undefined) throw failure.error;
  }
  try {
    return load();
  } catch (error) {
    for (const key of keys) failures.remember(key, error, host.clock.now() + plan.cacheErrors);
    throw error;
  }
}

/** The stale values of all that failed to load, if each has one. */
function staleInstead<T>(
  host: LoadHost<T>,
  flights: readonly Flight<T>[],
  plan: LoadPlan,
  error: unknown,
): Map<string, T> {
  const values = new Map<string, T>();
  const ours = isCacheError(error) && !(error instanceof CacheBackendError);
  for (const flight of flights) {
    const stale = plan.refresh || ours ? undefined : flight.staleWithin(plan.staleIfError, host.clock.now());
    if (stale === undefined) throw error;
    values.set(flight.key, stale.value);
  }
  for (const key of values.keys()) host.report({ type: 'stale', key, reason: 'error' });
  return values;
}

function store<T>(host: LoadHost<T>, flight: Flight<T>, loadRun: LoadRun<T>, value: T, plan: LoadPlan): boolean {
  if (loadRun.skipped || !host.table.mayStore(flight as Flight, loadRun.tags)) return false;
  const { ttl, tags } = loadRun;
  const options: WriteOptions = {
    ttl,
    staleFor: ttl === null ? 0 : plan.staleFor,
    tags: tags.length > 0 ? tags : undefined,
  };
  return now(host.set(flight.key, value, options));
}

/** The value of a synchronous backend or loader. */
function now<R>(value: Awaitable<R>): R {
  if (!isPending(value)) return value;
  value.catch(() => {});
  throw new CacheCapabilityError(
    'SyncCache: expected a loader and a backend that answer at once, got a promise; use Cache for what is asynchronous',
  );
}
