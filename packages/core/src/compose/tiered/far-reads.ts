import type { Backend, Entry } from '../../contract/backend.ts';
import { isFresh } from '../../contract/fresh.ts';
import { findEach } from '../each-key.ts';
import type { NearTier } from './near-tier.ts';

/** What far said of a key. */
interface Answer<V> {
  readonly entry: Entry<V> | undefined;
  /** A change that is known here may not be in it. */
  readonly overtaken: boolean;
  /** When it may have ended, or is older than near may be: nobody who asked later can be given it. */
  readonly until: number;
}

/** A read of far that runs. */
export interface Read {
  /** Whose it is: values of others are read by another serializer. */
  readonly by: object;
  readonly begun: number;
  readonly sent: number;
  /** Of one key its answer, of several by key. */
  answers: Promise<Answer<unknown> | ReadonlyMap<string, Answer<unknown>>>;
}

// A key that changes faster than it can be read is answered as it was.
export const attempts = 3;

/**
 * Reads what near does not hold. Of each key one read at a time is current, and whoever comes joins it; it stops being
 * current when a change overtakes it. What was overtaken is read again rather than told: so that what this process is
 * told of a key never goes back, in whatever order far answers.
 */
export class FarReads<V> {
  readonly #tier: NearTier<V>;
  readonly #far: Backend<V>;

  constructor(tier: NearTier<V>, far: Backend<V>) {
    this.#tier = tier;
    this.#far = far;
  }

  entry(key: string): Promise<Entry<V> | undefined> {
    return this.#entry(key, attempts);
  }

  #entry(key: string, left: number): Promise<Entry<V> | undefined> {
    const tier = this.#tier;
    const asked = tier.now();
    const read = this.#joinable(key) ?? this.#begin([key], asked, (begun) => this.#askOne(key, begun));
    return read.answers.then((answers) => {
      // of every key that was asked for, and in our values
      const { entry, overtaken, until } = (answers instanceof Map ? answers.get(key) : answers) as Answer<V>;
      if (!overtaken && asked < until) return entry;
      const anew = tier.getEntry(key);
      if (anew !== undefined) return anew;
      if (left > 1) return this.#entry(key, left - 1);
      tier.drop(key);
      return entry;
    });
  }

  /** The entries of `keys`, each once, as {@link FarReads.entry}: those that nobody reads yet in one question. */
  async entries(keys: readonly string[]): Promise<Map<string, Entry<V>>> {
    const unread = keys.filter((key) => this.#joinable(key) === undefined);
    if (unread.length > 0) this.#begin(unread, this.#tier.now(), (read) => this.#askAll(unread, read));
    // Each joins what runs now; what is overtaken is read again by itself.
    return findEach(keys, (key) => this.entry(key));
  }

  #joinable(key: string): Read | undefined {
    const { current, trust, changes } = this.#tier;
    const read = current.get(key);
    // While near may be behind without knowing it, so may a read that was sent before.
    return read?.by === this && trust.holds && !changes.overtook(read.begun, key) ? read : undefined;
  }

  #begin(keys: readonly string[], sent: number, ask: (read: Read) => Read['answers']): Read {
    const { changes, current } = this.#tier;
    // What another reads of the same key is overtaken by us: near takes one answer at a time.
    for (const key of keys) if (current.has(key)) changes.key(key);
    const read: Read = { by: this, begun: changes.begin(), sent, answers: undefined as never };
    for (const key of keys) current.set(key, read);
    read.answers = ask(read);
    return read;
  }

  async #askOne(key: string, read: Read): Promise<Answer<V>> {
    try {
      return this.#answer(key, await this.#far.getEntry(key), read);
    } finally {
      this.#over(key, read);
      this.#tier.changes.end();
    }
  }

  async #askAll(keys: readonly string[], read: Read): Promise<ReadonlyMap<string, Answer<V>>> {
    try {
      // what fails at once is to fail later, when whoever asked waits for it
      const entries = await new Promise<ReadonlyMap<string, Entry<V>>>((resolve) =>
        resolve(this.#far.getEntries(keys)),
      );
      return new Map(keys.map((key) => [key, this.#answer(key, entries.get(key), read)]));
    } finally {
      for (const key of keys) this.#over(key, read);
      this.#tier.changes.end();
    }
  }

  #answer(key: string, entry: Entry<V> | undefined, { begun, sent }: Read): Answer<V> {
    const tier = this.#tier;
    return {
      entry,
      overtaken: !tier.settle(key, entry, begun, sent),
      until: tier.until(sent, isFresh(entry) ? entry.freshFor : null),
    };
  }

  #over(key: string, read: Read): void {
    if (this.#tier.current.get(key) === read) this.#tier.current.delete(key);
  }
}
