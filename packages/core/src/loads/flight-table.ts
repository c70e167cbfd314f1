import { KeyOrder } from '../compose/key-order.ts';
import { isPending } from '../contract/awaitable.ts';
import type { Awaitable } from '../contract/backend.ts';
import { FailureMemory } from './failure-memory.ts';
import { Flight } from './flight.ts';
import { TagInvalidations } from './tag-invalidations.ts';

// Invalidations remembered for loads that run meanwhile. Past this many, those no running load can have missed are dropped.
const tagMemory = 1_000;

/**
 * The loads that run on one backend object, and the changes made to it meanwhile: shared by every cache and namespace
 * above that object.
 *
 * Invariants. A value is stored only if no change of its key (set, delete, expire, clear of a prefix of it, invalidation
 * of one of its tags) was under way at any moment between the start of its flight and the sending of its fill. A change
 * waits for a fill already sent, so that the fill cannot land after it. What is remembered of a change is bounded by what
 * is under way: nothing is kept per key once its flights and changes are settled.
 */
export class FlightTable {
  /** Flights that callers may join, by full key. */
  readonly flights: Map<string, Flight> = new Map();
  /** Flights nobody may join (fenced while running, or never shared), still to be fenced and waited for. */
  readonly strays: Set<Flight> = new Set();
  readonly failures: FailureMemory = new FailureMemory();
  /** Writes through, one at a time for each key. */
  readonly turns: KeyOrder = new KeyOrder();
  /** Of the open caches above the backend, each with the `name` it was given. */
  readonly prefixes: Map<string, { readonly name: string | undefined; warned?: boolean }> = new Map();
  /** Counts tag invalidations; a flight compares it with the number it began at. */
  sequence = 0;
  /** Counts landings and acknowledged changes: a miss read before one and handled after it may be out of date. */
  moves = 0;
  /** Counts changes begun: a read sent before one is not for who comes after. */
  changes = 0;
  readonly #invalidated = new TagInvalidations();
  // Changes under way: how many, by key, by prefix and by tag.
  readonly #keys = new Map<string, number>();
  readonly #prefixes = new Map<string, number>();
  readonly #tags = new Map<string, number>();

  /** Announces a load of `key`. */
  begin<T>(
    key: string,
    parent: Flight | undefined,
    tags: readonly string[],
    refreshing: boolean,
    shared: boolean,
  ): Flight<T> {
    const flight = new Flight<T>(this, key, this.sequence, parent, tags, refreshing);
    this.#invalidated.begin(this.sequence);
    if (shared) this.flights.set(key, flight as Flight);
    else this.strays.add(flight as Flight);
    return flight;
  }

  /** Takes a settled flight out. */
  land(flight: Flight): void {
    flight.landed = true;
    this.moves++;
    if (this.flights.get(flight.key) === flight) this.flights.delete(flight.key);
    this.strays.delete(flight);
    if (this.#idle) this.#invalidated.clear();
  }

  /** Whether no change of its key, or of a tag it would carry, was under way since the flight began. */
  mayStore(flight: Flight, tags: readonly string[]): boolean {
    if (flight.broken || this.#keys.has(flight.key)) return false;
    for (const prefix of this.#prefixes.keys()) if (flight.key.startsWith(prefix)) return false;
    for (const tag of tags) if (this.#tags.has(tag)) return false;
    return this.overtakenAt(flight, tags) === -1;
  }

  /** The sequence number of the first invalidation of one of `tags` since the flight began, or -1. */
  overtakenAt(flight: Flight, tags: readonly string[]): number {
    return this.#invalidated.firstAfter(flight.since, tags);
  }

  /** Makes a change of `key`: see the invariants. */
  changeKey<R>(key: string, change: () => Awaitable<R>): Awaitable<R> {
    this.changes++;
    const fills = this.#fenceKey(key, undefined);
    if (fills === undefined) {
      const result = change();
      if (!isPending(result)) return result;
      count(this.#keys, key);
      return this.#after(result, () => {
        discount(this.#keys, key);
        this.#fenceKey(key, undefined);
      });
    }
    return this.changeKeys([key], change);
  }

  /** Makes a change of all of `keys`. */
  changeKeys<R>(keys: readonly string[], change: () => Awaitable<R>): Awaitable<R> {
    return this.#change(this.#keys, keys, change, (fills) => {
      for (const key of keys) fills = this.#fenceKey(key, fills);
      return fills;
    });
  }

  /** Makes a change of every key that starts with `prefix`. */
  changePrefix<R>(prefix: string, change: () => Awaitable<R>): Awaitable<R> {
    return this.#change(this.#prefixes, [prefix], change, (fills) => {
      this.failures.clear();
      return this.#fence((flight) => flight.key.startsWith(prefix), fills);
    });
  }

