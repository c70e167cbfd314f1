/** Whether a backend is asked: always, not at all, or by one probe to see whether it is back. */
export type Circuit = 'closed' | 'open' | 'half-open';

// The rate is that of the last 20 to 100 calls: half of them are forgotten whenever there are 100.
const fewest = 20;
const most = 100;

/**
 * A circuit breaker (M. Nygard, *Release It!*, 2007, §5.2) that opens by failures in a row or by their share of recent
 * calls. It closes when it is told to: what must happen before is more than one good answer.
 */
export class Breaker {
  circuit: Circuit = 'closed';
  /** How often it has opened: what was asked before it opened says nothing about what is true after it has closed. */
  openings = 0;
  readonly #errors: number;
  readonly #errorRate: number;
  #inRow = 0;
  #calls = 0;
  #failures = 0;

  constructor(errors: number, errorRate: number) {
    this.#errors = errors;
    this.#errorRate = errorRate;
  }

  succeeded(): void {
    this.#inRow = 0;
    this.#count();
  }

  /** @returns whether that is enough to open it. */
  failed(): boolean {
    this.#inRow++;
    this.#failures++;
    this.#count();
    return this.#inRow >= this.#errors || (this.#calls >= fewest && this.#failures >= this.#calls * this.#errorRate);
  }

  open(): void {
    this.circuit = 'open';
    this.openings++;
  }

  close(): void {
    this.circuit = 'closed';
    this.#inRow = this.#calls = this.#failures = 0;
  }

  #count(): void {
    if (++this.#calls < most) return;
    this.#calls /= 2;
    this.#failures /= 2;
  }
}
