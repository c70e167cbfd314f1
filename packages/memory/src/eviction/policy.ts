/**
 * Decides which entry makes room. Its queues run through the slots; its byte of a slot's meta is its own.
 * For each new key the store calls `replace` where all slots are taken, else `arrive` once, `victim` as often as it needs room,
 * and `admit`.
 */
export interface EvictionPolicy {
  /** The byte of a slot that `touch` would leave as it is: none needs to be called for such a slot. */
  readonly settled: number;
  /** A live slot was read or written. */
  touch(slot: number): void;
  /** A key with `hash` is about to be admitted; `full`: something has to go first, so that `victim` will be called. */
  arrive(hash: number, full: boolean): void;
  /** Takes the slot that makes room out of its queue. There is at least one. */
  victim(): number;
  /** The slot of the key that arrived, just filled, enters a queue. */
  admit(slot: number): void;
  /** A key with `hash` arrives where all slots are taken: the slot that makes room is put where the newcomer belongs. */
  replace(hash: number): number;
  /** A live slot leaves for another reason. */
  remove(slot: number): void;
  /** Puts back a slot that was removed for a moment. */
  restore(slot: number): void;
  /** The bound on weight holds about so many entries: what shares of the capacity are shares of. */
  resize(capacity: number): void;
  /** All slots are gone. */
  clear(): void;
}
