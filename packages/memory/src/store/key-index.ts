import { firstSlot, type Slots } from './slots.ts';

/**
 * From key to slot: open addressing with linear probing, inside the segments of an extendible hash table
 * (Fagin, Nievergelt, Pippenger, Strong: "Extendible hashing", ACM TODS 4(3), 1979), so that growth rehashes one segment of
 * some hundred keys at a time.
 *
 * A cell is `slot | distance << slotBits | hash bits above`; 0 is empty. The distance from its home is a filter (two
 * cells at equal distance have the same home) and lets a removal shift cells back without looking at a record.
 *
 * Invariants: a live slot is in exactly one cell of its hash's segment or in `overflow`; between a cell's home and the cell
 * no cell is empty (removal shifts back, there are no tombstones); no distance reaches `limit`; the count before a
 * segment is that of its cells in use and stays under `full`, about 0.58 of it. A key that would break the limit or come
 * to a full segment that cannot split, which takes chosen collisions, goes to `overflow`: a `Map` with V8's own seeded hash.
 */
export class KeyIndex<V> {
  private readonly slots: Slots<V>;
  private readonly slotBits: number;
  private readonly slotMask: number;
  /** All bits of a cell but the slot's; as a number, one distance below 0. */
  private readonly aboveSlot: number;
  /** Where in a cell the bits of the hash begin. */
  private readonly tagShift: number;
  /** No distance reaches it. */
  readonly limit: number;
  /** Cells in a segment, without its count. */
  readonly width: number;
  private readonly full: number;
  private readonly maxDepth: number;
  /** Segments that are to be expected at `max`; reserved at once. */
  private readonly expected: number;
  /** Segment after segment, each a count and its cells. */
  cells: Int32Array;
  /** By the leading bits of a hash: where the cells of its segment begin. */
  private directory: Int32Array = new Int32Array(0);
  /** How many leading bits of the hash each segment's keys share. */
  private depths: Uint8Array = new Uint8Array(0);
  segments = 0;
  private shift = 32;
  readonly overflow: Map<string, number> = new Map();

  /** @param reserve whether to set aside at once what `max` needs. */
  constructor(slots: Slots<V>, max: number, reserve: boolean) {
    this.slots = slots;
    const bits = 32 - Math.clz32(firstSlot + max - 1);
    // 8 bits of distance are ample; above 8 million slots the cell has room for 6, and with load 0.46 that still does
    const distanceBits = bits <= 23 ? 8 : 6;
    this.slotBits = bits;
    this.slotMask = (1 << bits) - 1;
    this.aboveSlot = -1 << bits;
    this.tagShift = bits + distanceBits;
    this.limit = (1 << distanceBits) - 1;
    const wanted = Math.max(16, Math.ceil(max / load));
    let depth = 1;
    while (wanted / 2 ** depth >= 1024 && depth < 16) depth++;
    this.width = Math.max(8, Math.ceil(wanted / 2 ** depth));
    this.full = Math.floor(this.width * load * 1.25);
    this.maxDepth = Math.min(depth + 2, 16);
    this.expected = 2 ** depth + ((2 ** depth) >> 5);
    const reserved = reserve && depth <= 13 ? this.expected : 2;
    this.cells = new Int32Array(reserved * (this.width + 1));
    this.clear();
  }

  clear(): void {
    this.cells.fill(0, 0, this.segments * (this.width + 1));
    this.directory = Int32Array.of(1, this.width + 2);
    this.depths = new Uint8Array(1 << this.maxDepth);
    this.depths[0] = 1;
    this.depths[1] = 1;
    this.segments = 2;
    this.shift = 31;
    this.overflow.clear();
  }

  /** The slot of `key`, whose hash is `hash`, or 0. */
  find(key: string, hash: number): number {
    const cells = this.cells;
    const chunks = this.slots.chunks;
    const above = this.aboveSlot;
    const start = this.directory[hash >>> this.shift]!;
    const end = start + this.width;
    let at = start + (((hash & 0xffff) * this.width) >>> 16);
    let tag = hash << this.tagShift;
    for (;;) {
      const cell = cells[at]!;
      if (cell === 0) break;
      // where all above the slot is equal, the slot is what differs
      const slot = cell ^ tag;
      if ((slot & above) === 0 && chunks[slot >> 13]![(slot & 8191) << 1] === key) return slot;
      if (++at === end) at = start;
      tag = (tag - above) | 0; // one step further from home
    }
    return this.overflow.size === 0 ? 0 : this.spilled(key);
  }

