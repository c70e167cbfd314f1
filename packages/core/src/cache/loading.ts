import { isPending } from '../contract/awaitable.ts';
import type { Awaitable, Backend } from '../contract/backend.ts';
import { isLeasing, type Leasing } from '../contract/capabilities.ts';
import { CacheConfigError, isCacheError } from '../contract/errors.ts';
import { type CacheResult, MISS } from '../contract/result.ts';
import type { ManyLoader } from '../loads/batch.ts';
import type { Loader } from '../loads/load-context.ts';
import { loadMany } from '../loads/load-many.ts';
import type { LoadOptions } from '../loads/load-options.ts';
import { currentFlight } from '../loads/reentry.ts';
import { SharedReads } from '../loads/shared-reads.ts';
import {
  loadManySync,
  loadSync,
  type SyncLoader,
  type SyncLoadOptions,
  type SyncManyLoader,
} from '../loads/sync-load.ts';
import type { Engine } from './engine.ts';

/**
 * The value of `key`, or what `loader` makes. One async frame, whether it hits or waits for a load: ten thousand callers
 * of a cold key cost ten thousand frames and nothing else. Only what bounds or stale answers ask for takes a second one.
 */
export async function getOrSet<T>(
  engine: Engine<T>,
  key: string,
  loader: Loader<T>,
  options: LoadOptions | undefined,
): Promise<T> {
  const full = engine.full(key);
  const { loads, family } = engine;
  assertLoader(loader);
  if (options !== undefined) loads.check(options);
  const caller = currentFlight();
  if (caller !== undefined && loads.reenters(full, loads.plan(options), caller))
    return loads.unshared(full, loader, loads.plan(options), caller);
  if (!engine.serves()) return loads.unshared(full, loader, loads.plan(options), caller);
  const { table } = family;
  let force = false;
  let moves = -1;
  if (options?.refresh !== true) {
    try {
      if (loads.early || options?.refreshAhead !== undefined || options?.earlyExpiration !== undefined) {
        moves = table.moves;
        const entry = await engine.backend.getEntry(full);
        if (entry !== undefined && (entry.freshFor === null || entry.freshFor > 0)) {
          engine.found(key, { hit: true, value: entry.value });
          loads.ahead(full, entry, loader, loads.plan(options));
          return entry.value;
        }
      } else {
        let found: Awaitable<CacheResult<T>> =
          loads.reads === undefined ? engine.backend.get(full) : loads.reads.read(engine.backend, full, table.changes);
        if (isPending(found)) {
          loads.reads ??= new SharedReads();
          moves = table.moves;
          found = await found;
        }
        if (found.hit) {
          engine.found(key, found);
          return found.value;
        }
      }
    } catch (error) {
      force = unreadable(engine, error, key, options);
    }
  }
  engine.found(key, MISS);
  const plan = loads.plan(options);
  // Another load may have landed since the miss was read: look again, where the lease does not.
  const start = { force, recheck: moves !== -1 && moves !== table.moves, parent: caller };
  if (!plan.plain) return loads.miss(full, loader, plan, start);
  for (;;) {
    const joined = table.sequence;
    const running = loads.running(full, plan);
    const late = running?.loading ?? false;
    const landing = await (running === undefined
      ? loads.start(full, loader, plan, start).wait()
      : loads.join(running, plan));
    if (loads.stands(landing, joined, late)) return landing.value;
  }
}

export async function getOrSetMany<T>(
  engine: Engine<T>,
  keys: Iterable<string>,
  loadMissing: ManyLoader<T>,
  options: LoadOptions | undefined,
): Promise<Map<string, T>> {
  const fulls = engine.fulls(keys);
  const { loads, host } = engine;
  assertLoader(loadMissing);
  const plan = loads.plan(options);
  const caller = currentFlight();
  if (caller !== undefined) for (const full of fulls) loads.reenters(full, { ...plan, onReentry: 'throw' }, caller);
  if (fulls.length === 0) return new Map();
  const serves = engine.serves();
  const found = serves && !plan.refresh ? await readMany(engine, fulls, options) : new Map<string, T>();
  const missing: string[] = [];
  for (const full of fulls) {
    const hit = found.has(full);
    if (!hit) missing.push(full);
    if (serves) engine.found(engine.own(full), hit ? { hit, value: found.get(full) as T } : MISS);
  }
  const loaded = await loadMany(
    host,
    loads,
    missing,
    loadMissing,
    serves ? plan : { ...plan, singleFlight: false },
    caller,
  );
  const all = new Map<string, T>();
  for (const full of fulls) {
    if (found.has(full)) all.set(engine.own(full), found.get(full) as T);
    else if (loaded.has(full)) all.set(engine.own(full), loaded.get(full) as T);
  }
  return all;
}

