import type { FailoverPlan } from './options.ts';

/** Why something is in doubt. When it is changed again, another object stands in its place. */
export interface Doubt {
  /** A prefix that stands for keys that were too many to remember. */
  readonly collapsed: boolean;
}

/** What was changed, and why it is in doubt. */
export type Doubts = Map<string, Doubt>;

// An overflow leaves at most so many prefixes; with more, it is what all of them have in common.
const mostPrefixes = 64;

/**
 * What one side of a failover must not be trusted about: changes it missed, or may have missed.
 *
 * Invariant: from before the other side takes such a change until this side was made to forget what it had,
 * {@link Journal.doubts} is true of every key the change is about. Tags may be carried by any key.
 */
export class Journal {
  readonly keys: Doubts = new Map();
  readonly prefixes: Doubts = new Map();
  readonly tags: Doubts = new Map();
  // Writes that were given up and may still take effect: how many are under way, and until when others may come.
  readonly #ghosts = new Map<string, { pending: number; until: number }>();
  readonly #held = new Set<string>();
  readonly #plan: FailoverPlan;
  readonly #overflowed: (prefixes: readonly string[], entries: number) => void;
  #bytes = 0;
  #ghostBytes = 0;

  constructor(plan: FailoverPlan, overflowed: (prefixes: readonly string[], entries: number) => void) {
    this.#plan = plan;
    this.#overflowed = overflowed;
  }

  get size(): number {
    return this.keys.size + this.prefixes.size + this.tags.size;
  }

  doubts(key: string): boolean {
    return this.keys.has(key) || this.tags.size > 0 || this.#held.has(key) || this.#covering(key) !== undefined;
  }

  addKeys(keys: Iterable<string>): void {
    for (const key of keys) {
      const prefix = this.#covering(key);
      if (prefix !== undefined && this.prefixes.get(prefix)?.collapsed === true && !this.#ghosts.has(key))
        this.#note(this.prefixes, prefix, true);
      else this.#note(this.keys, key);
    }
    this.#bound();
  }

  addPrefix(prefix: string): void {
    this.#note(this.prefixes, prefix, this.prefixes.get(prefix)?.collapsed);
    this.#bound();
  }

  addTags(tags: readonly string[]): void {
    for (const tag of tags) this.#note(this.tags, tag);
    this.#bound();
  }

  /** Forgets about `name`, unless it was changed since it was in `doubt`. @returns whether it did */
  settle(doubts: Doubts, name: string, doubt: Doubt | undefined): boolean {
    if (doubt === undefined || doubts.get(name) !== doubt) return false;
    doubts.delete(name);
    this.#bytes -= 2 * name.length;
    return true;
  }

  /** A write of `keys` was given up: `pending` of it are under way until `landed`, and it may come until `until`. */
  haunt(keys: readonly string[], pending: number, until: number): void {
    for (const key of keys) {
      const ghost = this.#ghosts.get(key) ?? { pending: 0, until };
      if (!this.#ghosts.has(key)) this.#ghostBytes += 2 * key.length;
      this.#ghosts.set(key, { pending: ghost.pending + pending, until: Math.max(until, ghost.until) });
    }
  }

  /** Whether a write of `key` that was given up may still take effect, so that nothing can be settled. */
  haunted(key: string, now: number): boolean {
    const ghost = this.#ghosts.get(key);
    if (ghost === undefined) return false;
    if (ghost.pending > 0 || now < ghost.until) return true;
    this.#ghosts.delete(key);
    this.#ghostBytes -= 2 * key.length;
    return false;
  }

  /** `key` is in doubt until it is let go, whatever is settled meanwhile: what a change under way brings may be too old. */
  hold(key: string): void {
    this.#held.add(key);
  }

  letGo(key: string): void {
    this.#held.delete(key);
  }

  #note(doubts: Doubts, name: string, collapsed = false): void {
    if (!doubts.has(name)) this.#bytes += 2 * name.length;
    doubts.set(name, { collapsed });
  }

  #covering(key: string): string | undefined {
    for (const prefix of this.prefixes.keys()) if (key.startsWith(prefix)) return prefix;
    return undefined;
  }

  #bound(): void {
    const { size } = this;
    const { maxJournalEntries, maxJournalBytes, prefix } = this.#plan;
    // Writes that may still come are remembered one by one whatever the bounds: they are no more than calls were under way.
    if (size - this.#ghosts.size <= maxJournalEntries && this.#bytes - this.#ghostBytes <= maxJournalBytes) return;
    // Any key may carry a tag: tags stand for themselves unless they are what is too much.
    const tags = [...this.tags.keys()];
    const tagsToo = 2 * tags.length > maxJournalEntries || 4 * tags.join('').length > maxJournalBytes;
    const found = this.#common(tagsToo ? (prefix ?? '') : prefix);
    let collapsed = 0;
    for (const doubts of tagsToo ? [this.keys, this.prefixes, this.tags] : [this.keys, this.prefixes])
      for (const [name, doubt] of doubts)
        if (!this.#ghosts.has(name) && this.settle(doubts, name, doubt) && !doubt.collapsed) collapsed++;
    for (const name of found) this.#note(this.prefixes, name, true);
    if (collapsed > 0) this.#overflowed(found, size);
  }

  /** What the keys that do not begin with `given` have in common, for each first part of them (`users:`) by itself; and `given`. */
  #common(given: string | undefined): string[] {
    const groups = new Map<string, string>();
    if (given !== undefined) groups.set(given, given);
    for (const name of [...this.keys.keys(), ...this.prefixes.keys()]) {
      if (given !== undefined && name.startsWith(given)) continue;
      const group = name.slice(0, name.indexOf(':') + 1);
      groups.set(group, beginning(groups.get(group) ?? name, name));
    }
    const found = [...groups.values()];
    return found.length > Math.min(mostPrefixes, this.#plan.maxJournalEntries / 2) ? [found.reduce(beginning)] : found;
  }
}

/** What two texts begin with; a character of two halves is not cut apart. */
function beginning(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, /[\uD800-\uDBFF]$/.test(a.slice(0, length)) ? length - 1 : length);
}
