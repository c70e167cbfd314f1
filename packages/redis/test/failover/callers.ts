import { setTimeout as sleep } from 'node:timers/promises';
import { Cache, type CacheEvents, type CapableBackend, type FailoverOptions, failover, type Wire } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import type { Redis } from 'ioredis';
import { redisBackend } from '../../src/index.ts';

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
  readonly options?: FailoverOptions;
}

/** What callers saw. Times in milliseconds. */
export interface Seen {
  operations: number;
  checked: number;
  errors: unknown[];
  /** Reads that found a version older than one this process had seen written before the read was sent. */
  stale: string[];
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
  /** The highest version of each key whose write was acknowledged, and whether it was removed since: by key. */
  readonly #known = new Map<string, { version: number; removed: number }>();
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

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#running);
  }

  /** Resolves when the primary has been asked again, with the milliseconds that took. */
  async recovered(within = 10_000): Promise<number> {
    const began = performance.now();
    while (this.pair.isDegraded && performance.now() - began < within) await sleep(5);
    return performance.now() - began;
  }

  /** Versions of the past are forgiven from here on: the server lost what it had acknowledged. */
  forgive(): void {
    this.#known.clear();
  }

  async #call(caller: number): Promise<void> {
    const { keys, pause = 0 } = this.#trial;
    for (let turn = 0; !this.#ended; turn++) {
      const key = `k${(caller * 31 + turn * 7) % keys}`;
      const began = performance.now();
      const open = this.pair.isDegraded;
      try {
        await this.#one(key, (caller + turn) % 10);
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
    if (what === 0) return this.#write(key);
    if (what === 1) return this.#remove(key);
    const before = this.#known.get(key);
    const { version = 0, removed = 0 } = before ?? {};
    const found = what < 4 ? await this.cache.getOrSet(key, () => this.#versioned()) : await this.cache.get(key);
    this.seen.checked++;
    if (found !== undefined && found.version < Math.max(version, removed) && this.#known.get(key) !== undefined)
      this.seen.stale.push(`${key}: ${found.version}, though ${version} was written and all to ${removed} removed`);
  }

  #versioned(): Versioned {
    return { version: ++this.#version, text: 'x'.repeat(100) };
  }

  async #write(key: string): Promise<void> {
    const value = this.#versioned();
    await this.cache.set(key, value);
    const known = this.#known.get(key) ?? { version: 0, removed: 0 };
    this.#known.set(key, { ...known, version: Math.max(known.version, value.version) });
  }

  /** Whatever was given a version before this is gone. */
  async #remove(key: string): Promise<void> {
    const removed = this.#version;
    await this.cache.delete(key);
    const known = this.#known.get(key) ?? { version: 0, removed: 0 };
    this.#known.set(key, { ...known, removed: Math.max(known.removed, removed) });
  }
}

/** Which server it is and how long it has been: another means that acknowledged writes may be lost. */
export async function identity(admin: Redis): Promise<string> {
  const info = await admin.info();
  return `${/run_id:(\w+)/.exec(info)?.[1]} ${/master_replid:(\w+)/.exec(info)?.[1]}`;
}
