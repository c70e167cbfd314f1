import type { Clock, Invalidation, Observing } from '../../../src/index.ts';
import type { ServerBackend } from '../../../src/testing/index.ts';

/** What the line is told to do, and what it tells who keeps the record. */
export interface LineHooks {
  /** Waits for its turn. */
  turn(label: string): Promise<void>;
  /** A message was sent; what is returned is handed to `delivered`. */
  sent(message: Invalidation): () => void;
}

/**
 * The line on which one process hears of changes: messages travel one after the other, each when its turn has come, with
 * heartbeats among them. It can go silent (nothing arrives any more, and nobody says so) and it can break: what was under
 * way is lost, and the process is told that it is.
 */
export class SignalLine {
  readonly #listeners = new Set<(told: Invalidation) => void>();
  readonly #clock: Clock;
  readonly #hooks: LineHooks;
  readonly #maxStaleness: number;
  #life = 0;
  #silent = false;
  #live = true;
  #before: Promise<void> = Promise.resolve();

  constructor(connection: ServerBackend<number>, clock: Clock, maxStaleness: number, hooks: LineHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
    this.#maxStaleness = maxStaleness;
    connection.onInvalidate((told) => {
      if (!('signal' in told)) this.#send(told);
    });
  }

  readonly onInvalidate: Observing['onInvalidate'] = (listener) => {
    this.#listeners.add(listener);
    listener(this.#live ? this.#restored(this.#clock.now()) : { signal: 'lost' });
    return () => this.#listeners.delete(listener);
  };

  /** The process asks whether all was heard, and is answered behind what was sent before. */
  beat(): void {
    const asked = this.#clock.now();
    if (this.#live) this.#send(() => this.#restored(asked));
  }

  silence(): void {
    this.#silent = true;
  }

  /** The process notices that the line is gone, with all that was on it. */
  break(): void {
    if (!this.#live) return;
    this.#live = false;
    this.#life++;
    this.#tell({ signal: 'lost' }, this.#hooks.sent({ signal: 'lost' }));
  }

  /** A new line. */
  restore(): void {
    if (this.#live) return;
    this.#live = true;
    this.#silent = false;
    this.#tell(this.#restored(this.#clock.now()), this.#hooks.sent({ signal: 'restored' }));
  }

  #restored(at: number): Invalidation {
    return { signal: 'restored', holdsFor: at + this.#maxStaleness - this.#clock.now() };
  }

  #send(message: Invalidation | (() => Invalidation)): void {
    if (this.#silent || !this.#live) return;
    const life = this.#life;
    const delivered = typeof message === 'function' ? () => {} : this.#hooks.sent(message);
    this.#before = this.#before.then(async () => {
      await this.#hooks.turn('message');
      if (life !== this.#life || this.#silent) return;
      this.#tell(typeof message === 'function' ? message() : message, delivered);
    });
  }

  #tell(message: Invalidation, delivered: () => void): void {
    delivered();
    for (const listener of this.#listeners) listener(message);
  }
}
