import { CacheSerializationError } from '@cache/core';

// frame  := 0xC1 flags [ lease ] [ window ] [ tags ] payload        (numbers big-endian; docs/wire.md)
// flags  := 1 lease | 2 window | 4 tags | 8 no entry, only the lease
// lease  := token(12) held-until(6)      window := stale-for(6) fresh-until(6)      tags := length(2) { length(2) tag version(8) }

export const FRAME_MARK = 0xc1;
const LEASE = 1;
const WINDOW = 2;
const TAGS = 4;
const NO_ENTRY = 8;
export const VERSION_BYTES = 8;

/** What a frame says of the entry whose payload it carries. */
export interface Frame {
  /** Someone is loading, and there is no entry yet. */
  readonly absent: boolean;
  /** Milliseconds of the stale window. */
  readonly staleFor: number;
  /** The server's time at which it becomes stale; 0: never. Undefined: the key's own time to live says it. */
  readonly freshUntil: number | undefined;
  /** Tags and their versions, as they stand in the frame; empty for none. */
  readonly tags: Buffer;
  readonly payload: Buffer;
}

export interface TagVersion {
  readonly tag: string;
  readonly version: string;
}

const none: Buffer = Buffer.alloc(0);

export function isFramed(bytes: Uint8Array): boolean {
  return bytes[0] === FRAME_MARK;
}

/** @throws {CacheSerializationError} when `bytes` begin like a frame and are none. */
export function readFrame(bytes: Buffer, key: string): Frame {
  const flags = bytes[1] ?? 0xff;
  let at = 2;
  let staleFor = 0;
  let freshUntil: number | undefined;
  let tags = none;
  if (flags > 15 || (flags & (LEASE | NO_ENTRY)) === NO_ENTRY) throw notAFrame(key);
  if (flags & LEASE) at += 18;
  if (flags & WINDOW) {
    if (bytes.length < at + 12) throw notAFrame(key);
    staleFor = bytes.readUIntBE(at, 6);
    freshUntil = bytes.readUIntBE(at + 6, 6);
    at += 12;
  }
  if (flags & TAGS) {
    const length = bytes.length < at + 2 ? bytes.length : bytes.readUInt16BE(at);
    tags = bytes.subarray(at + 2, at + 2 + length);
    at += 2 + length;
  }
  if (bytes.length < at) throw notAFrame(key);
  return { absent: (flags & NO_ENTRY) !== 0, staleFor, freshUntil, tags, payload: bytes.subarray(at) };
}

/** A payload that itself begins with the mark, so that it is not taken for a frame. */
export function frameOf(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([FRAME_MARK, 0]), payload]);
}

/** @throws {CacheSerializationError} when the tags of a frame are damaged. */
export function readTags(tags: Buffer, key: string): TagVersion[] {
  const found = wholeTags(tags);
  if (found === undefined) throw notAFrame(key);
  return found;
}

/** For who does not look at the entry itself: one with damaged tags is there, as any that cannot be read, under none of them. */
export function tagsToCheck(tags: Buffer): TagVersion[] {
  return wholeTags(tags) ?? [];
}

function wholeTags(tags: Buffer): TagVersion[] | undefined {
  const found: TagVersion[] = [];
  for (let at = 0; at < tags.length; ) {
    const end = tags.length < at + 2 ? Number.POSITIVE_INFINITY : at + 2 + tags.readUInt16BE(at);
    if (end + VERSION_BYTES > tags.length) return undefined;
    found.push({
      tag: tags.toString('utf8', at + 2, end),
      version: tags.toString('latin1', end, end + VERSION_BYTES),
    });
    at = end + VERSION_BYTES;
  }
  return found;
}

function notAFrame(key: string): CacheSerializationError {
  return new CacheSerializationError(
    `redis: entry of key ${JSON.stringify(key)}: expected a whole frame after the byte 0xC1, got a damaged or foreign one`,
    { key },
  );
}
