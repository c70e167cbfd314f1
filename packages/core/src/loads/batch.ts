import type { Awaitable } from '../contract/backend.ts';
import { CacheError } from '../contract/errors.ts';
import { kindOf } from '../contract/kind.ts';
import type { Ttl } from '../time/ttl.ts';
import type { Flight } from './flight.ts';
import { ABSENT, type LoadContext } from './load-context.ts';
import { runInside } from './reentry.ts';

/** Computes the values of many keys at once. Keys it leaves out are absent from the result, and nothing is stored for them. */
export type ManyLoader<T> = (keys: readonly string[], context: ManyLoadContext<T>) => Awaitable<LoadedMany<T>>;

/** Values by key, in any of the forms a loader has at hand. */
export type LoadedMany<T> = ReadonlyMap<string, T> | Iterable<readonly [string, T]> | Readonly<Record<string, T>>;

/** As {@link LoadContext}, for many keys. */
export interface ManyLoadContext<T> {
  /** Aborts when nobody waits for any of the values any more. */
  readonly signal: AbortSignal;
  /** Old values that are still stored. */
  readonly stale: ReadonlyMap<string, T>;
  ttl(key: string, ttl: Ttl): void;
  tags(key: string, ...tags: string[]): void;
  skip(key: string): void;
}

/**
 * Turns one loader of many keys into a loader per key. The first call waits until each of the expected keys has either
 * asked for its value or turned out not to need it; then the loader runs once, for those that asked. Keys that ask later
 * (another process that was loading them gave up) are loaded as they come.
 */
export class Batch<T> {
  /** Keys the loader left out. */
  readonly absent: Set<string> = new Set();
  /** The flights of this batch by key, the innermost last. */
  readonly flights: Map<string, Flight> = new Map();
  readonly #load: ManyLoader<T>;
  readonly #expected: Set<string>;
  #asked = new Map<string, { readonly context: LoadContext<T>; readonly answer: Answer<T> }>();

  constructor(keys: Iterable<string>, load: ManyLoader<T>) {
    this.#load = load;
    this.#expected = new Set(keys);
  }

  /** The loader of one key. */
  readonly loader = (context: LoadContext<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      this.#asked.set(context.key, { context, answer: { resolve, reject } });
      this.#expected.delete(context.key);
      if (this.#expected.size === 0) this.#run();
    });

  /** `key` needs no loading, or not yet. */
  spare(key: string): void {
    if (this.#expected.delete(key) && this.#expected.size === 0 && this.#asked.size > 0) this.#run();
  }

  #run(): void {
    const asked = this.#asked;
    this.#asked = new Map();
    for (const [key, { answer }] of asked) {
      // Changed while the others were being looked for: whoever waits starts anew.
      if (this.flights.get(key)?.broken === true && asked.delete(key)) answer.resolve(ABSENT as T);
    }
    if (asked.size === 0) return;
    const context = manyContext(new Map(Array.from(asked, ([key, one]) => [key, one.context])));
    void this.#answer(asked, context);
  }

  #runInside<R>(load: () => R): R {
    const innermost = [...this.flights.values()].at(-1);
    return innermost === undefined ? load() : runInside(innermost, load);
  }

  async #answer(
    asked: ReadonlyMap<string, { readonly answer: Answer<T> }>,
    context: ManyLoadContext<T>,
  ): Promise<void> {
    try {
      const values = asMap(await this.#runInside(() => this.#load([...asked.keys()], context)));
      for (const [key, { answer }] of asked) {
        if (values.has(key)) answer.resolve(values.get(key) as T);
        else {
          this.absent.add(key);
          answer.resolve(ABSENT as T); // taken out again where loaders end, see `Loads`
        }
      }
    } catch (error) {
      for (const { answer } of asked.values()) answer.reject(error);
    }
  }
}

/** What a loader of many keys is told, made of what a loader of each would be. */
export function manyContext<T>(contexts: ReadonlyMap<string, LoadContext<T>>): ManyLoadContext<T> {
  const stale = new Map<string, T>();
  for (const [key, context] of contexts) if (context.stale !== undefined) stale.set(key, context.stale);
  const of = (key: string): LoadContext<T> => {
    const context = contexts.get(key);
    if (context !== undefined) return context;
    throw new CacheError(`key ${JSON.stringify(key)}: expected one of the keys this load was asked for`, { key });
  };
  return {
    get signal() {
      return allOf(Array.from(contexts.values(), (context) => context.signal));
    },
    stale,
    ttl: (key, ttl) => of(key).ttl(ttl),
    tags: (key, ...tags) => of(key).tags(...tags),
    skip: (key) => of(key).skip(),
  };
}

interface Answer<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** What a loader of many keys gave, by key. */
export function asMap<T>(loaded: LoadedMany<T>): ReadonlyMap<string, T> {
  if (loaded instanceof Map) return loaded;
  if (typeof loaded === 'object' && loaded !== null) {
    if (Symbol.iterator in loaded) return new Map(loaded as Iterable<readonly [string, T]>);
    return new Map(Object.entries(loaded as Record<string, T>));
  }
  throw new CacheError(
    `getOrSetMany: expected the loader to give a Map, pairs or an object by key, got ${kindOf(loaded)}`,
    {
      code: 'INVALID_LOAD',
    },
  );
}

/** A signal that aborts when all of `signals` have. */
function allOf(signals: readonly AbortSignal[]): AbortSignal {
  const all = new AbortController();
  let left = signals.length;
  const one = (event: Event): void => {
    left--;
    if (left === 0) all.abort((event.target as AbortSignal).reason);
  };
  for (const signal of signals) signal.addEventListener('abort', one, { once: true });
  return all.signal;
}
