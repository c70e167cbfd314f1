import type { Entry } from '../contract/backend.ts';

/** How a load ended for those who waited for it. */
export interface Landing<T> {
  /** `false`: there is no value (a batch loader left the key out, or another process kept the lease): load it yourself. */
  readonly found: boolean;
  readonly value: T;
  /** Sequence number of the first invalidation that overtook it, or -1: who joined at or after that number loads again. */
  readonly overtakenAt: number;
  /** The server refused the fill, so something happened that this process did not see: who joined late loads again. */
  readonly refused: boolean;
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
  /** The loader has begun: who joins from now on may see a value older than their call. */
  loading = false;
  landed = false;
  /** The fill, once it is sent: a change of the key lets it land first. Never rejects. */
  writing: Promise<unknown> | undefined;
  landing: Promise<Landing<T>> = unset;
  /** Called once when it is fenced or abandoned: a lease is of no use any more. */
  onBroken: (() => void) | undefined;
  /** Called when another process loads the key, so that a batch does not wait for it. */
  onElsewhere: (() => void) | undefined;

  // What was found stored, and when, for stale windows.
  #stale: Entry<T> | undefined;
  #staleAt = 0;
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
    this.#stale = stale;
    this.#staleAt = now;
    for (const wake of this.#onSearched) wake();
    this.#onSearched = [];
  }

  /** Resolves when it is known whether a stale value exists, at the latest when the flight lands. */
  searched(): Promise<void> | undefined {
    if (this.#searched) return undefined;
    return new Promise((resolve) => this.#onSearched.push(resolve));
  }

  /** The entry found at the start, as it was then. */
  get stale(): Entry<T> | undefined {
    return this.#stale;
  }

  /** The stale entry, if it is at most `window` milliseconds past its deadline at `now`. */
  staleWithin(window: number, now: number): Entry<T> | undefined {
    const entry = this.#stale;
    if (entry === undefined || entry.freshFor === null) return undefined;
    return now - this.#staleAt - entry.freshFor <= window ? entry : undefined;
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
    this.awaited = true;
  }

  /**
   * What those wait for who did not begin it: the landing, but at most until `ms` after it began, when it rejects with
   * `late()`. One promise and one timer, however many wait.
   */
  joined(ms: number, late: () => Error): Promise<Landing<T>> {
    this.#joined ??= new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(late()), Math.min(ms, longestTimer));
      timer.unref();
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

// Longer ones fire at once in Node.
const longestTimer = 2 ** 31 - 1;

const unset: Promise<never> = new Promise(() => {});
