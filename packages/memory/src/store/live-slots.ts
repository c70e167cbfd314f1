import { firstSlot, type Slots } from './slots.ts';

/** Walks through the live slots while others write: what they add is told from what was there by the stamp it was filled with. */
export class LiveSlots<V> {
  private readonly slots: Slots<V>;
  /** For slots that are filled now; moves on with each walk. */
  stamp = 0;

  constructor(slots: Slots<V>) {
    this.slots = slots;
  }

  /** The live slots, fresh or not, that are there when the walk begins and still when it gets to them. */
  *walk(): Generator<number> {
    const stamp = this.next();
    for (let slot = firstSlot; slot < this.slots.unused; slot++)
      if (this.slots.isLive(slot) && this.slots.stamp(slot) < stamp) yield slot;
  }

  private next(): number {
    if (++this.stamp < 1 << 20) return this.stamp;
    // after a million walks: all that lives is from before the next. Only a walk older than that could err.
    for (let slot = firstSlot; slot < this.slots.unused; slot++)
      if (this.slots.isLive(slot)) this.slots.setStamp(slot, 0);
    this.stamp = 1;
    return 1;
  }
}
