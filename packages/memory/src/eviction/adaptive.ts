import type { Slots } from '../store/slots.ts';
import { Ghost } from './ghost.ts';
import type { EvictionPolicy } from './policy.ts';

/**
 * S3-LT: S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: "FIFO queues are all you need for cache eviction", SOSP 2023) with the rule
 * of LIRS (Jiang, Zhang: SIGMETRICS 2002) at the door of the main queue, and a small queue that sizes itself.
 *
 * New keys enter the small queue; those used twice there go on to main; what falls out is remembered by the ghost. A key
 * that comes back while it is remembered may displace the last of main only if that one has been idle for longer than the
 * newcomer was away: that holds a part of a loop, or of a scan, that does not fit, and lets a new working set in. Where main
 * holds what nobody asked for in eight capacities of misses, every other entry of it makes way to whatever is new: all of
 * them, and a loop that is longer than that would lose what it has in main just before it comes back to it; none, and a
 * working set of the past would stay for ever.
 *
 * The byte of a slot: `epoch << 2 | uses`. An epoch is a quarter of the capacity in misses; uses stop at 3. A hit writes this
 * byte and moves nothing.
 *
 * Invariants: every live slot is in `small` (queue 1) or `main` (queue 2), and bit 8 of its meta says which; the counts
 * are the lengths of the queues; `smallTarget` is between 2 and 90 % of the capacity, and at least 1. One call of `victim`
 * looks at no more than `maxLooks` slots: a store in which everything is hot would be walked through otherwise.
 */
export class AdaptivePolicy<V> implements EvictionPolicy {
  private readonly slots: Slots<V>;
  private readonly ghost: Ghost;
  private capacity: number;
  private quarter = 1;
  private least = 1;
  private most = 1;
  private smallTarget: number;
  smallCount = 0;
  mainCount = 0;
  private epoch = 0;
  /** Used in this epoch, and as often as is counted. */
  settled = 3;
  /** Misses in this epoch. */
  private misses = 0;
  /** Second uses seen in the small queue, and returns of what had just left it: whether a larger one would pay. */
  private useful = 0;
  private near = 0;
  /** For the key that arrived: where it goes, and the slot that it displaces from main. */
  private toMain = false;
  private displaced = 0;
  private looks = 0;
  /** Whether the last idle slot of main was spared. */
  private spare = false;

  constructor(slots: Slots<V>, capacity: number) {
    this.slots = slots;
    this.ghost = new Ghost(capacity);
    this.capacity = capacity;
    this.smallTarget = Math.max(1, capacity * 0.1);
    this.setShares();
  }

  touch(slot: number): void {
    const words = this.slots.words;
    const at = (slot << 3) + 5;
    const meta = words[at]!;
    if (((meta ^ this.settled) & 0xff) === 0) return;
    const uses = meta & 3;
    words[at] = (meta & ~0xff) | (this.epoch << 2) | (uses + (uses < 3 ? 1 : 0));
  }

  arrive(hash: number, full: boolean): void {
    if (++this.misses >= this.quarter) this.nextEpoch();
    const word = this.ghost.take(hash);
    if (full) this.meet(word);
    else this.toMain = this.mainCount < this.capacity - this.smallTarget;
  }

  victim(): number {
    const displaced = this.displaced;
    if (displaced !== 0) {
      this.displaced = 0;
      return displaced;
    }
    return this.smallCount >= this.smallTarget || this.mainCount === 0 ? this.fromSmall() : this.fromMain();
  }

  admit(slot: number): void {
    const words = this.slots.words;
    const at = (slot << 3) + 5;
    if (this.toMain) {
      words[at] = words[at]! | (this.epoch << 2) | 0x100;
      this.slots.pushFirst(2, slot);
      this.mainCount++;
    } else {
      words[at] = words[at]! | (this.epoch << 2);
      this.slots.pushFirst(1, slot);
      this.smallCount++;
    }
  }

  replace(hash: number): number {
    if (++this.misses >= this.quarter) this.nextEpoch();
    const word = this.ghost.take(hash);
    const words = this.slots.words;
    const slot = words[(1 << 3) + 2]!;
    const at = (slot << 3) + 5;
    const meta = words[at]!;
    if (word !== 0 || (meta & 3) !== 0 || this.smallCount < this.smallTarget || this.isMainIdle())
      return this.replaceAny(word);
    // As a rule nothing is remembered of the newcomer, and nobody has asked for the last of the small queue: it becomes the first.
    this.ghost.putSmall(words[slot << 3]!, (meta & 0xff) >>> 2);
    words[at] = (meta & ~0xff) | (this.epoch << 2);
    const previous = words[at - 3]!;
    words[(previous << 3) + 1] = 1;
    words[(1 << 3) + 2] = previous;
    const first = words[(1 << 3) + 1]!;
    words[at - 4] = first;
    words[at - 3] = 1;
    words[(first << 3) + 2] = slot;
    words[(1 << 3) + 1] = slot;
    return slot;
  }

  remove(slot: number): void {
    this.slots.unlink(slot);
    if ((this.slots.meta(slot) & 0x100) !== 0) this.mainCount--;
    else this.smallCount--;
  }

  restore(slot: number): void {
    const main = (this.slots.meta(slot) & 0x100) !== 0;
    this.slots.pushFirst(main ? 2 : 1, slot);
    if (main) this.mainCount++;
    else this.smallCount++;
  }

  resize(capacity: number): void {
    this.smallTarget *= capacity / this.capacity;
    this.capacity = capacity;
    this.setShares();
    this.ghost.resize(capacity);
  }

