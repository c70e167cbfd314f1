import { andThen, isPending } from '../contract/awaitable.ts';
import type { Awaitable } from '../contract/backend.ts';
import { isSerializationFailure } from '../contract/errors.ts';
import { isFresh } from '../contract/fresh.ts';
import { assertMiss, type CacheResult, hit, MISS } from '../contract/result.ts';
import { instead } from '../loads/answer.ts';
import type { Flight } from '../loads/flight.ts';
import type { Loader } from '../loads/load-context.ts';
import type { LoadOptions, LoadPlan } from '../loads/load-options.ts';
import type { Start } from '../loads/loads.ts';
import { currentFlight } from '../loads/reentry.ts';
import { SharedReads } from '../loads/shared-reads.ts';
import type { Engine } from './engine.ts';
import { aFunction, demand } from './option-checks.ts';

/**
 * The value of `key`, or what `loader` makes. No async frame stands between a caller and what it waits for: a hit of a
 * backend that answers at once costs one promise, and ten thousand callers of a cold key one `then` each.
 */
export function getOrSet<T>(
  engine: Engine<T>,
  key: string,
  loader: Loader<T>,
  options: LoadOptions | undefined,
): Promise<T> {
  try {
    const full = engine.full(key);
    const { loads, backend } = engine;
    assertLoader(loader);
    if (options !== undefined) loads.check(options);
    const caller = currentFlight();
    if (caller !== undefined && loads.reenters(full, loads.plan(options), caller))
      return loads.unshared(full, loader, loads.plan(options), caller);
    if (!engine.serves()) return loads.unshared(full, loader, loads.plan(options), caller);
    if (options?.refresh === true) return missed(engine, { key, full, loader, options, caller }, { blind: true });
    let found: Awaitable<CacheResult<T>>;
    try {
      if (loads.early || options?.refreshAhead !== undefined || options?.earlyExpiration !== undefined)
        found = getAhead(engine, full, loader, options);
      else if (loads.reads === undefined) found = backend.get(full);
      else found = loads.reads.read(backend, full, engine.family.table.changes);
    } catch (error) {
      return unread(engine, { key, full, loader, options, caller }, error);
    }
    if (isPending(found)) {
      if (loads.reads === undefined) {
        loads.reads = new SharedReads();
        loads.reads.share(full, found, engine.family.table.changes);
      }
      return getLater(engine, { key, full, loader, options, caller }, found);
    }
    if (found?.hit === true) {
      engine.found(key, found);
      return answered(found.value);
    }
    assertMiss(found, backend);
    return missed(engine, { key, full, loader, options, caller }, {});
  } catch (error) {
    return Promise.reject(error);
  }
}

/** One call of getOrSet. */
interface Request<T> {
  readonly key: string;
  readonly full: string;
  readonly loader: Loader<T>;
  readonly options: LoadOptions | undefined;
  /** In whose loader the call was made, if in one. */
  readonly caller: Flight | undefined;
}

// The cheapest promise of a value there is: cheaper than Promise.resolve, and than an async function that does more.
async function answered<T>(value: T): Promise<T> {
  return value;
}

async function getLater<T>(engine: Engine<T>, request: Request<T>, read: Promise<CacheResult<T>>): Promise<T> {
  const { table } = engine.family;
  const { moves } = table;
  try {
    const found = await read;
    if (found?.hit === true) {
      engine.found(request.key, found, true);
      return found.value;
    }
    assertMiss(found, engine.backend);
  } catch (error) {
    return unread(engine, request, error);
  }
  return missed(engine, request, { recheck: moves !== table.moves });
}

/** Reads an entry, looking at the time that it has left: it is renewed behind when that is due. */
function getAhead<T>(
  { backend, loads }: Engine<T>,
  full: string,
  loader: Loader<T>,
  options: LoadOptions | undefined,
): Awaitable<CacheResult<T>> {
  return andThen(backend.getEntry(full), (entry) => {
    if (!isFresh(entry)) return MISS;
    loads.ahead(full, entry, loader, loads.plan(options));
    return hit(entry.value);
  });
}

/** Why a load begins. */
interface Miss {
  /** There is an entry, and it cannot be read. */
  readonly force?: boolean;
  /** Something happened since it was looked for: look again, unless a lease does. */
  readonly recheck?: boolean;
  /** The backend did not answer, or was not asked. */
  readonly blind?: boolean;
}

/** The read before a load failed. Who goes on without a backend loads first; else near may answer, or nobody does. */
async function unread<T>(engine: Engine<T>, request: Request<T>, error: unknown): Promise<T> {
  const { key, full, options } = request;
  const { loads, host } = engine;
  const plan = loads.plan(options);
  const stale = host.bypass ? undefined : await instead(host, full, plan, error);
  if (stale !== undefined) {
    engine.unseen(key);
    engine.swallowed(error, 'getOrSet', [key]);
    return stale.value;
  }
  return missed(engine, request, { force: unreadable(engine, error, key, options), blind: true });
}

/** Nothing fresh was found. */
function missed<T>(engine: Engine<T>, request: Request<T>, miss: Miss): Promise<T> {
  const { key, full, loader, options, caller } = request;
  if (miss.blind === true) engine.unseen(key);
  else engine.found(key, MISS);
  const plan = engine.loads.plan(options);
  const start = { ...miss, parent: caller };
  return plan.plain ? shared(engine, full, loader, plan, start) : engine.loads.miss(full, loader, plan, start);
}

/** What the running load of a key gives, or a new one. */
function shared<T>(engine: Engine<T>, full: string, loader: Loader<T>, plan: LoadPlan, start: Start): Promise<T> {
  const { loads, family } = engine;
  const joined = family.table.sequence;
  const running = loads.running(full, plan);
  const asked = running?.asked;
  const landing = running === undefined ? loads.start(full, loader, plan, start).wait() : loads.join(running, plan);
  return landing.then(
    (landed) =>
      loads.stands(landed, joined, asked)
        ? landed.value
        : shared(engine, full, loader, plan, { ...start, recheck: true }), // the miss is old by now
  );
}

/**
 * A read failed before a load. @returns whether the entry is there and cannot be read, which the load heals; `false`
 * where the backend failed and the cache is told to go on without it
 * @throws the failure, otherwise
 */
export function unreadable<T>(
  engine: Engine<T>,
  error: unknown,
  key: string | undefined,
  options: LoadOptions | undefined,
): boolean {
  const keys = key === undefined ? [] : [key];
  const heals = isSerializationFailure(error) && (options?.onCorrupt ?? engine.defaults.onCorrupt) !== 'throw';
  if (heals) engine.swallowed(error, 'getOrSet', keys);
  else engine.failed(error, 'getOrSet', keys, undefined);
  return heals;
}

/** What was `found` and what was `loaded` of many keys, in the order of `fulls`, by the caller's keys. */
export function inOrder<T>(
  engine: Engine<T>,
  fulls: readonly string[],
  found: ReadonlyMap<string, T>,
  loaded: ReadonlyMap<string, T>,
): Map<string, T> {
  const all = new Map<string, T>();
  for (const full of fulls) {
    const from = found.has(full) ? found : loaded;
    if (from.has(full)) all.set(engine.own(full), from.get(full) as T);
  }
  return all;
}

/** @throws {CacheConfigError} on what is no function */
export function assertLoader(loader: unknown): void {
  demand('loader', aFunction, loader);
}
