import {
  Cache,
  type CapableBackend,
  type FailoverBackend,
  failover,
  type Invalidation,
  type Lease,
  tiered,
} from '@cache/core';
import { type Faults, faultyBackend, inMemoryServer, type ServerBackend, type Step } from '@cache/core/testing';
import { vi } from 'vitest';
import { type Action, type Condition, keys, lateness, type PairShape, tags } from './happenings.ts';
import { Seen } from './seen.ts';

/** Calls of one backend: which fail, which are held up, and in which order these go on. */
class Line {
  is: Condition = 'up';
  readonly held: (() => void)[] = [];
  readonly backend: CapableBackend<number>;

  constructor(inner: CapableBackend<number>, late: boolean) {
    this.#late = late;
    const faulty = faultyBackend(inner, { step: (step) => this.#step(step) });
    this.backend = faulty as CapableBackend<number>;
    this.#faults = faulty.faults;
  }

  readonly #faults: Faults;
  readonly #late: boolean;

  turn(is: Condition): void {
    this.is = is;
    if (is === 'down') this.#faults.always = 'error';
    else if (is === 'late' && this.#late) this.#faults.always = 'lateWrite';
    else this.#faults.always = is === 'deaf' || is === 'late' ? 'lostReply' : undefined;
  }

  /** While it is slow, a call waits before it is carried out and again before it is answered. */
  #step({ phase }: Step): Promise<void> | undefined {
    if (phase === 'late')
      return new Promise((resolve) => {
        this.held.push(resolve);
        setTimeout(resolve, lateness - 1);
      });
    if (this.is !== 'slow' || phase === 'message') return undefined;
    return new Promise((resolve) => this.held.push(resolve));
  }

  letOn(which: number): void {
    this.held.splice(which % Math.max(1, this.held.length), 1)[0]?.();
  }
}

/** Two worlds, what the primary holds and what one process may believe, and everything that happens to them. */
export class World {
  readonly seen = new Seen();
  readonly pair: FailoverBackend<number>;
  readonly wrong: string[] = [];
  /** What is read and written: the pair, or a near tier above it. */
  readonly #top: CapableBackend<number>;
  #signal: 'lost' | 'restored' = 'lost';
  readonly #cache: Cache<number>;
  readonly #peer: ServerBackend<number>;
  readonly #lines: { readonly primary: Line; readonly fallback: Line };
  readonly #running = new Set<Promise<void>>();
  /** What was loaded and is to be stored under its lease. */
  readonly #loaded: { readonly lease: Lease; readonly value: number }[] = [];
  readonly #own: ServerBackend<number>;
  /** A miss of the primary is answered by the fallback. */
  readonly #readsThrough: boolean;
  /** Keys that somebody else changed: of these the fallback knows nothing. */
  readonly #foreign = new Set<string>();

  constructor({ plainFallback, near, ...options }: PairShape) {
    const server = inMemoryServer<number>();
    this.#peer = server.connect();
    const own = inMemoryServer<number>().connect();
    this.#own = own;
    this.#readsThrough = options.readFallbackOnMiss === true;
    const late = options.lateWrites === lateness;
    this.#lines = { primary: new Line(server.connect(), late), fallback: new Line(own, late) };
    const fallback = plainFallback ? own : this.#lines.fallback.backend;
    this.pair = failover(this.#lines.primary.backend, fallback, { logger: { warn() {} }, ...options });
    this.pair.onInvalidate?.((change: Invalidation) => {
      if ('signal' in change) this.#signal = change.signal;
      if (this.#signal === 'restored' && this.pair.isDegraded) this.wrong.push('told of changes while degraded');
    });
    this.#top = near ? tiered<number>(inMemoryServer<number>().connect(), this.pair) : this.pair;
    this.#cache = new Cache<number>({ backend: this.#top });
  }

  async start(): Promise<void> {
    this.#peer.start();
    await this.#top.start();
  }

  async do(action: Action): Promise<void> {
    switch (action.do) {
      case 'primary':
      case 'fallback':
        this.#lines[action.do].turn(action.is);
        break;
      case 'let on':
        this.#lines[action.which % 3 === 2 ? 'fallback' : 'primary'].letOn(action.which);
        break;
      case 'primary loses its data':
        this.#peer.clear();
        for (const one of keys) this.#foreign.add(one);
        break;
      case 'peer sets': {
        this.#foreign.add(keys[action.key] as string);
        const value = this.seen.bear(keys[action.key] as string, []);
        this.#peer.set(keys[action.key] as string, value);
        this.seen.there(value);
        break;
      }
      case 'peer deletes':
        this.#foreign.add(keys[action.key] as string);
        this.#peer.delete(keys[action.key] as string);
        break;
      case 'pass':
        await vi.advanceTimersByTimeAsync(action.ms);
        break;
      default:
        this.#begin(action);
    }
    await vi.advanceTimersByTimeAsync(0);
  }

  /** Everything is well again, and stays so until all is reconciled. */
  async heal(): Promise<void> {
    for (let turn = 0; turn < 40 || this.#running.size > 0; turn++) {
      if (turn === 1_000) throw new Error('a call never ends');
      for (const line of Object.values(this.#lines)) {
        line.turn('up');
        while (line.held.length > 0) line.letOn(0);
      }
      await vi.advanceTimersByTimeAsync(turn < 10 ? 0 : 100);
    }
  }

  /** What must hold when all is well: the primary is asked, about everything, and the fallback contradicts it in nothing. */
  async settled(): Promise<void> {
    if (this.pair.isDegraded) this.wrong.push('still degraded');
    const health = await this.pair.health?.();
    if (health?.details.journal !== 0) this.wrong.push(`still in doubt about ${String(health?.details.journal)}`);
    if (this.#signal !== 'restored') this.wrong.push('no signal');
    for (const one of keys) {
      const [here, there] = [await this.#top.get(one), this.#peer.get(one)];
      if (this.#readsThrough && !there.hit) continue;
      if (JSON.stringify(here) !== JSON.stringify(there)) this.wrong.push(`${one}: not what the primary has`);
      const mirrored = this.#own.get(one);
      // A clear that was given up may have come late: then only the fallback has what was written since.
      const differ = mirrored.hit && there.hit && mirrored.value !== there.value;
      if (differ && !this.#foreign.has(one)) this.wrong.push(`${one}: the fallback has something else`);
    }
  }

  /** Removes everything: what is counted is what the primary had. */
  async empty(): Promise<void> {
    const there = keys.filter((one) => this.#peer.has(one)).length;
    const called = this.seen.tick();
    const removed = await this.#top.deleteMany(keys);
    this.seen.changed(called, () => true);
    if (removed !== there) this.wrong.push(`removed ${removed} of ${there}`);
  }

  /** Looks at every key, once while the primary is there and once while it is not. */
  async look(): Promise<void> {
    for (const one of keys) await this.#read([one], () => this.#top.getMany([one]));
    this.#lines.primary.turn('down');
    for (let turn = 0; turn < 3; turn++)
      for (const one of keys) await this.#read([one], () => this.#top.getMany([one]));
  }

  async end(): Promise<void> {
    await this.#top.close();
  }

  #begin(action: Action): void {
    const running = this.#call(action)
      .catch((error: unknown) => {
        if ((error as { code?: string }).code === undefined) this.wrong.push(String(error));
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #call(action: Action): Promise<void> {
    const { seen } = this;
    const cache = this.#cache;
    const called = seen.tick();
    const one = 'key' in action ? (keys[action.key] as string) : '';
    switch (action.do) {
      case 'get':
        return this.#read([one], async () => this.#top.getMany([one]));
      case 'getMany':
        return this.#read(keys, async () => this.#top.getMany(keys));
      case 'getOrSet': {
        const now = performance.now();
        const value = await cache.getOrSet(
          one,
          async () => {
            const loaded = seen.bear(one, tags);
            seen.there(loaded);
            await Promise.resolve();
            return loaded;
          },
          { tags },
        );
        seen.read(one, value, called, now);
        return;
      }
      case 'acquire': {
        const got = await this.#top.acquire?.(one, 5_000, Number.POSITIVE_INFINITY);
        if (got?.lease === undefined) return;
        const value = seen.bear(one, []);
        seen.there(value);
        this.#loaded.push({ lease: got.lease, value });
        return;
      }
      case 'fill': {
        const { lease, value } = this.#loaded.shift() ?? {};
        if (lease === undefined || value === undefined) return;
        await this.#top.set(lease.key, value, { lease });
        return;
      }
      case 'set': {
        const value = seen.bear(one, action.tagged ? tags : []);
        let stored = false;
        try {
          stored = await cache.set(one, value, {
            tags: action.tagged ? tags : [],
            ifNotExists: action.how === 'ifNotExists',
            ...(action.how === 'ttl' && { ttl: 200 }),
          });
        } finally {
          seen.there(value, action.how === 'ttl' ? performance.now() + 200 : undefined);
        }
        if (stored) seen.changed(called, (other, old) => other === one && old !== value);
        return;
      }
      case 'setMany': {
        const entries = keys.map((name) => [name, seen.bear(name, [])] as const);
        const values = entries.map(([, value]) => value);
        try {
          await cache.setMany(entries);
        } finally {
          for (const value of values) seen.there(value);
        }
        return seen.changed(called, (_key, old) => !values.includes(old));
      }
      case 'delete':
        await cache.delete(one);
        return seen.changed(called, (other) => other === one);
      case 'deleteMany':
        await cache.deleteMany(keys);
        return seen.changed(called, () => true);
      case 'expire':
        // What was not there yet lives on: moving a deadline is no change of a value that is on its way.
        if (!(await cache.expire(one, 1))) return;
        await new Promise((resolve) => setTimeout(resolve, 2));
        return seen.changed(called, (other) => other === one);
      case 'clear':
        await cache.clear(action.prefix);
        return seen.changed(called, (other) => other.startsWith(action.prefix));
      case 'clear all':
        await cache.clear();
        return seen.changed(called, () => true);
      case 'invalidate':
        await cache.invalidateTags(tags);
        return seen.changed(called, (_key, _old, carried) => carried.length > 0);
    }
  }

  async #read(
    names: readonly string[],
    ask: () => PromiseLike<ReadonlyMap<string, number>> | ReadonlyMap<string, number>,
  ): Promise<void> {
    const called = this.seen.tick();
    const now = performance.now();
    for (const [name, value] of await ask()) {
      if (!names.includes(name)) this.wrong.push(`${name}: not asked for`);
      this.seen.read(name, value, called, now);
    }
  }
}
