// Changes remembered for reads that are under way. Past this many, those reads count as overtaken, whatever they are about.
const memory = 10_000;

/**
 * What changed while reads are under way: whether a read's answer may be older than a change that is already known here.
 *
 * A read begins at a number and is overtaken by every change noted after it. Nothing is remembered while no read runs, and
 * at most {@link memory} keys and tags while some do.
 */
export class Changes {
  readonly #keys = new Map<string, number>();
  readonly #tags = new Map<string, number>();
  #now = 0;
  /** Every read that began before it is overtaken. */
  #floor = 0;
  #running = 0;

  /** A read begins. @returns when, for {@link Changes.overtook}; every `begin` needs an `end` */
  begin(): number {
    this.#running++;
    return this.#now;
  }

  end(): void {
    if (--this.#running === 0) this.#forget();
  }

  /** `key` changed, or may have. */
  key(key: string): void {
    this.#note(this.#keys, key);
  }

  /** What carries `tag` changed. */
  tag(tag: string): void {
    this.#note(this.#tags, tag);
  }

  /** Anything may have changed. */
  all(): void {
    this.#floor = ++this.#now;
    this.#forget();
  }

  /** Whether `key`, or an entry of it that carries `tags`, changed since a read began at `begun`. */
  overtook(begun: number, key: string, tags?: readonly string[]): boolean {
    if (begun < this.#floor) return true;
    if ((this.#keys.get(key) ?? 0) > begun) return true;
    return tags?.some((tag) => (this.#tags.get(tag) ?? 0) > begun) ?? false;
  }

  #note(noted: Map<string, number>, name: string): void {
    if (this.#running === 0) return;
    noted.set(name, ++this.#now);
    if (noted.size > memory) this.all();
  }

  #forget(): void {
    if (this.#keys.size > 0) this.#keys.clear();
    if (this.#tags.size > 0) this.#tags.clear();
  }
}
