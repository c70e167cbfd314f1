import type { Entry, WriteOptions } from '../../contract/backend.ts';
import type { Invalidation } from '../../contract/capabilities.ts';
import type { Clock } from '../../time/clock.ts';

/** What a store keeps of an entry. */
interface Stored<W> {
  readonly value: W;
  readonly freshUntil: number | null;
  readonly staleFor: number;
  readonly tags: readonly string[];
}

interface Held {
  readonly token: string;
  readonly until: number;
  /** How many tag invalidations there had been when it was granted. */
  readonly since: number;
}

/**
 * The entries, leases and tags of an in-memory server: plain and slow, so that it can be seen to be right.
 *
 * Every method is one atomic step, as a command of a server is. An entry or a lease whose time is up is removed when it
 * is next looked at, and nothing else ever looks at time. A lease is broken by removing it.
 */
export class Store<W> {
  readonly #entries = new Map<string, Stored<W>>();
  readonly #leases = new Map<string, Held>();
  readonly #tagged = new Map<string, number>();
  #invalidations = 0;
  #granted = 0;
  readonly #clock: Clock;
  readonly #tell: (change: Invalidation) => void;
  readonly #wake: (key: string, howMany: 'one' | 'all') => void;

  constructor(clock: Clock, tell: (change: Invalidation) => void, wake: (key: string, howMany: 'one' | 'all') => void) {
    this.#clock = clock;
    this.#tell = tell;
    this.#wake = wake;
  }

  read(key: string): Entry<W> | undefined {
    const stored = this.#entries.get(key);
    if (stored === undefined) return undefined;
    const { value, freshUntil, staleFor, tags } = stored;
    const freshFor = freshUntil === null ? null : freshUntil - this.#clock.now();
    const expiresIn = freshFor === null ? null : freshFor + staleFor;
    if (expiresIn !== null && expiresIn <= 0) {
      this.#entries.delete(key);
      return undefined;
    }
    return { value, freshFor, expiresIn, ...(tags.length > 0 && { tags }) };
  }

  readFresh(key: string): Entry<W> | undefined {
    const entry = this.read(key);
    return entry === undefined || (entry.freshFor !== null && entry.freshFor <= 0) ? undefined : entry;
  }

  write(
    key: string,
    value: W,
    { ttl = null, staleFor = 0, tags = [], ifNotExists, lease }: WriteOptions = {},
  ): boolean {
    if (ifNotExists === true && this.readFresh(key) !== undefined) return false;
    if (lease !== undefined && !this.#mayFill(key, lease.token, tags)) {
      this.release(key, lease.token);
      return false;
    }
    this.#entries.set(key, {
      value,
      freshUntil: ttl === null ? null : this.#clock.now() + ttl,
      staleFor,
      tags: [...new Set(tags)],
    });
    this.#changed(key);
    return true;
  }

  /** @returns whether there was an entry. */
  remove(key: string): boolean {
    const there = this.read(key) !== undefined;
    this.#entries.delete(key);
    if (there || this.#leases.has(key)) this.#changed(key);
    return there;
  }

  move(key: string, ttl: number | null): boolean {
    const stored = this.read(key) === undefined ? undefined : this.#entries.get(key);
    if (stored === undefined) return false;
    this.#entries.set(key, { ...stored, freshUntil: ttl === null ? null : this.#clock.now() + ttl });
    this.#changed(key);
    return true;
  }

  clear(prefix: string): void {
    const keys = new Set([...this.#entries.keys(), ...this.#leases.keys()]);
    for (const key of keys) if (key.startsWith(prefix)) this.remove(key);
    if (prefix === '') this.#tell({ all: true });
  }

  freshKeys(prefix: string): string[] {
    return [...this.#entries.keys()].filter((key) => key.startsWith(prefix) && this.readFresh(key) !== undefined);
  }

  invalidateTags(tags: readonly string[]): number {
    if (tags.length === 0) return 0;
    this.#invalidations++;
    for (const tag of tags) this.#tagged.set(tag, this.#invalidations);
    let removed = 0;
    for (const key of this.#entries.keys()) {
      const entry = this.read(key);
      if (entry?.tags?.some((tag) => tags.includes(tag)) === true && this.#entries.delete(key)) removed++;
    }
    this.#tell({ tags });
    return removed;
  }

  grant(key: string, ttl: number, ifFreshFor: number): string | undefined {
    const entry = this.read(key);
    const freshFor = entry === undefined ? 0 : (entry.freshFor ?? Number.POSITIVE_INFINITY);
    if (this.#held(key) !== undefined || freshFor > ifFreshFor) return undefined;
    const token = `lease ${++this.#granted}`;
    this.#leases.set(key, { token, until: this.#clock.now() + ttl, since: this.#invalidations });
    return token;
  }

  renew(key: string, token: string, ttl: number): boolean {
    const held = this.#held(key);
    if (held?.token !== token) return false;
    this.#leases.set(key, { ...held, until: this.#clock.now() + ttl });
    return true;
  }

  release(key: string, token: string): void {
    if (this.#held(key)?.token !== token) return;
    this.#leases.delete(key);
    this.#wake(key, 'one');
  }

  #held(key: string): Held | undefined {
    const held = this.#leases.get(key);
    if (held === undefined || this.#clock.now() < held.until) return held;
    this.#leases.delete(key);
    this.#wake(key, 'one');
    return undefined;
  }

  #mayFill(key: string, token: string, tags: readonly string[]): boolean {
    const held = this.#held(key);
    return held?.token === token && tags.every((tag) => (this.#tagged.get(tag) ?? 0) <= held.since);
  }

  #changed(key: string): void {
    this.#leases.delete(key);
    this.#tell({ keys: [key] });
    this.#wake(key, 'all');
  }
}
