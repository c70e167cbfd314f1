import { makeRoom, memory } from './entry-memory.ts';
import { isWellFormedString, mayHoldSurrogate } from './well-formed.ts';

/** Text shorter than this is written here, the rest by the engine: a call to it costs as much as so many characters. */
const SHORT = 32;

/** From this length a search of what was written costs less than a look at the text. */
const LONG = 1024;

/** Writes a string of MessagePack. `false` when it has a lone surrogate, of which UTF-8 makes something else. */
export function writeText(text: string): boolean {
  const { length } = text;
  if (length >= SHORT) return writeLongText(text);
  if (memory.position + 3 * SHORT > memory.limit) makeRoom(3 * SHORT);
  const { target, position } = memory;
  const from = position + 1;
  let at = from;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) target[at++] = code;
    else if (code < 0x800) {
      target[at++] = 0xc0 | (code >> 6);
      target[at++] = 0x80 | (code & 0x3f);
    } else if (code < 0xd800 || code > 0xdfff) {
      target[at++] = 0xe0 | (code >> 12);
      target[at++] = 0x80 | ((code >> 6) & 0x3f);
      target[at++] = 0x80 | (code & 0x3f);
    } else {
      const point = text.codePointAt(i++) as number; // i is inside of the text
      if (point < 0x10000) return false; // half a pair
      target[at++] = 0xf0 | (point >> 18);
      target[at++] = 0x80 | ((point >> 12) & 0x3f);
      target[at++] = 0x80 | ((point >> 6) & 0x3f);
      target[at++] = 0x80 | (point & 0x3f);
    }
  }
  const bytes = at - from;
  if (bytes < 0x20) {
    target[position] = 0xa0 | bytes;
    memory.position = at;
  } else writeHeader(bytes, from);
  return true;
}

function writeLongText(text: string): boolean {
  const { length } = text;
  if (memory.position + 3 * length > memory.limit) makeRoom(3 * length);
  const { target, position } = memory;
  const from = position + (length < 0x100 ? 2 : length < 0x10000 ? 3 : 5);
  const bytes = target.write(text, from);
  if (bytes !== length) {
    const isSuspect = length < LONG || mayHoldSurrogate(target.subarray(from, from + bytes));
    if (isSuspect && !isWellFormedString(text)) return false;
  }
  writeHeader(bytes, from);
  return true;
}

/** In front of 32 or more `bytes` of text at `from`, which move where the header is longer than what was left for it. */
function writeHeader(bytes: number, from: number): void {
  const { target, view, position } = memory;
  const header = bytes < 0x100 ? 2 : bytes < 0x10000 ? 3 : 5;
  if (position + header !== from) target.copyWithin(position + header, from, from + bytes);
  target[position] = header === 2 ? 0xd9 : header === 3 ? 0xda : 0xdb;
  if (header === 2) target[position + 1] = bytes;
  else if (header === 3) view.setUint16(position + 1, bytes);
  else view.setUint32(position + 1, bytes);
  memory.position = position + header + bytes;
}
