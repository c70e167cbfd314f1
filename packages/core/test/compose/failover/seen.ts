/** A value that somebody wrote or loaded. Values are unique numbers. */
interface Born {
  readonly key: string;
  readonly tags: readonly string[];
  /** When it was certainly there: its write had been answered, its loader had begun. Infinite while neither is so. */
  at: number;
  /** When its time is up, in milliseconds. */
  until: number;
}

/** A change by this process that was acknowledged: what was there before is not to be seen again. */
interface Change {
  readonly called: number;
  readonly returned: number;
  covers(key: string, value: number, tags: readonly string[]): boolean;
}

/** A read of this process that found `value`. */
interface Read {
  readonly key: string;
  readonly value: number;
  readonly called: number;
  /** In milliseconds. */
  readonly calledAt: number;
}

/**
 * What one process has seen, in logical time, and whether anything it read was older: a value that was there before a change
 * was asked for, and that a read found which was asked for after the change had been acknowledged.
 */
export class Seen {
  #time = 0;
  #value = 0;
  readonly #born = new Map<number, Born>();
  readonly #changes: Change[] = [];
  readonly #reads: Read[] = [];

  tick(): number {
    return ++this.#time;
  }

  /** A new value of `key`. */
  bear(key: string, tags: readonly string[]): number {
    this.#born.set(++this.#value, { key, tags, at: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY });
    return this.#value;
  }

  /** From now on `value` is certainly older than what is asked for. */
  there(value: number, until = Number.POSITIVE_INFINITY): void {
    const born = this.#born.get(value) as Born;
    born.at = Math.min(born.at, this.tick());
    born.until = until;
  }

  changed(called: number, covers: Change['covers']): void {
    this.#changes.push({ called, returned: this.tick(), covers });
  }

  read(key: string, value: number, called: number, calledAt: number): void {
    this.#reads.push({ key, value, called, calledAt });
  }

  /** What was read and should not have been, in words. */
  stale(): string[] {
    return this.#reads.flatMap((read) => {
      const { key, value, called, calledAt } = read;
      const born = this.#born.get(value);
      if (born === undefined || born.key !== key) return [`${key} at ${called}: ${value}, which nobody wrote there`];
      if (calledAt >= born.until) return [`${key} at ${called}: ${value}, whose time was up`];
      const over = this.#changes.find(
        (change) => change.returned < called && born.at < change.called && change.covers(key, value, born.tags),
      );
      if (over === undefined) return [];
      return [`${key} at ${called}: ${value}, there at ${born.at}, changed ${over.called} to ${over.returned}`];
    });
  }

  get reads(): number {
    return this.#reads.length;
  }
}
