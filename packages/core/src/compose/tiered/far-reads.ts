import { andThen } from '../../contract/awaitable.ts';
import type { Awaitable, Backend, Entry } from '../../contract/backend.ts';
import { eachKey } from '../each-key.ts';
import { isFresh, type NearTier } from './near-tier.ts';

/** What far said of a key. */
interface Answer<V> {
  readonly entry: Entry<V> | undefined;
  /** A change that is known here may not be in it. */
  readonly overtaken: boolean;
  /** When it may have ended: nobody who asked later can be given it. */
  readonly until: number;
}

/** A read of far that runs. */
export interface Read {
  /** Whose it is: values of others are read by another serializer. */
  readonly by: object;
  readonly begun: number;
  answers: Promise<ReadonlyMap<string, Answer<unknown>>>;
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

  async entry(key: string): Promise<Entry<V> | undefined> {
    for (let left = attempts; ; left--) {
      const asked = this.#tier.now();
      const read = this.#joinable(key) ?? this.#begin([key], () => alone(key, this.#far.getEntry(key)));
      // of every key that was asked for, and in our values
      const { entry, overtaken, until } = (await read.answers).get(key) as Answer<V>;
      if (!overtaken && asked < until) return entry;
      const anew = this.#tier.getEntry(key);
      if (anew !== undefined) return anew;
      if (left > 1) continue;
      this.#tier.drop(key);
      return entry;
    }
  }

  /** The entries of `keys`, each once, as {@link FarReads.entry}: those that nobody reads yet in one question. */
  async entries(keys: readonly string[]): Promise<Map<string, Entry<V>>> {
    const unread = keys.filter((key) => this.#joinable(key) === undefined);
    if (unread.length > 0) this.#begin(unread, () => this.#far.getEntries(unread));
    // Each joins what runs now; what is overtaken is read again by itself.
    const entries = await eachKey(new Map(keys.map((key) => [key, undefined])), (key) => this.entry(key));
    for (const [key, entry] of entries) if (entry === undefined) entries.delete(key);
    return entries as Map<string, Entry<V>>; // the others were just deleted
  }

  #joinable(key: string): Read | undefined {
    const { current, trust, changes } = this.#tier;
    const read = current.get(key);
    // While near may be behind without knowing it, so may a read that was sent before.
    return read?.by === this && trust.holds && !changes.overtook(read.begun, key) ? read : undefined;
  }

  #begin(keys: readonly string[], ask: () => Awaitable<ReadonlyMap<string, Entry<V>>>): Read {
    const { changes, current } = this.#tier;
    // What another reads of the same key is overtaken by us: near takes one answer at a time.
    for (const key of keys) if (current.has(key)) changes.key(key);
    const read: Read = { by: this, begun: changes.begin(), answers: undefined as never };
    for (const key of keys) current.set(key, read);
    read.answers = this.#ask(keys, read, ask);
    return read;
  }

  async #ask(
    keys: readonly string[],
    read: Read,
    ask: () => Awaitable<ReadonlyMap<string, Entry<V>>>,
  ): Promise<Map<string, Answer<V>>> {
    const tier = this.#tier;
    const sent = tier.now();
    try {
      // what fails at once is to fail later, when whoever asked waits for it
      const entries = await new Promise<ReadonlyMap<string, Entry<V>>>((resolve) => resolve(ask()));
      const answers = new Map<string, Answer<V>>();
      for (const key of keys) {
        const entry = entries.get(key);
        answers.set(key, {
          entry,
          overtaken: !tier.settle(key, entry, read.begun, sent),
          until: entry !== undefined && isFresh(entry) ? sent + (entry.freshFor ?? Number.POSITIVE_INFINITY) : Infinity,
        });
      }
      return answers;
    } finally {
      for (const key of keys) if (tier.current.get(key) === read) tier.current.delete(key);
      tier.changes.end();
    }
  }
}

function alone<V>(key: string, entry: Awaitable<Entry<V> | undefined>): Awaitable<ReadonlyMap<string, Entry<V>>> {
  return andThen(entry, (found) => new Map(found === undefined ? [] : [[key, found]]));
}
