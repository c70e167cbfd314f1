import { CacheSerializationError, type Serializer } from '@cache/core';
import { readsAlso } from '../compose/reads-also.ts';
import { dismantle } from '../types/dismantle.ts';
import { revive } from '../types/revive.ts';
import { typesByName } from '../types/type.ts';
import { isPackable, isWellFormed, msgpackFormat } from './msgpack-format.ts';
import { loadMsgpackr, type Msgpackr } from './msgpackr.ts';
import type { ValueOptions } from './options.ts';
import { unreadable } from './unreadable.ts';

export interface MsgpackOptions extends ValueOptions {
  /** The package msgpackr, for bundlers, which cannot see that it is loaded. @default loaded when this is called */
  readonly msgpackr?: Msgpackr | undefined;
}

/** The first byte of an entry: 0xF8 and 0xF9 begin neither UTF-8 nor what any of our other serializers writes. */
const PLAIN = 0xf8;
const TAGGED = 0xf9;

// With structuredClone msgpackr would follow cycles, and hostile bytes could make them: values here are trees.
const options = { moreTypes: true, structuredClone: false, useToJSON: false, copyBuffers: true } as const;

/** After packing, msgpackr may write over what it returned, which we have copied: its pool is never used up. */
const RESET_BUFFER_MODE = 1024;

const FROM_SECOND_BYTE = { start: 1 } as const;

/**
 * MessagePack by msgpackr, with records: objects of one shape name their keys once per entry. Carries what json carries,
 * in fewer bytes. Other programs do not read it; see `interop`.
 *
 * @throws CacheConfigError when msgpackr is not installed
 */
export function msgpack<T = unknown>({
  types = [],
  msgpackr = loadMsgpackr(),
  ...rest
}: MsgpackOptions = {}): Serializer<T, Uint8Array> {
  const packr = new msgpackr.Packr({ ...options });
  const byName = typesByName(types);

  const packed = (first: number, tree: unknown): Buffer => {
    let pooled: Buffer;
    try {
      pooled = packr.pack(tree, RESET_BUFFER_MODE);
    } catch (cause) {
      const why = cause instanceof RangeError ? 'nesting deeper than the stack' : 'what msgpackr refuses';
      throw new CacheSerializationError(`value at $: expected what msgpack carries, got ${why}`, { cause });
    }
    const own = Buffer.allocUnsafeSlow(pooled.length + 1);
    own[0] = first;
    own.set(pooled, 1);
    return own;
  };
  const serialize = (value: unknown): Uint8Array => {
    if (value === undefined) return new Uint8Array(0);
    if (isTreeOfPackables(value)) {
      const bytes = packed(PLAIN, value);
      if (isWellFormed(value, bytes)) return bytes;
    }
    const { tree, tagged } = dismantle(value, msgpackFormat, types);
    return packed(tagged ? TAGGED : PLAIN, tree);
  };
  const isTreeOfPackables = (value: unknown): boolean => {
    try {
      return isPackable(value);
    } catch {
      return false; // a cycle, nesting beyond the stack, a getter that throws: the walk that names paths says which
    }
  };
  const deserialize = (wire: Uint8Array): unknown => {
    if (wire.length === 0) return undefined;
    const first = wire[0];
    if (first !== PLAIN && first !== TAGGED)
      throw new CacheSerializationError('bytes: expected what msgpack wrote, got another first byte');
    try {
      // a view of our own, because msgpackr leaves a property on what it reads
      const value = packr.unpack(Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength), FROM_SECOND_BYTE);
      return first === PLAIN ? value : revive(value, byName);
    } catch (cause) {
      throw unreadable('msgpack', cause);
    }
  };
  // the casts: T is what the application says it keeps, and what comes back is what was put in
  const both = { name: 'msgpack', serialize, deserialize } as Serializer<T, Uint8Array>;
  return readsAlso(both, rest.readsAlso as readonly Serializer<T, Uint8Array>[] | undefined);
}
