/**
 * What was evicted lately, as fingerprints: a table of sets of four words, two words for each entry the cache holds.
 *
 *     word: fingerprint 19 bits | from main 1 | tick 6 | epoch 6; 0 is empty
 *
 * The tick counts sixteenths of a capacity of evictions from the same queue, modulo 64; the epoch is the one in which the
 * entry was last used. Invariants: the words of a set are in the order in which they were put in, the newest first; one
 * whose tick is more than its queue's span ago means nothing. The set is chosen by bits that depend on all of the hash,
 * apart from the fingerprint (correlated ones cost 0.2 pp of hits). The table is made at the first eviction.
 */
export class Ghost {
  private words: Int32Array | undefined;
  private sets = 0;
  private scale = 0;
  private sixteenth = 1;
  private smallSpan = 32;
  /** Where the bits of queue and tick stand in a word. */
  private smallTick = 0;
  private mainTick = 0x1000;
  /** Evictions until the next tick. */
  private smallLeft = 1;
  private mainLeft = 1;

  constructor(capacity: number) {
    this.resize(capacity);
  }

  /** Remembers as much as a cache of `capacity` entries needs. Forgets all when that is much more or less than before. */
  resize(capacity: number): void {
    this.sixteenth = Math.max(1, Math.floor(capacity / 16));
    this.smallSpan = Math.max(1, Math.floor((2 * capacity) / this.sixteenth));
    this.smallLeft = this.sixteenth;
    this.mainLeft = this.sixteenth;
    const sets = Math.ceil(capacity / 2);
    if (sets <= this.sets && sets * 4 >= this.sets) return;
    this.sets = sets;
    this.scale = sets / 2 ** 32;
    this.words = undefined;
  }

  clear(): void {
    this.words = undefined;
  }

  /** Remembers an entry evicted from the small queue, last used in `epoch`. */
  putSmall(hash: number, epoch: number): void {
    if (--this.smallLeft === 0) {
      this.smallLeft = this.sixteenth;
      this.smallTick = (this.smallTick + 0x40) & 0xfc0;
    }
    this.put(hash, (hash & ~0x1fff) | this.smallTick | epoch);
  }

  /** Remembers an entry evicted from main. */
  putMain(hash: number, epoch: number): void {
    if (--this.mainLeft === 0) {
      this.mainLeft = this.sixteenth;
      this.mainTick = ((this.mainTick + 0x40) & 0xfc0) | 0x1000;
    }
    this.put(hash, (hash & ~0x1fff) | this.mainTick | epoch);
  }

  /** Takes out what is remembered of `hash`: its word, or 0. */
  take(hash: number): number {
    const words = this.words;
    if (words === undefined) return 0;
    let at = this.setOf(hash);
    if ((words[at]! ^ hash) >>> 13 !== 0) {
      if ((words[at + 1]! ^ hash) >>> 13 === 0) at += 1;
      else if ((words[at + 2]! ^ hash) >>> 13 === 0) at += 2;
      else if ((words[at + 3]! ^ hash) >>> 13 === 0) at += 3;
      else return 0;
    }
    const word = words[at]!;
    words[at] = 0;
    return this.age(word) <= ((word & 0x1000) === 0 ? this.smallSpan : 1) ? word : 0;
  }

  /** How many ticks ago it was put in. */
  age(word: number): number {
    const tick = (word & 0x1000) === 0 ? this.smallTick : this.mainTick;
    return ((tick >> 6) - (word >> 6)) & 63;
  }

  /** The newest comes first, the others move up to the first empty place, and where there is none the oldest falls out. */
  private put(hash: number, word: number): void {
    this.words ??= new Int32Array(this.sets << 2);
    const words = this.words;
    const at = this.setOf(hash);
    const first = words[at]!;
    words[at] = word;
    if (first === 0) return;
    const second = words[at + 1]!;
    words[at + 1] = first;
    if (second === 0) return;
    const third = words[at + 2]!;
    words[at + 2] = second;
    if (third !== 0) words[at + 3] = third;
  }

  private setOf(hash: number): number {
    return ((Math.imul(hash, 0x85ebca6b) >>> 0) * this.scale) << 2;
  }
}
