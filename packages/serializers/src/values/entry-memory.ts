import { markAsUntransferable } from 'node:worker_threads';

/** Entries that fit share one piece of memory, as those of `Buffer.allocUnsafe` do; larger ones have their own. */
const POOL = 8192;
/** What is left at the end of the pool is given up when it is less. */
const LEAST = 1024;
/** Up to this, memory to write large entries in is kept for the next. */
const MOST = 16 * 1024 * 1024;
/** What {@link Memory.limit} leaves free: enough for all that is written at once, but text. */
const ROOM = 16;

/** Where an entry is being written. One for all, since nothing else runs meanwhile but getters. */
interface Memory {
  target: Buffer;
  /** Of the whole of `target`. */
  view: DataView;
  /** Of the next byte. */
  position: number;
  /** From here on {@link makeRoom} comes first. */
  limit: number;
}

let pool = newPool();
let poolUsed = 0;
let scratch: Buffer | undefined;
let start = 0;

export const memory: Memory = { target: pool, view: viewOf(pool), position: 0, limit: POOL - ROOM };

/** Begins an entry. */
export function beginEntry(): void {
  if (POOL - poolUsed < LEAST) {
    pool = newPool();
    poolUsed = 0;
  }
  if (memory.target !== pool) writeTo(pool);
  start = poolUsed;
  memory.position = start;
}

/** The bytes of the entry, which nothing writes over. */
export function entryWritten(): Buffer {
  const { target, position } = memory;
  if (target !== pool || position - start > POOL / 2)
    return Uint8Array.prototype.slice.call(target, start, position) as Buffer; // its species
  poolUsed = (position + 7) & ~7;
  return target.subarray(start, position);
}

/** Lets go of memory that is not worth keeping. */
export function endEntry(): void {
  if (memory.target.length <= MOST) return;
  scratch = undefined;
  writeTo(pool);
}

/** Moves what is written of the entry to where `bytes` more have room. */
export function makeRoom(bytes: number): void {
  const { target, position } = memory;
  const used = position - start;
  const needed = used + bytes + ROOM;
  const kept = scratch !== undefined && scratch !== target && scratch.length >= needed ? scratch : undefined;
  scratch = kept ?? Buffer.allocUnsafeSlow(Math.max(4 * POOL, 2 ** Math.ceil(Math.log2(needed))));
  target.copy(scratch, 0, start, position);
  writeTo(scratch);
  start = 0;
  memory.position = used;
}

/** Nobody can move it to a worker together with an entry: those of others are in it, and the next. */
function newPool(): Buffer {
  const made = Buffer.allocUnsafeSlow(POOL);
  markAsUntransferable(made.buffer);
  return made;
}

function writeTo(target: Buffer): void {
  memory.target = target;
  memory.view = viewOf(target);
  memory.limit = target.length - ROOM;
}

function viewOf(target: Buffer): DataView {
  return new DataView(target.buffer, target.byteOffset, target.byteLength);
}
