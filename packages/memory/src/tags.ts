/**
 * Which slots carry which tags. Invariants: a slot is in `#slots` of each of its tags and its tags are in `#tags`, and nothing
 * else is; a tag without slots is forgotten. So the bookkeeping is bounded by the tags of live entries.
 */
export class Tags {
  readonly #tags: Map<number, readonly string[]> = new Map();
  readonly #slots: Map<string, Set<number>> = new Map();

  /** @returns the tags kept: each once, in the order given. */
  add(slot: number, tags: readonly string[]): void {
    const distinct = Object.freeze([...new Set(tags)]);
    this.#tags.set(slot, distinct);
    for (const tag of distinct) {
      const slots = this.#slots.get(tag);
      if (slots === undefined) this.#slots.set(tag, new Set([slot]));
      else slots.add(slot);
    }
  }

  remove(slot: number): void {
    for (const tag of this.of(slot)) {
      // both directions are written together
      const slots = this.#slots.get(tag) as Set<number>;
      slots.delete(slot);
      if (slots.size === 0) this.#slots.delete(tag);
    }
    this.#tags.delete(slot);
  }

  of(slot: number): readonly string[] {
    return this.#tags.get(slot) ?? [];
  }

  /** The slots that carry one of `tags`, each once. */
  carrying(tags: readonly string[]): Set<number> {
    const found = new Set<number>();
    for (const tag of tags) for (const slot of this.#slots.get(tag) ?? []) found.add(slot);
    return found;
  }

  clear(): void {
    this.#tags.clear();
    this.#slots.clear();
  }

  /** How many tags and how many tagged slots are known. */
  get size(): { readonly tags: number; readonly slots: number } {
    return { tags: this.#slots.size, slots: this.#tags.size };
  }
}
