import type { Entry } from '../contract/backend.ts';
import { alarm } from '../time/alarm.ts';

/** How a load ended for those who waited for it. */
export interface Landing<T> {
  /** `false`: there is no value (a batch loader left the key out, or another process kept the lease): load it yourself. */
  readonly found: boolean;
  readonly value: T;
  /** Sequence number of the first invalidation that overtook it, or -1: who joined at or after that number loads again. */
  readonly overtakenAt: number;
  /**
   * Who joined when the flight had asked this much or more loads again: the value may be older than their call, changed
   * since by a process that this one has not heard of. `Infinity`: it is for everybody.
   */
  readonly asOf: number;
}

/** What was found stored, and when. */
export interface Found<T> {
  readonly entry: Entry<T>;
  readonly at: number;
}

/** The entry found, if it is at most `window` milliseconds past its deadline at `now`. */
export function foundWithin<T>(found: Found<T> | undefined, window: number, now: number): Entry<T> | undefined {
  if (found === undefined || found.entry.freshFor === null) return undefined;
  return now - found.at - found.entry.freshFor <= window ? found.entry : undefined;
}

/**
 * One running load of one key, from the moment it is announced until its fill is acknowledged.
 *
 * It is in its table's `flights` unless it was fenced: then it runs on for those who wait, its value is not stored, and
 * whoever comes starts another.
 */
export class Flight<T = unknown> {
  /** The table it belongs to, by identity. */
  readonly table: object;
  readonly key: string;
  /** The flight in whose loader this one was started; `undefined` for background work, which nobody inside waits for. */
  readonly parent: Flight | undefined;
  /** The table's sequence number when it began. */
  readonly since: number;
  /** Tags known before the loader ran. */
  readonly declared: readonly string[];
  /** Whether it may answer callers that ask for a value loaded after they asked. */
  readonly refreshing: boolean;
  /** The key was changed meanwhile: do not store. */
  broken = false;
  /** The loader has begun. */
  loading = false;
  /** How often it has asked the backend or its loader: who joins later may see an answer that is older than their call. */
  asked = 0;
  landed = false;
  /** The fill, once it is sent: a change of the key lets it land first. Never rejects. */
  writing: Promise<unknown> | undefined;
  landing: Promise<Landing<T>> = unset;
  /** Called once when it is fenced or abandoned: a lease is of no use any more. */
  onBroken: (() => void) | undefined;
  /** Called when another process loads the key, so that a batch does not wait for it. */
  onElsewhere: (() => void) | undefined;

  /** What it found at the start, for stale windows. */
  found: Found<T> | undefined;
  #searched = false;
  #onSearched: (() => void)[] = [];

  /** Somebody waits, or did: its failure is told to a caller. */
  awaited = false;

  // Who waits. One who cannot leave keeps it alive for good.
  #kept = false;
  #leavers = 0;
  #joined: Promise<Landing<T>> | undefined;
  #controller: AbortController | undefined;

  constructor(
    table: object,
    key: string,
    since: number,
    parent: Flight | undefined,
    declared: readonly string[],
    refreshing: boolean,
  ) {
    this.table = table;
    this.key = key;
    this.since = since;
    this.parent = parent;
    this.declared = declared;
    this.refreshing = refreshing;
  }

  /** Tells those who would answer with a stale value what there is. Only the first call counts. */
  search(stale: Entry<T> | undefined, now: number): void {
    if (this.#searched) return;
    this.#searched = true;
    if (stale !== undefined) this.found = { entry: stale, at: now };
    for (const wake of this.#onSearched) wake();
    this.#onSearched = [];
  }

  /** Resolves when it is known whether a stale value exists, at the latest when the flight lands. */
  searched(): Promise<void> | undefined {
    if (this.#searched) return undefined;
    return new Promise((resolve) => this.#onSearched.push(resolve));
  }

  /** It is to be finished whoever leaves: work behind an answer already given. */
  keep(): void {
    this.#kept = true;
  }

  /** What a caller waits for who cannot leave. */
  wait(): Promise<Landing<T>> {
    this.#kept = true;
    this.awaited = true;
    return this.landing;
  }

  /** Someone waits who may leave. */
  enter(): void {
    this.#leavers++;
  }

  /**
   * What those wait for who did not begin it: the landing, but at most until `ms` after it began, when it rejects with
   * `late()`. One promise and one timer, however many wait.
   */
  joined(ms: number, late: () => Error): Promise<Landing<T>> {
    this.#joined ??= new Promise((resolve, reject) => {
      const timer = alarm(ms, () => reject(late()));
      const settle =
        <A>(act: (outcome: A) => void) =>
        (outcome: A) => {
          clearTimeout(timer);
          act(outcome);
        };
      this.landing.then(settle(resolve), settle(reject));
    });
    return this.#joined;
  }

  /** One who may leave did. @returns whether nobody is left, so that the loader may as well stop. */
  leave(): boolean {
    this.#leavers--;
    return !this.#kept && this.#leavers === 0 && !this.landed;
  }

  /** Made on demand: most loaders never look at their signal. */
  get controller(): AbortController {
    this.#controller ??= new AbortController();
    return this.#controller;
  }

  break(): void {
    if (this.broken) return;
    this.broken = true;
    this.onBroken?.();
  }
}

const unset: Promise<never> = new Promise(() => {});