  private spilled(key: string): number {
    return this.overflow.get(key) ?? 0;
  }

  /** Adds a slot whose key is not in here. */
  add(slot: number, key: string, hash: number): void {
    for (;;) {
      const start = this.directory[hash >>> this.shift]!;
      const count = this.cells[start - 1]!;
      if (count < this.full) {
        if (!this.place(start, slot, hash)) break;
        this.cells[start - 1] = count + 1;
        return;
      }
      if (!this.split(hash)) break;
    }
    this.overflow.set(key, slot);
  }

  /** Removes a live slot, whose key and hash are still there. */
  remove(slot: number): void {
    const cells = this.cells;
    const mask = this.slotMask;
    const bits = this.slotBits;
    const hash = this.slots.hash(slot);
    const start = this.directory[hash >>> this.shift]!;
    const end = start + this.width;
    let at = start + (Math.imul(hash & 0xffff, this.width) >>> 16);
    let left = this.limit;
    while ((cells[at]! & mask) !== slot) {
      if (cells[at] === 0 || --left === 0) {
        this.overflow.delete(this.slots.key(slot));
        return;
      }
      if (++at === end) at = start;
    }
    cells[start - 1]!--;
    let next = at;
    for (let gap = 1; gap < this.limit; gap++) {
      if (++next === end) next = start;
      const cell = cells[next]!;
      if (cell === 0) break;
      if (((cell >>> bits) & this.limit) >= gap) {
        cells[at] = cell - (gap << bits);
        at = next;
        gap = 0;
      }
    }
    cells[at] = 0;
  }

  private place(start: number, slot: number, hash: number): boolean {
    const cells = this.cells;
    const end = start + this.width;
    let at = start + (Math.imul(hash & 0xffff, this.width) >>> 16);
    let tag = hash << this.tagShift;
    for (let left = this.limit; left > 0; left--) {
      if (cells[at] === 0) {
        cells[at] = tag | slot;
        return true;
      }
      if (++at === end) at = start;
      tag += this.slotMask + 1;
    }
    return false;
  }

  /** Splits the segment of `hash` in two, by one more bit of its hashes. */
  private split(hash: number): boolean {
    const size = this.width + 1;
    const first = Math.floor(this.directory[hash >>> this.shift]! / size);
    const depth = this.depths[first]! + 1;
    if (depth > 32 - this.shift && !this.doubleDirectory()) return false;
    const second = this.segments++;
    if ((second + 1) * size > this.cells.length) this.growCells((second + 1) * size);
    this.depths[first] = depth;
    this.depths[second] = depth;
    // the directory's entries with the new bit set now lead to the second segment
    const entries = 1 << (32 - this.shift - depth);
    const from = (((hash >>> (32 - depth)) | 1) >>> 0) * entries;
    this.directory.fill(second * size + 1, from, from + entries);
    const old = this.cells.slice(first * size + 1, (first + 1) * size);
    this.cells.fill(0, first * size, (first + 1) * size);
    for (const cell of old) {
      if (cell === 0) continue;
      const slot = cell & this.slotMask;
      const moved = this.slots.hash(slot);
      const start = this.directory[moved >>> this.shift]!;
      if (this.place(start, slot, moved)) this.cells[start - 1]!++;
      else this.overflow.set(this.slots.key(slot), slot);
    }
    return true;
  }

  private doubleDirectory(): boolean {
    if (32 - this.shift >= this.maxDepth) return false;
    const old = this.directory;
    this.directory = new Int32Array(old.length * 2);
    for (let i = 0; i < this.directory.length; i++) this.directory[i] = old[i >> 1]!;
    this.shift--;
    return true;
  }

  private growCells(needed: number): void {
    // doubles on the way to what is expected, then by little: spare segments would double the table
    const size = this.width + 1;
    const doubled = Math.min(this.cells.length * 2, this.expected * size);
    const cells = new Int32Array(Math.max(doubled, needed + Math.ceil(needed / 32 / size) * size));
    cells.set(this.cells);
    this.cells = cells;
  }
}

/** Cells in use at `max`. An evicting set costs 125 ns at 0.68, 100 at 0.5 and 90 at 0.4; 8.7 bytes an entry are well spent. */
const load = 0.46;
