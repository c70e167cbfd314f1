import type { Entry, WriteOptions } from '../../contract/backend.ts';

interface Kept {
  readonly value: unknown;
  readonly since: number;
  readonly ttl: number | null;
  readonly staleFor: number;
}

/**
 * What a backend should answer: a `Map` and a clock, each rule of the contract written once and as plainly as it goes.
 * Nothing is ever removed because of time; every question asks the clock.
 */
export class MapModel {
  readonly #kept = new Map<string, Kept>();
  readonly #stores: boolean;
  #now = 0;

  /** @param stores `false`: the model of a backend that forgets everything at once. */
  constructor(stores: boolean) {
    this.#stores = stores;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  entry(key: string): Entry<unknown> | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const { value, since, ttl, staleFor } = kept;
    if (ttl === null) return { value, freshFor: null, expiresIn: null };
    const freshFor = since + ttl - this.#now;
    return freshFor + staleFor > 0 ? { value, freshFor, expiresIn: freshFor + staleFor } : undefined;
  }

  fresh(key: string): Entry<unknown> | undefined {
    const entry = this.entry(key);
    return entry === undefined || entry.freshFor === null || entry.freshFor > 0 ? entry : undefined;
  }

  set(key: string, value: unknown, { ttl = null, staleFor = 0, ifNotExists = false }: WriteOptions): boolean {
    if (ifNotExists && this.fresh(key) !== undefined) return false;
    if (this.#stores) this.#kept.set(key, { value, since: this.#now, ttl, staleFor });
    return true;
  }

  delete(key: string): boolean {
    const there = this.entry(key) !== undefined;
    this.#kept.delete(key);
    return there;
  }

  expire(key: string, ttl: number | null): boolean {
    const kept = this.entry(key) === undefined ? undefined : this.#kept.get(key);
    if (kept === undefined) return false;
    this.#kept.set(key, { ...kept, since: this.#now, ttl });
    return true;
  }

  clear(prefix: string): void {
    for (const key of this.#kept.keys()) if (key.startsWith(prefix)) this.#kept.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.#kept.keys()].filter((key) => key.startsWith(prefix) && this.fresh(key) !== undefined);
  }
}
