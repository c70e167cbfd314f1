import type { Clock, WriteOptions } from '@cache/core';
import { AdaptivePolicy } from '../eviction/adaptive.ts';
import { LruPolicy } from '../eviction/lru.ts';
import type { EvictionPolicy } from '../eviction/policy.ts';
import { coarseNow } from '../expiry/coarse-clock.ts';
import { TimerWheel } from '../expiry/timer-wheel.ts';
import { largestMax, type Settings } from '../options.ts';
import { type RemovalReason, Removals } from '../removals.ts';
import { Tags } from '../tags.ts';
import { hashOf, hashSeed } from './key-hash.ts';
import { KeyIndex } from './key-index.ts';
import { firstSlot, Slots } from './slots.ts';
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
  readonly index: KeyIndex<V>;
  readonly policy: EvictionPolicy;
  readonly wheel: TimerWheel<V>;
  readonly tags: Tags = new Tags();
  readonly removals: Removals<V> = new Removals();
  readonly weights: Weights<V> | undefined;
  private readonly clock: Clock | undefined;
  /** How many entries shares of the capacity are shares of. */
  private capacity: number;
  /** Given to new slots; moves on with each iteration. */
  private stamp = 0;
  /** The key that was last missed, until it is written. */
  private missedKey: string | undefined;
  private missedHash = 0;
  writes = 0;
  evictions = 0;
  expirations = 0;

  constructor({ max, maxWeight, weigh, eviction, clock, onRemove }: Settings<V>) {
    this.capacity = Math.min(max, largestMax);
    this.slots = new Slots(this.capacity);
    this.index = new KeyIndex(this.slots, this.capacity, max <= largestMax);
    this.policy = eviction === 'lru' ? new LruPolicy(this.slots) : new AdaptivePolicy(this.slots, this.capacity);
    this.weights = maxWeight === undefined ? undefined : new Weights(maxWeight, weigh);
    this.wheel = new TimerWheel(
      this.slots,
      () => (clock === undefined ? performance.now() : clock.now()),
      (slot) => this.expire(slot),
      () => this.removals.tell(),
    );
    this.clock = clock;
    if (onRemove !== undefined) this.removals.add(onRemove);
  }

  now(): number {
    return this.clock === undefined ? coarseNow() : this.clock.now();
  }

  hash(key: string): number {
    return hashOf(key, hashSeed);
  }

  /** The slot of `key`, fresh, stale or gone; 0 when there is none. */
  find(key: string): number {
    return this.index.find(key, this.hash(key));
  }

  /** A read of `key` missed: as a rule it is written next, so its hash is kept. */
  missed(key: string, hash: number): void {
    this.missedKey = key;
    this.missedHash = hash;
  }

  isFresh(slot: number): boolean {
    const deadline = this.slots.deadline(slot);
    return deadline === never || deadline > this.now();
  }

  /** Whether it is past its stale window: as good as absent. */
  isGone(slot: number): boolean {
    const deadline = this.slots.deadline(slot);
    return deadline !== never && deadline + this.slots.window(slot) <= this.now();
  }

  /** The slot of `key` unless it is gone, in which case it is removed; 0 when there is none. */
  findKept(key: string): number {
    const hash = this.hash(key);
    const slot = this.index.find(key, hash);
    if (slot !== 0 && !this.isGone(slot)) return slot;
    this.missed(key, hash);
    if (slot !== 0) this.expire(slot);
    return 0;
  }

  /** Stores `value`, replacing an entry already there, and tells what that removed. */
  write(key: string, value: V, options: WriteOptions | undefined): void {
    const slots = this.slots;
    const missed = this.missedKey;
    const hash = missed !== undefined && key === missed ? this.missedHash : hashOf(key, hashSeed);
    const slot = this.index.find(key, hash);
    if (
      slot === 0 ||
      this.weights !== undefined ||
      this.removals.active ||
      (slots.words[(slot << 3) + 5]! & 0xc00) !== 0 || // has tags or a stale window
      (options !== undefined && (options.tags !== undefined || (options.staleFor ?? 0) !== 0))
    ) {
      this.writeAny(key, value, hash, slot, options);
      return;
    }
    // Renewing an entry of which only value and deadline are known, in the words of its record: with a method of `slots` for each
    // step, as everywhere else, V8 spends its budget for inlining on them, and a set with a TTL takes a fifth longer.
    this.writes++;
    this.policy.touch(slot);
    slots.chunks[slot >> 13]![((slot & 8191) << 1) | 1] = value;
    const doubles = slots.doubles;
    const before = doubles[(slot << 2) + 3]!;
    const ttl = options?.ttl ?? null;
    const deadline = ttl === null ? never : this.now() + ttl;
    doubles[(slot << 2) + 3] = deadline;
    if (deadline !== never) this.wheel.schedule(slot, deadline, before);
  }

  /** As {@link write}, whatever there is to do. */
  private writeAny(key: string, value: V, hash: number, found: number, options: WriteOptions = {}): void {
    this.missedKey = undefined;
    let slot = found;
    if (this.weights !== undefined) slot = this.writeWeighed(key, value, hash, this.weights);
    else if (slot === 0) slot = this.insert(key, value, hash);
    else this.overwrite(slot, value);
    if (slot !== 0) this.setTimes(slot, options.ttl ?? null, options.staleFor ?? 0);
    if (slot !== 0 && options.tags !== undefined && options.tags.length > 0) {
      this.tags.add(slot, options.tags);
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
    const deadline = ttl === null ? never : this.now() + ttl;
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
      for (const slot of this.liveSlots()) this.removals.record(this.slots.key(slot), this.slots.value(slot), 'clear');
    this.slots.clear();
    this.index.clear();
    this.policy.clear();
    this.wheel.clear();
    this.tags.clear();
    this.weights?.clear();
  }

  /** The live slots, fresh or not, that are there when the iteration begins and still when it gets to them. */
  *liveSlots(): Generator<number> {
    const stamp = this.nextStamp();
    for (let slot = firstSlot; slot < this.slots.unused; slot++)
      if (this.slots.isLive(slot) && this.slots.stamp(slot) < stamp) yield slot;
  }

  /** What is written from now on is told from what was there by its stamp. */
  private nextStamp(): number {
    if (++this.stamp < 1 << 20) return this.stamp;
    // after a million iterations: all that lives is from before the next. Only an iteration older than that could err.
    for (let slot = firstSlot; slot < this.slots.unused; slot++)
      if (this.slots.isLive(slot)) this.slots.setStamp(slot, 0);
    this.stamp = 1;
    return 1;
  }

  private insert(key: string, value: V, hash: number): number {
    let slot = this.slots.take();
    if (slot !== 0) this.policy.arrive(hash, false);
    else slot = this.makeRoom(hash);
    this.fill(slot, key, value, hash);
    return slot;
  }

  private fill(slot: number, key: string, value: V, hash: number): void {
    this.slots.fill(slot, key, value, hash, this.stamp);
    this.index.add(slot, key, hash);
    this.policy.admit(slot);
  }

  /** A slot for an entry of `hash` when all are taken. What is known to be dead goes first. */
  private makeRoom(hash: number): number {
    if (this.wheel.isTurning && this.wheel.reap(this.now())) {
      this.policy.arrive(hash, false);
      return this.slots.take();
    }
    this.policy.arrive(hash, true);
    this.evictions++;
    const slot = this.policy.victim();
    this.detach(slot, 'evict');
    this.slots.vacate(slot);
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
      slot = this.slots.take();
      this.fill(slot, key, value, hash);
    } else {
      slot = this.insert(key, value, hash);
    }
    weights.set(slot, weight);
    return slot;
  }

  /** Removes entries until `weight` fits: what is known to be dead, then what the policy chooses. */
  private lighten(hash: number, weight: number, weights: Weights<V>): void {
    while (weights.exceededBy(weight) && this.wheel.isTurning && this.wheel.reap(this.now()));
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
    const slots = this.slots;
    if (this.removals.active)
      this.removals.record(slots.key(slot), slots.value(slot), this.isGone(slot) ? 'expire' : 'replace');
    if (slots.hasTags(slot)) this.untag(slot);
    this.policy.touch(slot);
    slots.setValue(slot, value);
  }

  private untag(slot: number): void {
    this.tags.remove(slot);
    this.slots.setTagged(slot, false);
  }

  /** Out of everything but its queue and its slot. */
  private detach(slot: number, reason: RemovalReason): void {
    this.index.remove(slot);
    if (this.removals.active) this.removals.record(this.slots.key(slot), this.slots.value(slot), reason);
    if (this.slots.hasTags(slot)) this.untag(slot);
    if (this.weights !== undefined) this.weights.set(slot, 0);
  }

  private release(slot: number, reason: RemovalReason): void {
    this.detach(slot, reason);
    this.slots.release(slot);
  }
}

const never = Number.POSITIVE_INFINITY;