  clear(): void {
    this.ghost.clear();
    this.smallCount = 0;
    this.mainCount = 0;
  }

  private setShares(): void {
    this.quarter = Math.max(1, Math.floor(this.capacity / 4));
    this.least = Math.max(1, this.capacity * 0.02);
    this.most = Math.max(1, this.capacity * 0.9);
    this.smallTarget = Math.min(this.most, Math.max(this.least, this.smallTarget));
  }

  private nextEpoch(): void {
    this.misses = 0;
    this.epoch = (this.epoch + 1) & 63;
    this.settled = (this.epoch << 2) | 3;
    if ((this.epoch & 15) !== 0) return;
    this.useful /= 2;
    this.near /= 2;
  }

  /** As {@link replace}, whatever there is to do. */
  private replaceAny(word: number): number {
    this.meet(word);
    const slot = this.victim();
    this.slots.setMeta(slot, this.slots.meta(slot) & ~0x1ff);
    this.admit(slot);
    return slot;
  }

  /** A key arrived, of which the ghost remembers `word`, and another has to go. */
  private meet(word: number): void {
    this.displaced = 0;
    this.looks = maxLooks;
    this.toMain = word !== 0 && this.returns(word);
  }

  private isMainIdle(): boolean {
    return this.mainCount > 0 && this.age(this.slots.last(2)) >= idle;
  }

  /** A key came back that the ghost remembers. @returns whether it goes to main, where it may displace another */
  private returns(word: number): boolean {
    const room = this.mainCount < Math.floor(this.capacity - this.smallTarget);
    this.learn(word);
    if (room) return true;
    this.displaced = this.gate((this.epoch - word) & 63);
    if (this.displaced === 0) this.smallTarget = Math.max(this.least, this.smallTarget - 0.1);
    return this.displaced !== 0;
  }

  /** Was it evicted too early, and from which queue? That one becomes larger. */
  private learn(word: number): void {
    let grow = false;
    if ((word & 0x1000) === 0) {
      if (this.ghost.age(word) > 1) return;
      this.near++;
      // growing must have paid so far, the more the larger the queue is already
      grow = this.useful >= (this.near / 8) * Math.min(1, this.smallTarget / (this.capacity * 0.1));
    }
    this.smallTarget = grow ? Math.min(this.most, this.smallTarget + 2) : Math.max(this.least, this.smallTarget - 2);
  }

  /** Epochs since it was last used. */
  private age(slot: number): number {
    return (this.epoch - ((this.slots.meta(slot) & 0xff) >>> 2)) & 63;
  }

  /** A slot of main that has been idle for longer than a newcomer that was away for `gap` epochs; 0: there is none. */
  private gate(gap: number): number {
    for (let looks = 3; looks > 0 && this.mainCount > 0; looks--) {
      const slot = this.slots.last(2);
      const uses = this.slots.meta(slot) & 3;
      if (this.age(slot) > gap * (1 + 4 * uses)) return this.dropMain(slot);
      this.secondChance(slot, uses);
    }
    return 0;
  }

  private fromSmall(): number {
    const slots = this.slots;
    while (this.smallCount > 0) {
      const slot = slots.last(1);
      const meta = slots.meta(slot);
      const uses = this.looks-- > 0 ? meta & 3 : 0;
      if (uses > 0) this.useful++;
      if (uses >= 2) {
        this.promote(slot, meta);
        if (this.smallCount < this.smallTarget) return this.fromMain();
      } else if (uses === 1 && this.smallCount > 1) {
        slots.setMeta(slot, meta & ~3);
        slots.unlink(slot);
        slots.pushFirst(1, slot);
      } else {
        if (!this.isMainIdle()) return this.dropSmall(slot);
        const oldest = slots.last(2);
        this.spare = !this.spare;
        if (this.spare) {
          this.secondChance(oldest, 0);
          return this.dropSmall(slot);
        }
        this.dropMain(oldest);
        this.promote(slot, meta);
        return oldest;
      }
    }
    return this.fromMain();
  }

  private fromMain(): number {
    for (;;) {
      const slot = this.slots.last(2);
      const uses = this.slots.meta(slot) & 3;
      if (uses === 0 || this.looks-- <= 0) return this.dropMain(slot);
      this.secondChance(slot, uses);
    }
  }

  /** The last of main becomes its first, for one of its uses. */
  private secondChance(slot: number, uses: number): void {
    if (uses > 0) this.slots.setMeta(slot, this.slots.meta(slot) - 1);
    this.slots.unlink(slot);
    this.slots.pushFirst(2, slot);
  }

  private promote(slot: number, meta: number): void {
    this.slots.unlink(slot);
    this.smallCount--;
    this.slots.setMeta(slot, (meta & ~3) | 0x100);
    this.slots.pushFirst(2, slot);
    this.mainCount++;
  }

  private dropSmall(slot: number): number {
    this.slots.unlink(slot);
    this.smallCount--;
    this.ghost.putSmall(this.slots.hash(slot), (this.slots.meta(slot) & 0xff) >>> 2);
    return slot;
  }

  private dropMain(slot: number): number {
    this.slots.unlink(slot);
    this.mainCount--;
    this.ghost.putMain(this.slots.hash(slot), (this.slots.meta(slot) & 0xff) >>> 2);
    return slot;
  }
}

/** Epochs after which an entry of main is idle: eight capacities of misses. Of 32, 36, 40, 48 and 60 this did best on loops after other work. */
const idle = 32;

/** Costs no hits that can be measured; without a bound the worst set took 29 ms at a million hot entries. */
const maxLooks = 128;
