/**
 * Where entries live: numbered slots, no object for an entry.
 *
 * A slot is a record of eight 32-bit words, half a cache line, so that one memory access brings all that a lookup needs:
 *
 *     word 0  hash of the key            word 5    meta (below)
 *          1  next in its queue, or next free        6, 7  deadline, a float64: fresh until then, Infinity: for ever
 *          2  previous in its queue
 *          3  previous in its wheel bucket
 *          4  next in its wheel bucket, 0: in none
 *
 *     Buffers begin at any multiple of 16 bytes, so a cache line may end between words 3 and 4: what a read or a renewal needs
 *     is behind that.
 *
 *     meta: bits 0–7 belong to the eviction policy, 8 in the main queue, 9 live, 10 has a stale window, 11 has tags,
 *           12–31 the birth stamp
 *
 * Key and value lie side by side in chunks of 8192 slots, so that growing copies nothing. Records are reserved at once up to
 * `reservedAtMost` slots (the kernel gives pages when they are touched) and double by copying beyond.
 *
 * Invariants: slots below `firstSlot` are heads of lists, 0 means none, and no entry has such a number. A slot from
 * `firstSlot` to `unused` is either live (in the index and in one queue) or on the free list, with key and value
 * `undefined` and meta 0; in both states it may be linked into the wheel. Numbers in here are literals because an imported
 * constant costs V8 a load and a check in every lookup. For the same reason the classes of the store have TypeScript's
 * `private` and not `#names`: those take twice the bytes of V8's inlining budget, and a set with a TTL took 15 % longer.
 */
export class Slots<V> {
  /** The records as words. */
  words: Int32Array;
  /** The same records as float64. */
  doubles: Float64Array;
  /** Lengths of stale windows, by slot less `firstSlot`; made when there is the first. */
  private windows: Float64Array | undefined;
  private readonly max: number;
  /** What `unused` is when all were used. */
  private readonly end: number;
  /** Key and value of a slot, side by side. */
  chunks: unknown[][] = [];
  private reserved: number;
  free = 0;
  /** The first slot that was never used. */
  unused: number = firstSlot;
  live = 0;

  constructor(max: number) {
    this.max = max;
    this.end = firstSlot + max;
    this.reserved = max <= reservedAtMost ? max : 1 << 16;
    const buffer = new ArrayBuffer((firstSlot + this.reserved) * 32);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.linkHeads();
  }

  /** Whether all slots are taken. */
  isFull(): boolean {
    return this.free === 0 && this.unused === this.end;
  }

  /** A slot to fill, of those that are not taken. Its content is written by {@link fill}. */
  take(): number {
    const free = this.free;
    if (free !== 0) {
      this.free = this.words[(free << 3) + 1]!;
      return free;
    }
    if (this.unused - firstSlot === this.reserved) this.growRecords();
    if (this.unused >> 13 >= this.chunks.length) this.growChunks();
    return this.unused++;
  }

  /** Makes a slot just taken live, with no deadline. `stamp` is kept as its birth. */
  fill(slot: number, key: string, value: V, hash: number, stamp: number): void {
    const at = slot << 3;
    this.words[at] = hash;
    this.words[at + 5] = 0x200 | (stamp << 12);
    const chunk = this.chunks[slot >> 13]!;
    const pair = (slot & 8191) << 1;
    chunk[pair] = key;
    chunk[pair + 1] = value;
    this.live++;
  }

  /** Gives a live slot to another entry. It stays where it is in its queue, with the policy's bits, and in the wheel. */
  refill(slot: number, key: string, value: V, hash: number, stamp: number): void {
    this.forgetWindow(slot);
    const at = slot << 3;
    this.words[at] = hash;
    this.words[at + 5] = (this.words[at + 5]! & 0x3ff) | (stamp << 12);
    const chunk = this.chunks[slot >> 13]!;
    const pair = (slot & 8191) << 1;
    chunk[pair] = key;
    chunk[pair + 1] = value;
  }

  /** Gives a live slot back. It stays where it is in the wheel, which takes it out when its bucket comes due. */
  release(slot: number): void {
    this.forgetWindow(slot);
    this.live--;
    const at = slot << 3;
    this.words[at + 5] = 0;
    this.words[at + 1] = this.free;
    this.free = slot;
    const chunk = this.chunks[slot >> 13]!;
    const pair = (slot & 8191) << 1;
    chunk[pair] = undefined;
    chunk[pair + 1] = undefined;
  }

  /** Forgets everything, wheel and queues included. */
  clear(): void {
    this.words.fill(0, 0, this.unused << 3);
    this.linkHeads();
    this.chunks = [];
    this.free = 0;
    this.unused = firstSlot;
    this.live = 0;
  }

