import type { Clock } from '@cache/core';
import { AdaptivePolicy } from '../eviction/adaptive.ts';
import { LruPolicy } from '../eviction/lru.ts';
import type { EvictionPolicy } from '../eviction/policy.ts';
import { coarseClock } from '../expiry/coarse-clock.ts';
import { TimerWheel } from '../expiry/timer-wheel.ts';
import { largestMax, type Settings } from '../options.ts';
import { type RemovalListener, type RemovalReason, Removals } from '../removals.ts';
import { Tags } from '../tags.ts';
import { hashOf, hashSeed } from './key-hash.ts';
import { KeyIndex } from './key-index.ts';
import { LiveSlots } from './live-slots.ts';
import { Slots } from './slots.ts';
import { Weights } from './weights.ts';

/**
 * The entries, by key: brings slots, index, queues, wheel, tags and weights together and keeps them saying the same.
 *
 * Invariants, between any two calls: exactly the live slots are in the index, in one queue of the policy, and, if they have
 * tags or weight, in those; there are at most `max`, of at most `maxWeight`. User code (`weigh`, listeners, iterators) is
 * called only when they hold.
 */
export class Entries<V> {
  readonly slots: Slots<V>;
  /** The live slots, to walk through. */
  readonly live: LiveSlots<V>;
  readonly index: KeyIndex<V>;
  readonly policy: EvictionPolicy;
  readonly wheel: TimerWheel<V>;
  readonly tags: Tags = new Tags();
  readonly removals: Removals<V> = new Removals();
  readonly weights: Weights<V> | undefined;
  readonly clock: Clock;
  /** How many entries shares of the capacity are shares of. */
  private capacity: number;
  /** The key that was last missed, until any key comes: it is not in here. */
  private missedKey: string | undefined;
  private missedHash = 0;
  /** Whether a renewal concerns others: a bound on weight, or who listens. */
  private involved: boolean;
  writes = 0;
  evictions = 0;
  expirations = 0;

  constructor({ max, maxWeight, weigh, eviction, clock, onRemove }: Settings<V>) {
    this.capacity = Math.min(max, largestMax);
    this.slots = new Slots(this.capacity);
    this.live = new LiveSlots(this.slots);
    this.index = new KeyIndex(this.slots, this.capacity, max <= largestMax);
    this.policy = eviction === 'lru' ? new LruPolicy(this.slots) : new AdaptivePolicy(this.slots, this.capacity);
    this.weights = maxWeight === undefined ? undefined : new Weights(maxWeight, weigh);
    this.wheel = new TimerWheel(
      this.slots,
      clock,
      (slot) => this.expire(slot),
      () => this.removals.tell(),
    );
    this.clock = clock ?? coarseClock;
    this.involved = this.weights !== undefined;
    if (onRemove !== undefined) this.onRemove(onRemove);
  }

  hash(key: string): number {
    return hashOf(key, hashSeed);
  }

  /** See {@link Removals.add}. */
  onRemove(listener: RemovalListener<V>): () => void {
    const off = this.removals.add(listener);
    this.involved = true;
    return () => {
      off();
      this.involved = this.weights !== undefined || this.removals.active;
    };
  }

  /** The slot of `key`, fresh, stale or gone; 0 when there is none. */
  find(key: string): number {
    return this.index.find(key, this.hash(key));
  }

  /** A read of `key` found no slot: as a rule it is written next, so that and its hash are kept. */
  missed(key: string, hash: number): void {
    this.missedKey = key;
    this.missedHash = hash;
  }

  isFresh(slot: number): boolean {
    const deadline = this.slots.deadline(slot);
    return deadline === never || deadline > this.clock.now();
  }

  /** Whether it is past its stale window: as good as absent. */
  isGone(slot: number): boolean {
    const deadline = this.slots.deadline(slot);
    return deadline !== never && deadline + this.slots.window(slot) <= this.clock.now();
  }

