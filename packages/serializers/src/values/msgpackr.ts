import { createRequire } from 'node:module';
import { CacheConfigError, CacheSerializationError } from '@cache/core';

/** The part of the package msgpackr that is used. */
export interface Msgpackr {
  readonly Packr: new (options: Record<string, unknown>) => MsgpackrPackr;
}

export interface MsgpackrPackr {
  pack(value: unknown, mode?: number): Buffer;
  unpack(source: Uint8Array, options?: { readonly start?: number; readonly end?: number }): unknown;
}

/** The optional peer, loaded when the first msgpack serializer is made and never before. */
export function loadMsgpackr(): Msgpackr {
  try {
    return createRequire(import.meta.url)('msgpackr') as Msgpackr;
  } catch (cause) {
    throw new CacheConfigError(
      'msgpack: expected the package msgpackr (2.1 or newer) to be installed; run npm install msgpackr, or pass it where a bundler has it: msgpack({ msgpackr })',
      { cause },
    );
  }
}

/**
 * With structuredClone msgpackr would follow cycles, and hostile bytes could make them: values here are trees. toJSON is
 * for printing. Buffers that are read are copied, or each would keep the whole entry it came in.
 */
const ALWAYS = { structuredClone: false, useToJSON: false, copyBuffers: true } as const;

/** Afterwards msgpackr may write over what it returned, which has been copied by then: so its pool is never used up. */
const RESET_BUFFER_MODE = 1024;

/** Plus the number of bytes that are left free before what is packed. */
const RESERVE_START_SPACE = 2048;

/** From this size zeroed memory of one's own, which the system has ready, is had in less time than memory to be written over. */
const LARGE = 4096;

export interface Packer {
  /** What msgpackr makes of `tree`, behind `first` where that is given; in msgpackr's pool, until the next call. */
  pack(tree: unknown, first?: number): Buffer;
  unpack(wire: Uint8Array, options?: { readonly start: number }): unknown;
}

export function packer(msgpackr: Msgpackr, options: Record<string, unknown>): Packer {
  const packr = new msgpackr.Packr({ ...ALWAYS, ...options });
  return {
    pack(tree, first) {
      try {
        if (first === undefined) return packr.pack(tree, RESET_BUFFER_MODE);
        const pooled = packr.pack(tree, RESET_BUFFER_MODE + RESERVE_START_SPACE + 1);
        pooled[0] = first;
        return pooled;
      } catch (cause) {
        const why = cause instanceof RangeError ? 'nesting deeper than the stack' : 'what msgpackr refuses';
        throw new CacheSerializationError(`value at $: expected what msgpack carries, got ${why}`, { cause });
      }
    },
    unpack(wire, from) {
      // msgpackr leaves a DataView on the Buffer it reads; making it another Buffer would cost a quarter of a small entry
      const bytes = Buffer.isBuffer(wire) ? wire : Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
      try {
        return packr.unpack(bytes, from);
      } catch (error) {
        // its message may quote what was read, so it is not kept as the cause
        const why = error instanceof RangeError ? 'nesting deeper than the stack' : 'something else';
        throw new CacheSerializationError(`bytes: expected what msgpack wrote, got ${why}`);
      }
    },
  };
}

/** The bytes of msgpackr's pool, in memory of their own. */
export function copied(pooled: Buffer): Uint8Array {
  if (pooled.length >= LARGE) return Uint8Array.prototype.slice.call(pooled);
  const own = Buffer.allocUnsafe(pooled.length);
  own.set(pooled);
  return own;
}
