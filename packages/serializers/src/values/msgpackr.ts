import { createRequire } from 'node:module';
import { CacheConfigError } from '@cache/core';

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
