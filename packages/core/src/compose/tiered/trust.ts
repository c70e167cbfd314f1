import type { Clock } from '../../time/clock.ts';

// How many uses share a look at the clock, within one turn of the event loop.
const sharedUses = 256;
// Sharing a look costs more than a few of them: it begins with the fifth that comes within so many milliseconds of another.
const apart = 0.01;
const few = 4;

/**
 * Whether what near holds may be served: while far tells of changes, and, where far vouches for a time only, until that
 * time is over. The second is looked at by whoever reads, not by a timer: a process that stood still must not serve what
 * it held before, and its timers come late.
 */
export class Trust {
  /** Whether changes are told. */
  live = false;
  readonly #clock: Clock;
  readonly #shares: boolean;
  #until = Number.POSITIVE_INFINITY;
  #uses = 0;
  #armed = false;
  #looked = Number.NEGATIVE_INFINITY;
  #close = 0;

  /** @param clock `undefined`: the process' own, one look at which is shared within a turn */
  constructor(clock: Clock, shares: boolean) {
    this.#clock = clock;
    this.#shares = shares;
  }

  /** Changes are told, and `holdsFor` milliseconds from now will have been told. */
  restore(holdsFor: number = Number.POSITIVE_INFINITY): void {
    this.live = true;
    this.#until = this.#clock.now() + holdsFor;
    this.#uses = 0;
  }

  lose(): void {
    this.live = false;
    this.#until = Math.min(this.#until, this.#clock.now());
  }

  /** For how many milliseconds nobody has vouched for what near holds; 0: somebody does. */
  get lapsed(): number {
    return Math.max(0, this.#clock.now() - this.#until);
  }

  /** Whether near may be served now. */
  get holds(): boolean {
    return this.live && (this.#until === Number.POSITIVE_INFINITY || this.#uses-- > 0 || this.#look());
  }

  #look(): boolean {
    this.#uses = 0;
    const now = this.#clock.now();
    if (now >= this.#until) return false;
    this.#close = now - this.#looked < apart ? this.#close + 1 : 0;
    this.#looked = now;
    if (!this.#shares || this.#close < few) return true;
    this.#uses = sharedUses;
    if (this.#armed) return true;
    this.#armed = true;
    setImmediate(() => {
      this.#armed = false;
      this.#uses = 0;
    }).unref();
    return true;
  }
}