  /** Makes an invalidation of `tags`. What carries them is known of a running load only once its loader is done. */
  changeTags<R>(tags: readonly string[], change: () => Awaitable<R>): Awaitable<R> {
    return this.#change(this.#tags, tags, change, (fills) => {
      this.sequence++;
      this.failures.clear();
      if (this.#idle) return fills;
      this.#invalidated.record(tags, this.sequence);
      if (this.#invalidated.size > tagMemory) this.#forget();
      const carries = (flight: Flight): boolean => flight.declared.some((tag) => tags.includes(tag));
      return this.#running.reduce((found, flight) => withFill(flight, found), this.#fence(carries, fills));
    });
  }

  /** Resolves when every load that runs now has landed, or after `bound` milliseconds; `undefined` when none runs. */
  settled(bound: number): Promise<void> | undefined {
    return this.#idle ? undefined : this.#settled(bound);
  }

  async #settled(bound: number): Promise<void> {
    const running = this.#running.map((flight) => flight.landing.catch(() => {}));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, bound);
    });
    await Promise.race([Promise.all(running), late]);
    clearTimeout(timer);
  }

  /** Makes a change of what has `names`; while it is under way it stands in `underWay`. */
  #change<R>(
    underWay: Map<string, number>,
    names: readonly string[],
    change: () => Awaitable<R>,
    fence: (fills: Promise<unknown>[] | undefined) => Promise<unknown>[] | undefined,
  ): Awaitable<R> {
    this.changes++;
    const fills = fence(undefined);
    const result = fills === undefined ? change() : Promise.all(fills).then(change);
    if (!isPending(result)) return result;
    for (const name of names) count(underWay, name);
    return this.#after(result, () => {
      for (const name of names) discount(underWay, name);
      fence(undefined);
    });
  }

  /** Fences again when a change is acknowledged: loads begun meanwhile may have read what was there before. */
  #after<R>(result: Promise<R>, done: () => void): Promise<R> {
    return result.finally(() => {
      this.moves++;
      done();
    });
  }

  /** Fences the flight of `key`; adds fills already sent to `fills`. */
  #fenceKey(key: string, fills: Promise<unknown>[] | undefined): Promise<unknown>[] | undefined {
    this.failures.forget(key);
    const flight = this.flights.get(key);
    let found = fills;
    if (flight !== undefined) found = this.fence(flight, found);
    if (this.strays.size > 0) for (const stray of this.strays) if (stray.key === key) found = this.fence(stray, found);
    return found;
  }

  #fence(match: (flight: Flight) => boolean, fills: Promise<unknown>[] | undefined): Promise<unknown>[] | undefined {
    let found = fills;
    for (const flight of this.#running) if (match(flight)) found = this.fence(flight, found);
    return found;
  }

  /** Takes one flight out of the joinable ones and forbids its fill; adds a fill already sent to `fills`. */
  fence(flight: Flight, fills?: Promise<unknown>[]): Promise<unknown>[] | undefined {
    flight.break();
    if (this.flights.get(flight.key) === flight) {
      this.flights.delete(flight.key);
      this.strays.add(flight);
    }
    return withFill(flight, fills);
  }

  #forget(): void {
    this.#invalidated.forget(this.#running.reduce((oldest, { since }) => Math.min(oldest, since), this.sequence));
  }

  get #running(): Flight[] {
    return [...this.flights.values(), ...this.strays];
  }

  get #idle(): boolean {
    return this.flights.size === 0 && this.strays.size === 0;
  }
}

/** `fills`, and the one of `flight` if it was sent. */
function withFill(flight: Flight, fills: Promise<unknown>[] | undefined): Promise<unknown>[] | undefined {
  return flight.writing === undefined ? fills : [...(fills ?? []), flight.writing];
}

const tables = new WeakMap<object, FlightTable>();
// What other copies of this package in the process have tables of. Registered: every copy looks here.
const anywhere = Symbol.for('@cache/core/tables');

/** The table of a backend object. `split`: another copy of this package has one too, and neither knows what the other does. */
export function flightTable(backend: object, split?: () => void): FlightTable {
  let table = tables.get(backend);
  if (table === undefined) {
    table = new FlightTable();
    tables.set(backend, table);
    const shared = globalThis as { [anywhere]?: WeakSet<object> };
    shared[anywhere] ??= new WeakSet();
    if (shared[anywhere].has(backend)) split?.();
    shared[anywhere].add(backend);
  }
  return table;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function discount(counts: Map<string, number>, name: string): void {
  const left = (counts.get(name) as number) - 1; // counted before
  if (left === 0) counts.delete(name);
  else counts.set(name, left);
}
