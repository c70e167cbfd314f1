import type { Slots } from '../store/slots.ts';
import type { EvictionPolicy } from './policy.ts';

/** Exact least recently used: one queue, the last used first. Invariant: every live slot is in it once. */
export class LruPolicy<V> implements EvictionPolicy {
  private readonly slots: Slots<V>;
  /** No slot's: the byte is always 0. */
  readonly settled = 1;

  constructor(slots: Slots<V>) {
    this.slots = slots;
  }

  touch(slot: number): void {
    this.slots.unlink(slot);
    this.slots.pushFirst(1, slot);
  }

  arrive(): void {}

  victim(): number {
    const slot = this.slots.last(1);
    this.slots.unlink(slot);
    return slot;
  }

  admit(slot: number): void {
    this.slots.pushFirst(1, slot);
  }

  replace(): number {
    const slot = this.slots.last(1);
    this.touch(slot);
    return slot;
  }

  remove(slot: number): void {
    this.slots.unlink(slot);
  }

  restore(slot: number): void {
    this.slots.pushFirst(1, slot);
  }

  resize(): void {}

  clear(): void {}
}
