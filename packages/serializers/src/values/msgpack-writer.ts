import { hasArrayPrototype, hasElementsOnly } from '@cache/core';
import { beginEntry, endEntry, entryWritten, makeRoom, memory } from './entry-memory.ts';
import { isReservedKey } from './msgpack-format.ts';
import { beginShapes, emptyShape, followed, type Shape } from './record-shapes.ts';
import { isWellFormedString } from './well-formed.ts';
import { writeText } from './write-text.ts';

// Writes what plain data is made of, byte by byte as msgpackr does, and finds in the same walk what msgpackr would change in
// silence: a walk of its own, before msgpackr walks too, costs more than the questions that have to be asked of every object.

let isWriting = false;

/** Counts the entries, so that records are known to be of this one. */
let entry = 0;
let records = 0;
const FIRST_ID = 0x40;
const IDS = 0x40;
/** The shapes that the ids stand for. */
const holders: (Shape | undefined)[] = new Array(IDS).fill(undefined);

/**
 * `value` as msgpackr writes it with records inline, behind the byte `first`; `undefined` when anything in it needs a look:
 * instances, -0, lone surrogates, holes, undefined in a list, the keys `__proto__` and `__keys__`, properties named by symbols
 * and named ones of arrays, a cycle, a getter that throws or has another entry written.
 */
export function writePlain(value: unknown, first: number): Uint8Array | undefined {
  if (isWriting || isPolluted()) return undefined;
  isWriting = true;
  try {
    beginEntry();
    beginShapes();
    entry++;
    records = 0;
    writeByte(first);
    return write(value) ? entryWritten() : undefined;
  } catch {
    return undefined; // nesting beyond the stack, a getter that throws: the walk that names paths says which
  } finally {
    isWriting = false;
    endEntry();
  }
}

/** Whether every object seems to have keys that are not its own. */
function isPolluted(): boolean {
  for (const _ in Object.prototype) return true;
  return false;
}

function write(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return writeText(value);
    case 'number':
      return writeNumber(value);
    case 'object':
      if (value === null) return writeByte(0xc0);
      return Array.isArray(value) ? writeArray(value) : writeObject(value);
    case 'boolean':
      return writeByte(value ? 0xc3 : 0xc2);
    case 'undefined':
      return writeByte(0xd4) && writeByte(0) && writeByte(0);
    case 'bigint':
      return writeBigint(value);
    default:
      return false;
  }
}

function writeByte(byte: number): boolean {
  if (memory.position > memory.limit) makeRoom(1);
  memory.target[memory.position++] = byte;
  return true;
}

function writeNumber(value: number): boolean {
  if (memory.position > memory.limit) makeRoom(9);
  const { target, view, position } = memory;
  if (value >>> 0 === value) {
    if (value < FIRST_ID) {
      if (value === 0 && 1 / value < 0) return false;
      target[position] = value;
      memory.position = position + 1;
    } else if (value < 0x100) {
      target[position] = 0xcc;
      target[position + 1] = value;
      memory.position = position + 2;
    } else if (value < 0x10000) {
      target[position] = 0xcd;
      target[position + 1] = value >> 8;
      target[position + 2] = value;
      memory.position = position + 3;
    } else {
      target[position] = 0xce;
      view.setUint32(position + 1, value);
      memory.position = position + 5;
    }
  } else if (value >> 0 === value) {
    if (value >= -0x20) {
      target[position] = value;
      memory.position = position + 1;
    } else if (value >= -0x80) {
      target[position] = 0xd0;
      target[position + 1] = value;
      memory.position = position + 2;
    } else if (value >= -0x8000) {
      target[position] = 0xd1;
      target[position + 1] = value >> 8;
      target[position + 2] = value;
      memory.position = position + 3;
    } else {
      target[position] = 0xd2;
      view.setInt32(position + 1, value);
      memory.position = position + 5;
    }
  } else {
    target[position] = 0xcb;
    view.setFloat64(position + 1, value);
    memory.position = position + 9;
  }
  return true;
}

function writeBigint(value: bigint): boolean {
  if (memory.position > memory.limit) makeRoom(9);
  const { target, view, position } = memory;
  if (value === BigInt.asIntN(64, value)) {
    target[position] = 0xd3;
    view.setBigInt64(position + 1, value);
  } else if (value === BigInt.asUintN(64, value)) {
    target[position] = 0xcf;
    view.setBigUint64(position + 1, value);
  } else return false;
  memory.position = position + 9;
  return true;
}

function writeArray(value: readonly unknown[]): boolean {
  if (!hasArrayPrototype(value) || !hasElementsOnly(value)) return false;
  const { length } = value;
  writeArrayHeader(length);
  for (let i = 0; i < length; i++) {
    const item = value[i];
    if (item === undefined) return false; // or a hole: the slow walk knows
    if (typeof item === 'number' ? !writeNumber(item) : !write(item)) return false;
  }
  return true;
}

function writeArrayHeader(length: number): void {
  if (memory.position > memory.limit) makeRoom(5);
  const { target, view, position } = memory;
  if (length < 0x10) {
    target[position] = 0x90 | length;
    memory.position = position + 1;
  } else if (length < 0x10000) {
    target[position] = 0xdc;
    view.setUint16(position + 1, length);
    memory.position = position + 3;
  } else {
    target[position] = 0xdd;
    view.setUint32(position + 1, length);
    memory.position = position + 5;
  }
}

function writeObject(value: object): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  if (Object.getOwnPropertySymbols(value).length !== 0) return false;
  let shape: Shape | undefined = emptyShape();
  for (const key in value) {
    shape = shape.key === key ? shape.next : followed(shape, key, isPlainKey);
    if (shape === undefined) return false;
  }
  if (shape.entry === entry) writeByte(shape.id);
  else writeRecord(shape, value);
  let left = shape.size;
  for (const key in value) {
    left--;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'string') {
      if (!writeText(item)) return false;
    } else if (typeof item === 'number') {
      if (!writeNumber(item)) return false;
    } else if (!write(item)) return false;
  }
  return left === 0; // a getter may have removed what came after it
}

const isPlainKey = (key: string): boolean => !isReservedKey(key) && isWellFormedString(key);

/** Says which keys the id of `shape` stands for from here on. There are 64 ids; then the oldest gets another meaning. */
function writeRecord(shape: Shape, value: object): void {
  const at = records++ % IDS;
  const id = FIRST_ID + at;
  const held = holders[at];
  if (held?.id === id && held.entry === entry) held.entry = 0;
  holders[at] = shape;
  shape.id = id;
  shape.entry = entry;
  writeByte(0xd4);
  writeByte(0x72);
  writeByte(id);
  writeArrayHeader(shape.size);
  for (const key in value) writeText(key);
}
