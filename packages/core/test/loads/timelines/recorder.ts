import { Cache, type CacheOptions, type Loader, type LoadOptions } from '@cache/core';
import type { ServerBackend } from '@cache/core/testing';
import { vi } from 'vitest';

/** Something that lasted, or (`to` equals `from`) happened. */
export interface Span {
  readonly from: number;
  to: number;
  readonly kind: 'fresh' | 'stale' | 'load' | 'failed' | 'wait' | 'answer' | 'error' | 'change';
  label: string;
}

export interface Lane {
  readonly name: string;
  readonly spans: Span[];
}

// Milliseconds between two looks at an entry, and steps of the clock.
const step = 5;

/** Watches one key while a scenario runs on fake timers; what it draws is what the code did. */
export class Recorder {
  readonly lanes: Lane[] = [];
  readonly #began = performance.now();
  readonly #entry: Lane = this.#lane('entry');
  readonly #truth: ServerBackend<string>;

  constructor(truth: ServerBackend<string>) {
    this.#truth = truth;
  }

  get now(): number {
    return Math.round(performance.now() - this.#began);
  }

  #lane(name: string): Lane {
    const found = this.lanes.find((lane) => lane.name === name);
    if (found !== undefined) return found;
    const lane: Lane = { name, spans: [] };
    this.lanes.push(lane);
    return lane;
  }

  #open(lane: string, kind: Span['kind'], label: string): Span {
    const span: Span = { from: this.now, to: this.now, kind, label };
    this.#lane(lane).spans.push(span);
    return span;
  }

  /** A cache whose loads are drawn in a lane of their own. */
  cache(
    options: CacheOptions<string>,
    process = '',
  ): { get(ms: number, outcome: string | Error, own?: LoadOptions): Promise<void>; readonly cache: Cache<string> } {
    const cache = new Cache<string>(options);
    const loader =
      (ms: number, outcome: string | Error): Loader<string> =>
      async () => {
        const span = this.#open(
          `${process}loader`,
          outcome instanceof Error ? 'failed' : 'load',
          outcome instanceof Error ? 'fails' : outcome,
        );
        await new Promise((resolve) => setTimeout(resolve, ms));
        span.to = this.now;
        if (outcome instanceof Error) throw outcome;
        return outcome;
      };
    return {
      cache,
      get: async (ms, outcome, own) => {
        const span = this.#open(`${process}callers`, 'wait', '');
        try {
          span.label = await cache.getOrSet('k', loader(ms, outcome), own);
        } catch (error) {
          span.label = error instanceof Error ? error.name.replace(/^Error$/, 'rejected') : 'rejected';
        }
        span.to = this.now;
      },
    };
  }

  /** Something from outside that happens to the entry. */
  mark(label: string): void {
    this.#open('changes', 'change', label);
  }

  /** Lets `ms` milliseconds pass, looking at the entry all along. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += step) {
      this.#look();
      await vi.advanceTimersByTimeAsync(step);
    }
    this.#look();
  }

  #look(): void {
    const entry = this.#truth.getEntry('k');
    const last = this.#entry.spans.at(-1);
    if (entry === undefined) return;
    const kind = entry.freshFor === null || entry.freshFor > 0 ? 'fresh' : 'stale';
    if (last?.kind === kind && last.label === entry.value && this.now - last.to <= step) last.to = this.now;
    else
      this.#entry.spans.push({
        from: last !== undefined && this.now - last.to <= step ? last.to : this.now,
        to: this.now,
        kind,
        label: entry.value,
      });
  }
}
