import { isPending } from '../contract/awaitable.ts';
import type { Entry } from '../contract/backend.ts';
import type { Lease } from '../contract/capabilities.ts';
import { CacheError, CacheLeaseTimeoutError, isBackendFailure } from '../contract/errors.ts';
import { isFresh } from '../contract/fresh.ts';
import { answer } from './answer.ts';
import type { Flight, Landing } from './flight.ts';
import { obtainLease } from './lease.ts';
import type { Loader } from './load-context.ts';
import type { LoadHost } from './load-host.ts';
import { type LoadOptions, type LoadPlan, planLoad } from './load-options.ts';
import { isInside } from './reentry.ts';
import { nothing, runLoader, storedEntry } from './run-loader.ts';
import type { SharedReads } from './shared-reads.ts';
import { tooLong } from './waiting.ts';

/** How a flight is started. */
export interface Start {
  /** Load although a fresh entry may be there: it is corrupt, or a refresh was asked for. */
  readonly force?: boolean;
  /** Nobody waits: the entry has at most this many milliseconds of freshness left. */
  readonly behind?: number;
  /** Look again before loading: a load of this key may have landed since the caller read its miss. */
  readonly recheck?: boolean;
  /** In whose loader the call was made, if in one: this load is waited for there. */
  readonly parent?: Flight | undefined;
}

/** Runs loaders for one cache: one per key at a time, shared by all who wait, stored only if nothing changed meanwhile. */
export class Loads<T> {
  readonly #host: LoadHost<T>;
  readonly #plan: LoadPlan;
  /** Once the backend is known to answer later: callers of one moment share their read. */
  reads: SharedReads<T> | undefined;
  /** Whether hits have to be looked at for being renewed ahead, unless a call says otherwise. */
  readonly early: boolean;
  // Options that were found good: most callers pass the same object each time.
  #last: LoadOptions | undefined;
  readonly #checked = new WeakSet<LoadOptions>();
  // Moving average of how long loads take, for early expiration.
  #cost = 0;

  constructor(host: LoadHost<T>) {
    this.#host = host;
    this.#plan = planLoad({}, host.defaults, host.ttl);
    this.early = this.#plan.refreshAhead !== undefined || this.#plan.beta !== undefined;
  }