export function getOrSetSync<T>(
  engine: Engine<T>,
  key: string,
  loader: SyncLoader<T>,
  options: SyncLoadOptions | undefined,
): T {
  const full = engine.full(key);
  const { loads, host } = engine;
  assertLoader(loader);
  if (options !== undefined) loads.check(options);
  if (engine.serves()) {
    if (options?.refresh !== true) {
      try {
        // A backend that answers later is refused where the value is used.
        const found = engine.backend.get(full) as CacheResult<T>;
        if (found.hit) {
          engine.found(key, found);
          return found.value;
        }
      } catch (error) {
        unreadable(engine, error, key, options);
      }
    }
    engine.found(key, MISS);
  }
  return loadSync(host, loads, full, loader, loads.plan(options));
}

export function getOrSetManySync<T>(
  engine: Engine<T>,
  keys: Iterable<string>,
  loadMissing: SyncManyLoader<T>,
  options: SyncLoadOptions | undefined,
): Map<string, T> {
  const fulls = engine.fulls(keys);
  const { loads, host, backend } = engine;
  assertLoader(loadMissing);
  const plan = loads.plan(options);
  const serves = engine.serves();
  const found = new Map<string, T>();
  for (const full of serves && !plan.refresh ? fulls : []) {
    try {
      const one = backend.get(full) as CacheResult<T>; // one that answers later is refused where values are stored
      if (one.hit) found.set(full, one.value);
    } catch (error) {
      unreadable(engine, error, engine.own(full), options);
    }
  }
  const missing = fulls.filter((full) => !found.has(full));
  if (serves)
    for (const full of fulls)
      engine.found(engine.own(full), found.has(full) ? { hit: true, value: found.get(full) as T } : MISS);
  const loaded = missing.length === 0 ? found : loadManySync(host, loads, missing, loadMissing, plan);
  const all = new Map<string, T>();
  for (const full of fulls) {
    const from = found.has(full) ? found : loaded;
    if (from.has(full)) all.set(engine.own(full), from.get(full) as T);
  }
  return all;
}

/** A batch in which one entry cannot be read is read key by key: that one is loaded, the others are not. */
async function readMany<T>(
  engine: Engine<T>,
  fulls: readonly string[],
  options: LoadOptions | undefined,
): Promise<ReadonlyMap<string, T>> {
  const { backend } = engine;
  try {
    return await backend.getMany(fulls);
  } catch (error) {
    if (!unreadable(engine, error, undefined, options)) return new Map();
  }
  const found = new Map<string, T>();
  await Promise.all(
    fulls.map(async (full) => {
      try {
        const one = await backend.get(full);
        if (one.hit) found.set(full, one.value);
      } catch (error) {
        unreadable(engine, error, engine.own(full), options);
      }
    }),
  );
  return found;
}

/**
 * A read failed before a load. @returns whether the entry is there and cannot be read, which the load heals; `false`
 * where the backend failed and the cache is told to go on without it
 * @throws the failure, otherwise
 */
function unreadable<T>(
  engine: Engine<T>,
  error: unknown,
  key: string | undefined,
  options: LoadOptions | undefined,
): boolean {
  const keys = key === undefined ? [] : [key];
  const heals =
    isCacheError(error) &&
    error.code === 'SERIALIZATION' &&
    (options?.onCorrupt ?? engine.family.loads.onCorrupt) !== 'throw';
  if (heals) engine.swallowed(error, 'getOrSet', keys);
  else engine.failed(error, 'getOrSet', keys, undefined);
  return heals;
}

function assertLoader(loader: unknown): void {
  if (typeof loader !== 'function')
    throw new CacheConfigError(`loader: expected a function, got ${loader === null ? 'null' : typeof loader}`);
}

/** The leases of `backend`, with failures told in the caller's keys. */
export function leasingOf<T>(
  backend: Backend<T>,
  told: <R>(key: string, call: () => Awaitable<R>) => Awaitable<R>,
): Leasing<T> | undefined {
  if (!isLeasing<T>(backend)) return undefined;
  return {
    acquire: (key, ttl, ifFreshFor) => told(key, () => backend.acquire(key, ttl, ifFreshFor)),
    renew: (lease, ttl) => backend.renew(lease, ttl),
    release: (lease) => backend.release(lease),
    settled: (key, signal) => backend.settled(key, signal),
  };
}
