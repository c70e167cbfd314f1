import type { Awaitable } from '../contract/backend.ts';
import { parseTtl, type Ttl } from '../time/ttl.ts';
import type { Flight } from './flight.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadPlan } from './load-options.ts';

/** Computes the value of a key. Its rejection reaches every caller who waits, unwrapped. */
export type Loader<T> = (context: LoadContext<T>) => Awaitable<T>;

/** What a loader is told, and its say in what is stored. What it says counts until it has finished. */
export interface LoadContext<T> {
  /** The key as the caller gave it. */
  readonly key: string;
  /** Aborts when nobody waits for the value any more. */
  readonly signal: AbortSignal;
  /** The old value, where one is still stored: for conditional requests, or to return it again. */
  readonly stale: T | undefined;
  /** Gives this entry a time to live of its own. */
  ttl(ttl: Ttl): void;
  /** Adds tags to this entry. */
  tags(...tags: string[]): void;
  /** This value is for those who wait, and is not stored. A schema is not asked about an `undefined` that is skipped. */
  skip(): void;
}

/** One run of a loader: what it was told, and what it has said. */
export class LoadRun<T> {
  ttl: number | null;
  tags: readonly string[];
  skipped = false;
  readonly context: LoadContext<T>;

  constructor(host: LoadHost<T>, flight: Flight<T>, plan: LoadPlan) {
    this.ttl = plan.ttl;
    this.tags = plan.tags;
    const run = this;
    this.context = {
      key: host.shortKey(flight.key),
      get signal() {
        return flight.controller.signal;
      },
      stale: flight.found?.entry.value,
      ttl(ttl) {
        run.ttl = parseTtl(ttl);
      },
      tags(...tags) {
        run.tags = [...new Set([...run.tags, ...host.tags(tags)])];
      },
      skip() {
        run.skipped = true;
      },
    };
  }
}

/** What those who wait get: the value as the schema gives it, or `undefined` from a loader that found nothing and said so. */
export function acceptLoaded<T>(host: LoadHost<T>, key: string, value: T, run: LoadRun<T>): Awaitable<T> {
  return run.skipped && value === undefined ? value : host.accept(key, value);
}

/** What a loader of one key in a batch returns when the batch left the key out. Never leaves this folder. */
export const ABSENT: unique symbol = Symbol('absent');
