// Failures are remembered for a short time each; this bounds them in number as well.
const capacity = 1_000;

/** What failed a short while ago, by full key: rejections that are answered again, and refreshes not to be tried again yet. */
export class FailureMemory {
  readonly #failures = new Map<string, { readonly error: unknown; readonly until: number }>();

  remember(key: string, error: unknown, until: number): void {
    this.#failures.delete(key);
    if (this.#failures.size >= capacity) {
      const [oldest] = this.#failures.keys() as Iterable<string> as [string]; // it is full
      this.#failures.delete(oldest);
    }
    this.#failures.set(key, { error, until });
  }

  /** The failure of `key` that still counts at `now`. */
  recall(key: string, now: number): { readonly error: unknown } | undefined {
    const failure = this.#failures.get(key);
    if (failure === undefined) return undefined;
    if (now < failure.until) return failure;
    this.#failures.delete(key);
    return undefined;
  }

  forget(key: string): void {
    if (this.#failures.size > 0) this.#failures.delete(key);
  }

  clear(): void {
    this.#failures.clear();
  }
}
