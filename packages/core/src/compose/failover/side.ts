import { andThen, isPending, orElse } from '../../contract/awaitable.ts';
import type { Awaitable } from '../../contract/backend.ts';
import type { CapableBackend } from '../../contract/capabilities.ts';
import { CacheConnectionError, type CacheError, CacheTimeoutError, isBackendFailure } from '../../contract/errors.ts';
import { alarm } from '../../time/alarm.ts';
import type { Breaker } from './breaker.ts';
import type { Journal } from './journal.ts';
import type { FailoverPlan } from './options.ts';

/** Instead of an answer: the backend failed. */
export class Failed {
  readonly error: CacheError;
  constructor(error: CacheError) {
    this.error = error;
  }
}

/** The answer. @throws the failure that came instead */
export function orThrow<R>(answer: R | Failed): R {
  if (answer instanceof Failed) throw answer.error;
  return answer;
}

/** Who hears of a side. */
export interface SideListener {
  /** A call failed while the circuit was closed. */
  failed(operation: string, names: readonly string[], error: CacheError): void;
  /** The circuit opened: from here on nothing is asked but whether it is back. */
  opened(error: CacheError): void;
  /** Something is to be reconciled after `ms`. */
  wake(ms: number): void;
  /** What this side has just been made to forget is to be forgotten by the other. */
  forgot(keys: readonly string[]): Awaitable<unknown>;
}

/** One of the two backends: whether it is asked, and what it must not be trusted about. */
export class Side<W> {
  readonly backend: CapableBackend<W>;
  readonly breaker: Breaker;
  readonly journal: Journal;
  /** The last failure. */
  error: CacheError | undefined;
  /** What it was about: something harmless to ask for. */
  name: string | undefined;
  /** `false`: it was asked to start and could not. */
  started = true;
  readonly #plan: FailoverPlan;
  readonly #listener: SideListener;

  constructor(
    backend: CapableBackend<W>,
    breaker: Breaker,
    journal: Journal,
    plan: FailoverPlan,
    listener: SideListener,
  ) {
    this.backend = backend;
    this.breaker = breaker;
    this.journal = journal;
    this.#plan = plan;
    this.#listener = listener;
  }

  get closed(): boolean {
    return this.breaker.circuit === 'closed';
  }

  /** Whether it can be asked about `key`. */
  trusts(key: string): boolean {
    return this.breaker.circuit === 'closed' && !this.journal.doubts(key);
  }

  /**
   * What `call` answers, or that it failed. Only failures of the backend become that; mistakes of the program and of
   * serialization are thrown.
   * @param writes the keys it changes: after a failure they are in doubt
   */
  ask<R>(
    operation: string,
    names: readonly string[],
    call: () => Awaitable<R>,
    writes: readonly string[] = none,
  ): Awaitable<R | Failed> {
    const { breaker } = this;
    const { openings } = breaker;
    const { slowAfter } = this.#plan;
    const succeeded = (answer: R): R => {
      if (openings === breaker.openings) breaker.succeeded();
      return answer;
    };
    const failed = (error: unknown): Failed => this.#failed(error, operation, names, writes, openings);
    try {
      const answer = call();
      if (!isPending(answer)) return succeeded(answer);
      return (slowAfter === undefined ? answer : this.#inTime(answer, operation, writes, slowAfter)).then(
        succeeded,
        failed,
      );
    } catch (error) {
      return failed(error);
    }
  }

  /**
   * Whether `keys` can be changed here: what is in doubt about them is removed first. `false`: it is not asked, it failed,
   * or a write that was given up may still come.
   */
  ready(keys: readonly string[]): Awaitable<boolean> {
    if (!this.closed) return false;
    if (this.journal.size === 0) return true;
    const doubtful = keys.filter((key) => this.journal.doubts(key));
    if (doubtful.some((key) => this.journal.haunted(key, this.#plan.clock.now()))) return false;
    return doubtful.length === 0 || andThen(this.cleanse(doubtful), (failed) => failed === undefined);
  }

  /** Removes `keys`, here and there, which settles what is in doubt about them unless they are changed meanwhile. */
  cleanse(keys: readonly string[]): Awaitable<Failed | undefined> {
    const { journal, backend } = this;
    const doubts = keys.map((key) => journal.keys.get(key));
    return andThen(
      this.ask('delete', keys, () => backend.deleteMany(keys)),
      (removed) => {
        if (removed instanceof Failed) return removed;
        const same = keys.filter((key, index) => journal.keys.get(key) === doubts[index]);
        return andThen(this.#listener.forgot(same), () => {
          for (const [index, key] of keys.entries()) journal.settle(journal.keys, key, doubts[index]);
          return undefined;
        });
      },
    );
  }

  /** It missed a change: `note` says which. */
  doubt(note: (journal: Journal) => void): void {
    note(this.journal);
    // While it is away, what is in doubt is reconciled as soon as it is back.
    if (this.closed) this.#listener.wake(this.#plan.probeEvery);
  }

  /** Starts it; when it cannot be, its circuit opens. */
  start(): Awaitable<undefined | Failed> {
    return andThen(
      this.ask('start', [], () => this.begin()),
      (failed) => {
        if (!(failed instanceof Failed)) return undefined;
        if (this.closed) this.open(failed.error);
        return failed;
      },
    );
  }

  /** Starts it, at last. */
  begin(): Awaitable<void> {
    this.started = false;
    return andThen(this.backend.start(), () => {
      this.started = true;
    });
  }

  /** Closes it. Whatever keeps it from that is a failure of it: the other side is to be closed all the same. */
  end(): Awaitable<unknown> {
    const { backend } = this;
    const failed = (cause: unknown): never => {
      throw isBackendFailure(cause)
        ? cause
        : new CacheConnectionError(`close: expected ${backend.name} to close, got its cause`, { cause });
    };
    return this.ask('close', [], () => orElse(() => backend.close(), failed));
  }

  /** Opens the circuit. */
  open(error: CacheError): void {
    this.error = error;
    this.breaker.open();
    this.#listener.opened(error);
    this.#listener.wake(this.#plan.probeEvery);
  }

  #failed(
    failure: unknown,
    operation: string,
    names: readonly string[],
    writes: readonly string[],
    openings: number,
  ): Failed {
    if (!isBackendFailure(failure)) throw failure;
    const cause = failure as CacheError; // all failures of backends are
    const { breaker, journal } = this;
    if (writes.length > 0) {
      const { lateWrites, clock } = this.#plan;
      if (lateWrites > 0) journal.haunt(writes, 0, clock.now() + lateWrites);
      journal.addKeys(writes);
    }
    this.error = cause;
    this.name = names[0] ?? this.name;
    if (this.closed && openings === breaker.openings) {
      this.#listener.failed(operation, names, cause);
      if (breaker.failed()) this.open(cause);
      else if (journal.size > 0) this.#listener.wake(this.#plan.probeEvery);
    }
    return new Failed(cause);
  }

  /** `answer`, unless it takes longer than `ms`. */
  #inTime<R>(answer: Promise<R>, operation: string, writes: readonly string[], ms: number): Promise<R> {
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = alarm(ms, () => {
        late = true;
        this.journal.haunt(writes, 1, 0);
        reject(
          new CacheTimeoutError(`${operation}: expected ${this.backend.name} to answer within ${ms} ms (slowAfter)`),
        );
      });
      const settled = (): void => {
        clearTimeout(timer);
        if (!late || writes.length === 0) return;
        this.journal.haunt(writes, -1, 0);
        this.#listener.wake(0);
      };
      answer.then(settled, settled);
      answer.then(resolve, reject);
    });
  }
}

const none: readonly string[] = [];