  /** The slot of `key` unless it is gone, in which case it is removed; 0 when there is none. */
  findKept(key: string): number {
    const hash = this.hash(key);
    const slot = this.index.find(key, hash);
    if (slot !== 0 && !this.isGone(slot)) return slot;
    if (slot !== 0) this.expire(slot);
    this.missed(key, hash);
    return 0;
  }

  /** Stores `value`, replacing an entry already there, and tells what that removed. */
  write(key: string, value: V, ttl: number | null, staleFor: number, tags: readonly string[] | undefined): void {
    const absent = this.missedKey !== undefined && key === this.missedKey;
    const hash = absent ? this.missedHash : hashOf(key, hashSeed);
    const slot = absent ? 0 : this.index.find(key, hash);
    const { words, chunks } = this.slots;
    const meta = words[(slot << 3) + 5]!; // of no slot: 0
    if ((meta & 0xc00) !== 0 || staleFor !== 0 || tags !== undefined || this.involved) {
      this.writeAny(key, value, hash, slot, ttl, staleFor, tags);
      return;
    }
    // As a rule that is all: in the words of the record, since with methods V8's budget for inlining ends before the clock's call.
    this.writes++;
    let at = slot;
    if (slot === 0) at = this.insert(key, value, hash);
    else {
      if (((meta ^ this.policy.settled) & 0xff) !== 0) this.policy.touch(slot);
      chunks[slot >> 13]![((slot & 8191) << 1) | 1] = value;
    }
    const { doubles } = this.slots; // an insertion may have made it anew
    const due = (at << 2) + 3;
    const deadline = ttl === null ? never : this.clock.now() + ttl;
    const before = doubles[due]!;
    doubles[due] = deadline;
    // what had a deadline is in the wheel, and stays where it is when that moves on
    if (ttl !== null && (deadline < before || slot === 0 || this.wheel.isForeign()))
      this.wheel.schedule(at, deadline, before);
  }

  /** As {@link write}, whatever there is to do. */
  private writeAny(
    key: string,
    value: V,
    hash: number,
    found: number,
    ttl: number | null,
    staleFor: number,
    tags: readonly string[] | undefined,
  ): void {
    let slot = found;
    if (this.weights !== undefined) slot = this.writeWeighed(key, value, hash, this.weights);
    else if (slot === 0) slot = this.insert(key, value, hash);
    else this.overwrite(slot, value);
    if (slot !== 0) this.setTimes(slot, ttl, staleFor);
    if (slot !== 0 && tags !== undefined && tags.length > 0) {
      this.tags.add(slot, tags);
      this.slots.setTagged(slot, true);
    }
    this.writes++;
    this.removals.tell();
  }

  /** Fresh for `ttl` milliseconds from now, and kept for `window` more. */
  setTimes(slot: number, ttl: number | null, window: number): void {
    const slots = this.slots;
    const oldWindow = slots.window(slot);
    const before = oldWindow === 0 ? slots.deadline(slot) : never;
    const deadline = ttl === null ? never : this.clock.now() + ttl;
    slots.setDeadline(slot, deadline);
    if (window !== oldWindow) slots.setWindow(slot, window);
    if (deadline !== never) this.wheel.schedule(slot, deadline + window, before);
  }

  /** Removes a live slot whose time is up. */
  expire(slot: number): void {
    this.expirations++;
    this.remove(slot, 'expire');
  }

  /** Removes a live slot. */
  remove(slot: number, reason: RemovalReason): void {
    this.policy.remove(slot);
    this.release(slot, reason);
  }

  clear(): void {
    if (this.removals.active)
      for (const slot of this.live.walk()) this.removals.record(this.slots.key(slot), this.slots.value(slot), 'clear');
    this.slots.clear();
    this.index.clear();
    this.policy.clear();
    this.wheel.clear();
    this.tags.clear();
    this.weights?.clear();
  }

