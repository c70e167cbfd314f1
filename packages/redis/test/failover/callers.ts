import { setTimeout as sleep } from 'node:timers/promises';
import { Cache, type CacheEvents, type CapableBackend, type FailoverOptions, failover, type Wire } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { redisBackend } from '../../src/index.ts';
import type { Losses } from './losses.ts';

/** A number in a value that is otherwise as large as values are. */
interface Versioned {
  readonly version: number;
  readonly text: string;
}

export interface Trial {
  readonly url: string;
  readonly callers: number;
  readonly keys: number;
  /** Milliseconds between the calls of one caller. @default 0: at once */
  readonly pause?: number;
  /** Further keys, `q0` and so on, that callers read and do not change: what is in doubt about them is only what the test did. @default 0 */
  readonly quiet?: number;
  /** When the server lost what it had acknowledged: what was written before and is read as older afterwards is counted apart. */
  readonly losses?: Losses;
  readonly options?: FailoverOptions;
}

/** That nothing up to `version` is in a key: that was written, or all to it removed, by a call that began at `at`. */
interface Claim {
  readonly version: number;
  readonly at: number;
}

/** A read that contradicts claims. `primary`: it may have been answered by the primary. */
interface Contradiction {
  readonly text: string;
  readonly claims: readonly Claim[];
  readonly at: number;
  readonly primary: boolean;
}

/** What callers saw. Times in milliseconds. */
export interface Seen {
  operations: number;
  checked: number;
  errors: unknown[];
  /** Reads that found a version older than one this process had seen written before the read was sent. Once callers have ended. */
  stale: string[];
  /** The same, of what the server had acknowledged and lost. */
  lost: string[];
  /** How long calls took that began while the circuit was open. */
  readonly whileOpen: number[];
  readonly slowest: number;
  readonly outages: CacheEvents['recover'][];
}

/** Callers who read and write versions of their keys all the time, through a failover from Redis to memory. */
export class Callers {
  readonly cache: Cache<Versioned>;
  readonly pair: CapableBackend<Wire> & { readonly isDegraded: boolean };
  readonly seen: Seen;
  /** The highest version of each key whose write was acknowledged, and to which it was removed. */
  readonly #known = new Map<string, { readonly written: Claim; readonly removed: Claim }>();
  readonly #contradictions: Contradiction[] = [];
  readonly #trial: Trial;
  #running: Promise<void>[] = [];
  #ended = false;
  #version = 0;
  #slowest = 0;

  constructor(trial: Trial, prefix: string) {
    this.#trial = trial;
    const redis = redisBackend({ url: trial.url, timeout: 250, connectTimeout: 500, logger: { warn() {} } });
    this.pair = failover<Wire>(redis, memoryBackend<Wire>(), { logger: { warn() {} }, ...trial.options });
    this.cache = new Cache<Versioned>({ backend: this.pair, prefix, ttl: '10m' });
    const outages: CacheEvents['recover'][] = [];
    this.cache.on('recover', (event) => outages.push(event));
    const slowest = (): number => this.#slowest;
    this.seen = {
      operations: 0,
      checked: 0,
      errors: [],
      stale: [],
      lost: [],
      whileOpen: [],
      outages,
      get slowest() {
        return slowest();
      },
    };
  }

  async begin(): Promise<void> {
    await this.cache.start();
    this.#running = Array.from({ length: this.#trial.callers }, (_, caller) => this.#call(caller));
  }

  /** Resolves when every caller has done some more. */
  async goOn(): Promise<void> {
    const until = this.seen.operations + 40 * this.#trial.callers;
    while (this.seen.operations < until) await sleep(5);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#running);
    // Only now is it known when the server became another one.
    for (const { text, claims, at, primary } of this.#contradictions.splice(0)) {
      const lost = claims.every((claim) => primary && this.#trial.losses?.between(claim.at, at) === true);
      (lost ? this.seen.lost : this.seen.stale).push(text);
    }
  }

  /** Resolves when the primary has been asked again, with the milliseconds that took. */
  async recovered(within = 10_000): Promise<number> {
    const began = performance.now();
    while (this.pair.isDegraded && performance.now() - began < within) await sleep(5);
    return performance.now() - began;
  }

  async #call(caller: number): Promise<void> {
    const { keys, quiet = 0, pause = 0 } = this.#trial;
    for (let turn = 0; !this.#ended; turn++) {
      const what = (caller + turn) % 10;
      const key = what === 9 && quiet > 0 ? `q${(caller + turn * 7) % quiet}` : `k${(caller * 31 + turn * 7) % keys}`;
      const began = performance.now();
      const open = this.pair.isDegraded;
      try {
        await this.#one(key, what);
      } catch (error) {
        this.seen.errors.push(error);
      }
      const took = performance.now() - began;
      this.seen.operations++;
      this.#slowest = Math.max(this.#slowest, took);
      if (open) this.seen.whileOpen.push(took);
      if (pause > 0) await sleep(pause);
      else if (turn % 8 === 7 || open) await new Promise(setImmediate);
    }
  }

  async #one(key: string, what: number): Promise<void> {
    if (what === 0) return this.write(key);
    if (what === 1) return this.#remove(key);
    const { written, removed } = this.#claimsOf(key);
    const degraded = this.pair.isDegraded;
    const found = what < 4 ? await this.cache.getOrSet(key, () => this.#versioned()) : await this.cache.get(key);
    this.seen.checked++;
    if (found === undefined) return;
    const claims = [written, removed].filter(({ version }) => found.version < version);
    if (claims.length === 0) return;
    this.#contradictions.push({
      text: `${key}: ${found.version}, though ${written.version} was written and all to ${removed.version} removed`,
      claims,
      at: performance.now(),
      primary: !degraded || !this.pair.isDegraded,
    });
  }

  #versioned(): Versioned {
    return { version: ++this.#version, text: 'x'.repeat(100) };
  }

  #claimsOf(key: string): { readonly written: Claim; readonly removed: Claim } {
    return this.#known.get(key) ?? { written: nothing, removed: nothing };
  }

  async write(key: string): Promise<void> {
    const value = this.#versioned();
    const at = performance.now();
    await this.cache.set(key, value);
    const known = this.#claimsOf(key);
    this.#known.set(key, { ...known, written: later(known.written, { version: value.version, at }) });
  }

  /** Whatever was given a version before this is gone. */
  async #remove(key: string): Promise<void> {
    const removed = { version: this.#version, at: performance.now() };
    await this.cache.delete(key);
    const known = this.#claimsOf(key);
    this.#known.set(key, { ...known, removed: later(known.removed, removed) });
  }
}

const nothing: Claim = { version: 0, at: 0 };

function later(one: Claim, other: Claim): Claim {
  return other.version > one.version ? other : one;
}