  /** The cheap part of checking options, for hits: an object seen before is good, and a number is a time to live or not. */
  check(options: LoadOptions, atOnce?: boolean): void {
    if (options === this.#last || (typeof options?.ttl === 'number' && options.ttl >= 1)) return;
    // Many functions with options of their own may share a cache.
    if (!this.#checked.has(options)) this.plan(options, atOnce);
    this.#checked.add(options);
    this.#last = options;
  }

  /** @throws {CacheError} on a bad option */
  plan(options: LoadOptions | undefined, atOnce?: boolean): LoadPlan {
    if (options === undefined) return this.#plan;
    const plan = planLoad(options, this.#host.defaults, this.#host.ttl, atOnce);
    return options.tags === undefined ? plan : { ...plan, tags: this.#host.tags(options.tags) };
  }

  /**
   * Answers a caller who found no fresh entry. Callers with a plain plan wait in a frame of their own instead (`running`,
   * `start`, `join`, `stands`): ten thousand of them must cost no more than one frame each.
   */
  async miss(key: string, loader: Loader<T>, plan: LoadPlan, start: Start): Promise<T> {
    const { table } = this.#host;
    for (let begin = start; ; begin = { ...start, recheck: true }) {
      plan.signal?.throwIfAborted();
      const joined = table.sequence;
      const running = this.running(key, plan);
      const asked = running?.asked;
      try {
        const given = await answer(this.#host, running ?? this.start(key, loader, plan, begin), plan, asked);
        if ('stale' in given) return given.stale;
        if (this.stands(given.landing, joined, asked)) return given.landing.value;
      } catch (error) {
        if (!(error instanceof CacheLeaseTimeoutError) || plan.onWaitTimeout === 'throw') throw error;
        return this.unshared(key, loader, plan, start.parent);
      }
    }
  }

  /** The running load a caller may join. */
  running(key: string, plan: LoadPlan): Flight<T> | undefined {
    if (!plan.singleFlight) return undefined;
    const flight = this.#host.table.flights.get(key) as Flight<T> | undefined;
    if (flight === undefined) return undefined;
    // A refresh promises a value loaded after the call.
    if (plan.refresh && !(flight.refreshing && !flight.loading)) return undefined;
    this.#host.report({ type: 'wait', key });
    return flight;
  }

  /** Whether a caller who joined at sequence number `joined`, when the flight had `asked` so much, may have this value. */
  stands(landing: Landing<T>, joined: number, asked = 0): boolean {
    if (!landing.found || asked >= landing.asOf) return false;
    return landing.overtakenAt === -1 || joined < landing.overtakenAt;
  }

  /** What a caller waits for who joined `flight`. */
  join(flight: Flight<T>, plan: LoadPlan): Promise<Landing<T>> {
    flight.wait();
    return flight.joined(plan.waitTimeout, () => tooLong(this.#host, flight.key, plan));
  }

  /** Begins a load of `key`. The flight is in its table when this returns, and its loader may have run. */
  start(key: string, loader: Loader<T>, plan: LoadPlan, start: Start): Flight<T> {
    const { table } = this.#host;
    const before = plan.refresh ? table.flights.get(key) : undefined;
    const fills = before === undefined ? undefined : table.fence(before);
    const flight = table.begin<T>(key, start.parent, plan.tags, plan.refresh, plan.singleFlight);
    flight.landing = this.#fly(flight, loader, plan, start, fills);
    flight.landing.catch(() => {}); // whoever waits sees it; work behind an answer is reported
    return flight;
  }

  /** Renews an entry that is still fresh, if it is due and nobody does it yet. */
  ahead(key: string, entry: Entry<unknown>, loader: Loader<T>, plan: LoadPlan): void {
    const rest = this.#due(entry, plan);
    if (rest === undefined) return;
    const { table, clock } = this.#host;
    if (table.flights.has(key) || table.failures.recall(key, clock.now()) !== undefined) return;
    const flight = this.start(key, loader, plan, { behind: rest });
    flight.keep();
    // Once per window: a failure is not repeated before the entry has expired.
    const until = clock.now() + (entry.freshFor as number); // what never expires is never due
    flight.landing.catch((error: unknown) => table.failures.remember(key, error, until));
  }

  /** Runs the loader for this caller alone and stores nothing. */
  async unshared(key: string, loader: Loader<T>, plan: LoadPlan, caller: Flight | undefined): Promise<T> {
    const flight = this.#host.table.begin<T>(key, caller, [], false, false);
    flight.awaited = true;
    const landing = runLoader(this.#host, flight, loader, plan, undefined, false);
    flight.landing = landing;
    try {
      return (await landing).value;
    } finally {
      this.#host.table.land(flight as Flight);
    }
  }

  /**
   * Whether the caller, in the loader of the flight `caller`, is inside a load of `key`. Asked before the first await, or
   * it is not known any more who calls.
   * @throws {CacheError} with code `REENTRANT_LOAD` unless the plan says to run the loader then
   */
  reenters(key: string, plan: LoadPlan, caller: Flight | undefined): boolean {
    if (caller === undefined || !isInside(this.#host.table, key, caller)) return false;
    if (plan.onReentry === 'run') return true;
    const short = this.#host.shortKey(key);
    throw new CacheError(
      `key ${JSON.stringify(short)}: expected its loader not to ask for the key it loads, got a getOrSet of it inside`,
      { code: 'REENTRANT_LOAD', key: short },
    );
  }

  #due(entry: Entry<unknown>, plan: LoadPlan): number | undefined {
    if (entry.freshFor === null) return undefined;
    if (plan.refreshAhead !== undefined && plan.ttl !== null) {
      const rest = (1 - plan.refreshAhead) * plan.ttl;
      if (entry.freshFor <= rest) return rest;
    }
    if (plan.beta !== undefined) {
      const early = -this.#cost * plan.beta * Math.log(1 - Math.random());
      if (entry.freshFor <= early) return entry.freshFor;
    }
    return undefined;
  }

  async #fly(
    flight: Flight<T>,
    loader: Loader<T>,
    plan: LoadPlan,
    start: Start,
    fills: Promise<unknown>[] | undefined,
  ): Promise<Landing<T>> {
    const host = this.#host;
    try {
      if (fills !== undefined) await Promise.all(fills);
      this.#recall(flight.key, plan, plan.staleFor === 0);
      let lease: Lease | undefined;
      let store = true;
      const { leasing } = host;
      if (leasing !== undefined) {
        try {
          const atLeast = start.force === true || plan.refresh ? Number.POSITIVE_INFINITY : (start.behind ?? 0);
          const alone = start.behind !== undefined || !plan.singleFlight;
          const obtained = await obtainLease(host, leasing, flight, plan, atLeast, alone);
          if (!obtained.load && plan.singleFlight)
            return obtained.entry === undefined ? nothing : landed(obtained.entry.value, flight.asked);
          lease = obtained.load ? obtained.lease : undefined;
          store = lease !== undefined;
        } catch (error) {
          if (!host.bypass || !isBackendFailure(error)) throw error;
          host.report({ type: 'swallowed', key: flight.key, operation: 'lease', error });
          store = false;
        }
        if (flight.broken) {
          if (lease !== undefined) await Promise.resolve(leasing.release(lease)).catch(() => {});
          return nothing;
        }
      } else if (plan.staleFor > 0 || start.recheck === true) {
        flight.asked++;
        const found = storedEntry(host, flight.key, plan);
        const entry = isPending(found) ? await found : found;
        if (flight.broken) return nothing;
        if (isFresh(entry) && start.force !== true && start.behind === undefined && !plan.refresh)
          return landed(entry.value, flight.asked);
        flight.search(entry, host.clock.now());
      } else {
        flight.search(undefined, 0);
      }
      this.#recall(flight.key, plan, plan.staleFor > 0);
      const began = host.clock.now();
      // Told by now what there is, whoever began it waits unless it was something stale.
      if (start.behind === undefined && flight.found === undefined) flight.awaited = true;
      const landing = await runLoader(host, flight, loader, plan, lease, store);
      const ms = host.clock.now() - began;
      this.#cost = this.#cost === 0 ? ms : this.#cost * 0.8 + ms * 0.2;
      return landing;
    } finally {
      flight.search(undefined, 0);
      host.table.land(flight as Flight);
    }
  }

  /** Rejects again what failed a short while ago. */
  #recall(key: string, plan: LoadPlan, here: boolean): void {
    if (!here || plan.cacheErrors === 0) return;
    const failure = this.#host.table.failures.recall(key, this.#host.clock.now());
    if (failure !== undefined) throw failure.error;
  }
}

function landed<T>(value: T, asOf: number): Landing<T> {
  return { found: true, value, overtakenAt: -1, asOf };
}