  /** Adds an entry whose key is not in here. What is known to be dead makes room before what lives. */
  private insert(key: string, value: V, hash: number): number {
    if (this.slots.isFull() && !(this.wheel.isTurning && this.wheel.reap(this.clock.now())))
      return this.displace(key, value, hash);
    this.policy.arrive(hash, false);
    return this.add(key, value, hash);
  }

  private add(key: string, value: V, hash: number): number {
    this.missedKey = undefined;
    const slot = this.slots.take();
    this.slots.fill(slot, key, value, hash, this.live.stamp);
    this.index.add(slot, key, hash);
    this.policy.admit(slot);
    return slot;
  }

  /** An entry takes the place of another. */
  private displace(key: string, value: V, hash: number): number {
    this.missedKey = undefined;
    this.evictions++;
    const slot = this.policy.replace(hash);
    this.index.remove(slot);
    this.leave(slot, 'evict');
    this.slots.refill(slot, key, value, hash, this.live.stamp);
    this.index.add(slot, key, hash);
    return slot;
  }

  /** As {@link write}, under a bound on weight. @returns 0 when the entry alone is too heavy, and was evicted at once */
  private writeWeighed(key: string, value: V, hash: number, weights: Weights<V>): number {
    const weight = weights.weigh(value, key);
    let slot = this.index.find(key, hash);
    if (weight > weights.max) {
      if (slot !== 0) this.remove(slot, 'replace');
      this.evictions++;
      if (this.removals.active) this.removals.record(key, value, 'evict');
      return 0;
    }
    if (slot !== 0) {
      this.overwrite(slot, value);
      weights.set(slot, 0);
      if (weights.exceededBy(weight)) {
        // others make room for it, not it for itself, neither because it is next nor because its old time is up
        this.policy.remove(slot);
        this.slots.setDeadline(slot, never);
        this.lighten(this.slots.hash(slot), weight, weights);
        this.policy.restore(slot);
      }
    } else if (weights.exceededBy(weight)) {
      this.lighten(hash, weight, weights);
      slot = this.add(key, value, hash);
    } else {
      slot = this.insert(key, value, hash);
    }
    weights.set(slot, weight);
    return slot;
  }

  /** Removes entries until `weight` fits: what is known to be dead, then what the policy chooses. */
  private lighten(hash: number, weight: number, weights: Weights<V>): void {
    while (weights.exceededBy(weight) && this.wheel.isTurning && this.wheel.reap(this.clock.now()));
    this.fitCapacity();
    this.policy.arrive(hash, weights.exceededBy(weight));
    while (weights.exceededBy(weight)) {
      this.evictions++;
      this.release(this.policy.victim(), 'evict');
    }
  }

  /** Under a bound on weight, the capacity in entries is what fits at present. */
  private fitCapacity(): void {
    const fits = Math.max(1, this.slots.live);
    if (fits * 8 <= this.capacity * 9 && fits * 9 >= this.capacity * 8) return;
    this.capacity = fits;
    this.policy.resize(fits);
  }

  private overwrite(slot: number, value: V): void {
    if (this.removals.active)
      this.removals.record(this.slots.key(slot), this.slots.value(slot), this.isGone(slot) ? 'expire' : 'replace');
    if (this.slots.hasTags(slot)) this.untag(slot);
    this.policy.touch(slot);
    this.slots.setValue(slot, value);
  }

  private untag(slot: number): void {
    this.tags.remove(slot);
    this.slots.setTagged(slot, false);
  }

  private release(slot: number, reason: RemovalReason): void {
    this.index.remove(slot);
    this.leave(slot, reason);
    this.slots.release(slot);
  }

  /** What concerns others when an entry leaves: who listens, its tags, its weight. */
  private leave(slot: number, reason: RemovalReason): void {
    if (this.removals.active) this.removals.record(this.slots.key(slot), this.slots.value(slot), reason);
    if (this.slots.hasTags(slot)) this.untag(slot);
    if (this.weights !== undefined) this.weights.set(slot, 0);
  }
}

const never = Number.POSITIVE_INFINITY;
