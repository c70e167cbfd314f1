import { CacheConfigError } from '@cache/core';
import { firstSlot } from './slots.ts';

/** What live entries weigh. Invariant: `total` is the sum over live slots, and a free slot weighs 0. */
export class Weights<V> {
  readonly max: number;
  readonly #weigh: (value: V, key: string) => number;
  #of: Float64Array = new Float64Array(1024);
  total = 0;

  constructor(max: number, weigh: (value: V, key: string) => number) {
    this.max = max;
    this.#weigh = weigh;
  }

  /** @throws {CacheConfigError} when `weigh` gives what is no weight */
  weigh(value: V, key: string): number {
    const weight = this.#weigh(value, key);
    if (typeof weight === 'number' && weight >= 0 && weight < Number.POSITIVE_INFINITY) return weight;
    const got = typeof weight === 'number' ? String(weight) : typeof weight;
    throw new CacheConfigError(
      `memory weigh: expected a finite number, at least 0, for key ${JSON.stringify(key)}, got ${got}`,
      { key },
    );
  }

  /** Whether `more` does not fit beside what is there. */
  exceededBy(more: number): boolean {
    return this.total + more > this.max;
  }

  of(slot: number): number {
    return this.#of[slot - firstSlot] ?? 0;
  }

  set(slot: number, weight: number): void {
    const at = slot - firstSlot;
    if (at >= this.#of.length) this.#grow(at);
    this.total += weight - this.#of[at]!;
    this.#of[at] = weight;
    // sums of fractions drift; where nothing is left, nothing weighs
    if (this.total < 0) this.total = 0;
  }

  clear(): void {
    this.#of.fill(0);
    this.total = 0;
  }

  #grow(at: number): void {
    const of = new Float64Array(Math.max(at + 1, this.#of.length * 2));
    of.set(this.#of);
    this.#of = of;
  }
}
