import { type Clock, systemClock } from '@cache/core';
import type { Slots } from '../store/slots.ts';

/**
 * Removes entries whose time is up: a hierarchical timing wheel (Varghese, Lauck: "Hashed and hierarchical timing wheels",
 * SOSP 1987) of four levels of 64 buckets, the finest of 8 ms, worked off in slices of 0.6 ms.
 *
 * Buckets are doubly linked through words 4 and 3 of the slots' records; their heads are slots 8 to 263. A bucket that comes
 * due is spliced in O(1) onto the list `pending` (head 3), and each slice files or removes what stands first there.
 *
 * The slot is in the wheel, not the entry: eviction, removal and a later deadline do no work here. So the invariants are
 * about slots: one that is live and has a deadline is in a bucket that comes due no later than the 8 ms after the entry is
 * gone, or pending; one that is free or has no deadline may be in a bucket too, and leaves when that comes due; a pending
 * slot whose entry is not gone yet is filed again. What lies beyond the last level (a day and a half) is filed there and again.
 *
 * The timer sleeps until the next bucket in use, does not keep the process alive, and is made by the `setTimeout` of the
 * moment: when fake timers came or went since, it is made anew.
 */
export class TimerWheel<V> {
  private readonly slots: Slots<V>;
  private readonly clock: Clock;
  private readonly expire: (slot: number) => void;
  private readonly afterwards: () => void;
  /** The time at which tick 0 began. */
  private origin = 0;
  /** Buckets up to this tick have come due. */
  private tick = 0;
  /** Whether there was ever a deadline since it was empty. */
  isTurning = false;
  private closed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What made the timer, and what can clear it. */
  private madeBy: typeof setTimeout | undefined;
  private clearedBy: typeof clearTimeout = clearTimeout;
  private lookedAt = Number.NaN;
  /** The tick for which the timer is made. */
  private wakes = 0;
  private readonly longestSleep: number;

  /**
   * @param clock another than the process' own is looked at twice a second: no timer knows when it moves.
   * @param expire removes a live slot whose time is up.
   * @param afterwards called when the timer's work is done.
   */
  constructor(slots: Slots<V>, clock: Clock | undefined, expire: (slot: number) => void, afterwards: () => void) {
    this.slots = slots;
    this.clock = clock ?? systemClock;
    this.expire = expire;
    this.afterwards = afterwards;
    this.longestSleep = clock === undefined ? 2 ** 31 - 1 : 64 * tickMs;
  }

  /** A live slot's entry is gone at `gone`, and was at `before` (`Infinity`: never, or unknown) until now. */
  schedule(slot: number, gone: number, before: number): void {
    if (gone < before || this.slots.words[(slot << 3) + 4] === 0) this.refile(slot, gone);
    else if (this.isForeign()) this.sleepUntil(this.tick + 1, tickMs);
  }

  /** Whether the timer is one of fake timers that are gone since, or was made before fake ones came. */
  isForeign(): boolean {
    return this.madeBy !== globalThis.setTimeout;
  }

  /**
   * Removes what is due until that freed a slot, or a few dozen entries were looked at.
   * @returns whether a slot was freed.
   */
  reap(now: number): boolean {
    const live = this.slots.live;
    if (now !== this.lookedAt) {
      this.lookedAt = now;
      this.turn(now);
      this.peek(now, 32);
    }
    for (let left = 16; left > 0 && this.slots.live === live && this.next(now); left--);
    return this.slots.live < live;
  }

  /** Removes what is due, looking at no more than 4096 entries, about as many as a slice. @returns whether all of it is gone. */
  sweep(): boolean {
    if (!this.isTurning) return true;
    const now = this.clock.now();
    this.turn(now);
    this.cascade(this.tick + 1); // of the tick under way, too, something may be due
    let left = 4096;
    while (left > 0 && this.next(now)) left--;
    if (left > 0) this.peek(now, left);
    return left > 0;
  }

  /** All slots were cleared, and with them the buckets. */
  clear(): void {
    this.stop();
    this.isTurning = false;
    this.tick = 0;
  }

  close(): void {
    this.clear();
    this.closed = true;
  }

  open(): void {
    if (this.closed) this.madeBy = undefined; // the next deadline starts the timer
    this.closed = false;
  }

  private refile(slot: number, gone: number): void {
    if (this.slots.words[(slot << 3) + 4] !== 0) this.unlink(slot);
    if (!this.isTurning) {
      this.isTurning = true;
      this.origin = this.clock.now();
    }
    let tick = Math.ceil((gone - this.origin) / tickMs);
    let ahead = tick - this.tick;
    if (ahead < 1) {
      ahead = 1;
      tick = this.tick + 1;
    } else if (ahead >= 64 ** 4) {
      ahead = 63 * 64 ** 3;
      tick = this.tick + ahead;
    }
    if (tick < this.wakes || this.timer === undefined || this.isForeign()) this.sleepUntil(this.tick + 1, tickMs);
    let bucket = firstBucket;
    // beyond 2^31 ticks (half a year) of uptime the shifts of int32 would wrap: divide instead
    if (ahead < 64) bucket += tick & 63;
    else if (ahead < 64 ** 2) bucket += 64 + (Math.floor(tick / 64) & 63);
    else if (ahead < 64 ** 3) bucket += 128 + (Math.floor(tick / 64 ** 2) & 63);
    else bucket += 192 + (Math.floor(tick / 64 ** 3) & 63);
    this.link(bucket, slot);
  }

