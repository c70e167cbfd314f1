import { assertOptions, CacheConfigError, CacheSerializationError, type Serializer } from '@cache/core';
import type { ValueLayer } from '../compose/chain.ts';
import { dismantle } from '../types/dismantle.ts';
import { revive } from '../types/revive.ts';
import { typesByName, type ValueType } from '../types/type.ts';
import { interopFormat, msgpackFormat } from './msgpack-format.ts';
import { writePlain } from './msgpack-writer.ts';
import { copied, loadMsgpackr, type Msgpackr, packer } from './msgpackr.ts';
import { unreadable } from './unreadable.ts';
import { type ValueOptions, valueLayer, valueOptions } from './value-layer.ts';

/** What `msgpack` takes. */
export interface MsgpackOptions extends ValueOptions {
  /** Write only what every reader of MessagePack reads, and refuse, with the path, what that cannot carry. @default false */
  readonly interop?: boolean | undefined;
  /** The package msgpackr, for bundlers, which cannot see that it is loaded. @default loaded when this is called */
  readonly msgpackr?: Msgpackr | undefined;
}

/** The first byte of an entry: 0xF8 and 0xF9 begin neither UTF-8 nor what any of our other serializers writes. */
const PLAIN = 0xf8;
const TAGGED = 0xf9;

const FROM_SECOND_BYTE = { start: 1 } as const;

/**
 * MessagePack by msgpackr, with records: objects of one shape name their keys once per entry. Carries what json carries,
 * in fewer bytes. Other programs read it only with `interop`.
 *
 * @throws CacheConfigError when msgpackr is not installed
 */
export function msgpack<T = unknown>(options: MsgpackOptions = {}): ValueLayer<T, Uint8Array> {
  assertOptions('msgpack', options, new Set(['interop', ...valueOptions, 'msgpackr']));
  const { interop = false, types = [], msgpackr = loadMsgpackr() } = options;
  if (interop && types.length > 0)
    throw new CacheConfigError('msgpack types: expected none beside interop, which writes what other languages read');
  return valueLayer<T, Uint8Array>(interop ? foreign(msgpackr) : ours(msgpackr, types), options.readsAlso);
}

function ours(msgpackr: Msgpackr, types: readonly ValueType[]): Serializer<unknown, Uint8Array> {
  const { pack, unpack } = packer(msgpackr, { moreTypes: true });
  const byName = typesByName(types);

  return {
    name: 'msgpack',
    serialize(value) {
      if (value === undefined) return new Uint8Array(0);
      const written = writePlain(value, PLAIN);
      if (written !== undefined) return written;
      const { tree, tagged } = dismantle(value, msgpackFormat, types);
      return copied(pack(tree, tagged ? TAGGED : PLAIN));
    },
    deserialize(wire) {
      if (wire.length === 0) return undefined;
      const first = wire[0];
      if (first !== PLAIN && first !== TAGGED)
        throw new CacheSerializationError('bytes: expected what msgpack wrote, got another first byte');
      const value = unpack(wire, FROM_SECOND_BYTE);
      if (first === PLAIN) return value;
      try {
        return revive(value, byName);
      } catch (cause) {
        throw unreadable('msgpack', cause);
      }
    },
  };
}

function foreign(msgpackr: Msgpackr): Serializer<unknown, Uint8Array> {
  const { pack, unpack } = packer(msgpackr, { useRecords: false, variableMapSize: true });
  return {
    name: 'msgpack',
    serialize(value) {
      if (value === undefined) return new Uint8Array(0);
      return copied(pack(dismantle(value, interopFormat, []).tree));
    },
    deserialize(wire) {
      if (wire.length === 0) return undefined;
      return unpack(wire);
    },
  };
}