  key(slot: number): string {
    // only written by `fill`; a free slot is never asked
    return this.chunks[slot >> 13]![(slot & 8191) << 1] as string;
  }

  value(slot: number): V {
    // only written by `fill` and `setValue`
    return this.chunks[slot >> 13]![((slot & 8191) << 1) | 1] as V;
  }

  setValue(slot: number, value: V): void {
    this.chunks[slot >> 13]![((slot & 8191) << 1) | 1] = value;
  }

  hash(slot: number): number {
    return this.words[slot << 3]!;
  }

  meta(slot: number): number {
    return this.words[(slot << 3) + 5]!;
  }

  setMeta(slot: number, meta: number): void {
    this.words[(slot << 3) + 5] = meta;
  }

  isLive(slot: number): boolean {
    return (this.words[(slot << 3) + 5]! & 0x200) !== 0;
  }

  hasTags(slot: number): boolean {
    return (this.words[(slot << 3) + 5]! & 0x800) !== 0;
  }

  setTagged(slot: number, tagged: boolean): void {
    const at = (slot << 3) + 5;
    this.words[at] = tagged ? this.words[at]! | 0x800 : this.words[at]! & ~0x800;
  }

  /** When a live slot stops being fresh. */
  deadline(slot: number): number {
    return this.doubles[(slot << 2) + 3]!;
  }

  setDeadline(slot: number, deadline: number): void {
    this.doubles[(slot << 2) + 3] = deadline;
  }

  /** How long it is kept after its deadline. */
  window(slot: number): number {
    return (this.words[(slot << 3) + 5]! & 0x400) === 0 ? 0 : this.windows![slot - firstSlot]!;
  }

  setWindow(slot: number, window: number): void {
    const at = (slot << 3) + 5;
    if (window === 0) {
      this.words[at] = this.words[at]! & ~0x400;
      return;
    }
    this.windows ??= new Float64Array(this.reserved);
    this.windows[slot - firstSlot] = window;
    this.words[at] = this.words[at]! | 0x400;
  }

  /** The stamp it was filled with, of 20 bits. */
  stamp(slot: number): number {
    return this.words[(slot << 3) + 5]! >>> 12;
  }

  setStamp(slot: number, stamp: number): void {
    const at = (slot << 3) + 5;
    this.words[at] = (this.words[at]! & 0xfff) | (stamp << 12);
  }

  // Queues: circular, doubly linked through words 1 and 2; a head is a slot below `firstSlot`.

  pushFirst(queue: number, slot: number): void {
    const words = this.words;
    const first = words[(queue << 3) + 1]!;
    words[(slot << 3) + 1] = first;
    words[(slot << 3) + 2] = queue;
    words[(first << 3) + 2] = slot;
    words[(queue << 3) + 1] = slot;
  }

  unlink(slot: number): void {
    const words = this.words;
    const next = words[(slot << 3) + 1]!;
    const previous = words[(slot << 3) + 2]!;
    words[(previous << 3) + 1] = next;
    words[(next << 3) + 2] = previous;
  }

  /** The last of a queue; the queue itself when it is empty. */
  last(queue: number): number {
    return this.words[(queue << 3) + 2]!;
  }

  /** The wheel compares a new deadline with the old one, which says nothing of an old stale window: it is to file anew. */
  private forgetWindow(slot: number): void {
    if ((this.words[(slot << 3) + 5]! & 0x400) !== 0) this.setDeadline(slot, Number.POSITIVE_INFINITY);
  }

  private linkHeads(): void {
    for (let head = 1; head < firstSlot; head++) {
      for (let word = 1; word <= 4; word++) this.words[(head << 3) + word] = head;
    }
  }

  private growChunks(): void {
    const room = Math.min(8192, firstSlot + this.max - (this.chunks.length << 13));
    const chunk: unknown[] = new Array(room << 1);
    chunk[0] = ''; // settles the kind of its elements, which would otherwise follow the first value
    this.chunks.push(chunk);
  }

  private growRecords(): void {
    const reserved = Math.min(this.max, this.reserved * 2);
    const buffer = new ArrayBuffer((firstSlot + reserved) * 32);
    const words = new Int32Array(buffer);
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(buffer);
    if (this.windows !== undefined) {
      const windows = new Float64Array(reserved);
      windows.set(this.windows);
      this.windows = windows;
    }
    this.reserved = reserved;
  }
}

/** Heads of queues, then of the wheel: see the eviction policies and the timer wheel. */
export const firstSlot = 264;

/** 2 million slots: 64 MB of address space. */
const reservedAtMost = 1 << 21;