  /** Moves on to `now`: every bucket passed is pending. */
  private turn(now: number): void {
    const to = Math.floor((now - this.origin) / tickMs);
    const from = this.tick;
    if (to === from) return;
    this.tick = to;
    if (to < from) {
      // the clock was set back, as when fake timers go: file everything anew
      for (let bucket = firstBucket; bucket < firstBucket + 256; bucket++) this.splice(bucket);
      this.sleepUntil(to + 1, tickMs);
      return;
    }
    for (let level = 0; level < 4; level++) {
      const span = 64 ** level;
      const first = Math.floor(from / span) + 1;
      const last = Math.floor(to / span);
      for (let i = Math.max(first, last - 63); i <= last; i++) this.splice(firstBucket + level * 64 + (i & 63));
    }
  }

  /** Buckets of the coarser levels that begin with `tick` are pending, and what is in them will be filed more finely. */
  private cascade(tick: number): void {
    for (let level = 1, span = 64; level < 4 && tick % span === 0; level++, span *= 64)
      this.splice(firstBucket + level * 64 + ((tick / span) & 63));
  }

  /** Looks at the first of pending: removed when gone, else filed again. @returns whether there was one. */
  private next(now: number): boolean {
    const slot = this.slots.words[(pending << 3) + 4]!;
    if (slot === pending) return false;
    this.unlink(slot);
    if (!this.slots.isLive(slot)) return true;
    const gone = this.slots.deadline(slot) + this.slots.window(slot);
    if (gone <= now) this.expire(slot);
    else if (gone !== Number.POSITIVE_INFINITY) this.refile(slot, gone);
    return true;
  }

  /**
   * Works off pending for a slice, and at least 512 entries of it, some 0.2 ms, however little of the slice a busy machine
   * left to this process. @returns whether none is left.
   */
  private slice(now: number): boolean {
    const until = performance.now() + sliceMs;
    for (let looked = 1; this.next(now); looked++)
      if ((looked & 31) === 0 && looked >= 512 && performance.now() > until) return false;
    return true;
  }

  /** Removes what is gone among the first `most` of the bucket of the tick that is under way. */
  private peek(now: number, most: number): void {
    const words = this.slots.words;
    const bucket = firstBucket + ((this.tick + 1) & 63);
    let slot = words[(bucket << 3) + 4]!;
    for (let left = most; left > 0 && slot !== bucket; left--) {
      const next = words[(slot << 3) + 4]!;
      if (this.slots.isLive(slot) && this.slots.deadline(slot) + this.slots.window(slot) <= now) {
        this.unlink(slot);
        this.expire(slot);
      }
      slot = next;
    }
  }

  private wake(): void {
    this.timer = undefined;
    const now = this.clock.now();
    this.turn(now);
    if (this.slice(now)) this.sleepUntilNeeded(now);
    else this.sleepUntil(this.tick + 1, 1);
    this.afterwards();
  }

  /** Until the first bucket in use of any level comes due; not at all when all are empty. */
  private sleepUntilNeeded(now: number): void {
    const words = this.slots.words;
    let first = Number.POSITIVE_INFINITY;
    for (let level = 0, bucket = firstBucket, span = 1; level < 4; level++, bucket += 64, span *= 64) {
      const begun = Math.floor(this.tick / span);
      for (let i = begun + 1; i <= begun + 64 && i * span < first; i++) {
        const head = bucket + (i & 63);
        if (words[(head << 3) + 4] !== head) first = i * span;
      }
    }
    if (first !== Number.POSITIVE_INFINITY) this.sleepUntil(first, first * tickMs + this.origin - now);
  }

  private sleepUntil(tick: number, ms: number): void {
    this.stop();
    if (this.closed) return;
    this.wakes = tick;
    this.madeBy = globalThis.setTimeout;
    this.clearedBy = globalThis.clearTimeout;
    const timer = setTimeout(() => this.wake(), Math.min(Math.max(ms, 1), this.longestSleep));
    // an unref'd timer, never setImmediate: an unref'd immediate waits for other I/O. Fake timers may have no unref.
    timer.unref?.();
    this.timer = timer;
  }

  private stop(): void {
    if (this.timer !== undefined) this.clearedBy.call(globalThis, this.timer);
    this.timer = undefined;
  }

  private link(bucket: number, slot: number): void {
    const words = this.slots.words;
    const last = words[(bucket << 3) + 3]!;
    words[(slot << 3) + 4] = bucket;
    words[(slot << 3) + 3] = last;
    words[(last << 3) + 4] = slot;
    words[(bucket << 3) + 3] = slot;
  }

  private unlink(slot: number): void {
    const words = this.slots.words;
    const next = words[(slot << 3) + 4]!;
    const previous = words[(slot << 3) + 3]!;
    words[(previous << 3) + 4] = next;
    words[(next << 3) + 3] = previous;
    words[(slot << 3) + 4] = 0;
  }

  /** Appends a whole bucket to pending. */
  private splice(bucket: number): void {
    const words = this.slots.words;
    const first = words[(bucket << 3) + 4]!;
    if (first === bucket) return;
    const last = words[(bucket << 3) + 3]!;
    const end = words[(pending << 3) + 3]!;
    words[(end << 3) + 4] = first;
    words[(first << 3) + 3] = end;
    words[(last << 3) + 4] = pending;
    words[(pending << 3) + 3] = last;
    words[(bucket << 3) + 4] = bucket;
    words[(bucket << 3) + 3] = bucket;
  }
}

const tickMs = 8;
const sliceMs = 0.6;
const pending = 3;
const firstBucket = 8;
