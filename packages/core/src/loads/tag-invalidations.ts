/**
 * When each tag was invalidated while loads ran, by sequence number: what tells a load at which moment one of its tags was
 * overtaken, and so which of those who joined it came too late for its value.
 *
 * A load asks for the first number after its own beginning. So of one tag a further number is kept only if a load has
 * begun since the one before: there are never more of them than loads were begun.
 */
export class TagInvalidations {
  readonly #numbers = new Map<string, number[]>();
  #begun = 0;

  /** How many tags are remembered. */
  get size(): number {
    return this.#numbers.size;
  }

  /** A load begins at `number`. */
  begin(number: number): void {
    this.#begun = number;
  }

  /** `tags` are invalidated at `number`, a higher one than any before. */
  record(tags: readonly string[], number: number): void {
    for (const tag of tags) {
      const numbers = this.#numbers.get(tag);
      // There is a last one: no list is empty.
      if (numbers === undefined) this.#numbers.set(tag, [number]);
      else if ((numbers.at(-1) as number) <= this.#begun) numbers.push(number);
    }
  }

  /** The number of the first invalidation of one of `tags` after `since`, or -1. */
  firstAfter(since: number, tags: readonly string[]): number {
    let first = -1;
    for (const tag of tags) {
      const number = this.#numbers.get(tag)?.find((one) => one > since);
      if (number !== undefined && (first === -1 || number < first)) first = number;
    }
    return first;
  }

  /** Drops what no load can have missed that began at `oldest` or later. */
  forget(oldest: number): void {
    for (const [tag, numbers] of this.#numbers) {
      const left = numbers.filter((number) => number > oldest);
      if (left.length === 0) this.#numbers.delete(tag);
      else this.#numbers.set(tag, left);
    }
  }

  clear(): void {
    if (this.#numbers.size > 0) this.#numbers.clear();
  }
}
