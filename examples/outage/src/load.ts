import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalogue, Source } from './catalogue.ts';

/** What callers saw in one second. */
export interface Second {
  readonly at: number;
  readonly redis: string;
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
  readonly sources: Readonly<Record<Source, number>>;
  readonly stale: number;
  readonly errors: number;
}

const CALLERS = 20;
const PRODUCTS = 200;

/** Callers who ask for products all the time, while others edit them. */
export class Load {
  readonly seconds: Second[] = [];
  /** What is done to Redis now, in a word. */
  redis = 'up';
  readonly #catalogue: Catalogue;
  #running: Promise<unknown>[] = [];
  #ended = false;
  #took: number[] = [];
  #sources = { primary: 0, fallback: 0, loader: 0 };
  #stale = 0;
  #errors = 0;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  begin(tell: (second: Second) => void): void {
    this.#running = [...Array.from({ length: CALLERS }, () => this.#call()), this.#edit(), this.#count(tell)];
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#running);
  }

  async #call(): Promise<void> {
    while (!this.#ended) {
      const began = performance.now();
      try {
        const { source, stale } = await this.#catalogue.product(Math.floor(Math.random() * PRODUCTS));
        this.#sources[source]++;
        if (stale) this.#stale++;
      } catch {
        this.#errors++;
      }
      this.#took.push(performance.now() - began);
      await sleep(5);
    }
  }

  async #edit(): Promise<void> {
    for (let turn = 0; !this.#ended; turn++) {
      await this.#catalogue.edit((turn * 13) % PRODUCTS).catch(() => this.#errors++);
      await sleep(25);
    }
  }

  async #count(tell: (second: Second) => void): Promise<void> {
    for (let at = 1; !this.#ended; at++) {
      const { redis } = this;
      await sleep(1_000);
      if (this.#ended) return; // a part of a second
      const took = this.#took.sort((a, b) => a - b);
      const share = (part: number): number => took[Math.floor(took.length * part)] ?? 0;
      const second: Second = {
        at,
        redis,
        calls: took.length,
        p50: share(0.5),
        p99: share(0.99),
        sources: this.#sources,
        stale: this.#stale,
        errors: this.#errors,
      };
      this.#took = [];
      this.#sources = { primary: 0, fallback: 0, loader: 0 };
      this.#stale = this.#errors = 0;
      this.seconds.push(second);
      tell(second);
    }
  }
}
