import * as engine from 'node:v8';
import { assertOptions, CacheSerializationError } from '@cache/core';
import type { ValueLayer } from '../compose/chain.ts';
import { binaryPrototypes } from '../types/binary-types.ts';
import { dismantle, type Format } from '../types/dismantle.ts';
import { revive } from '../types/revive.ts';
import { typesByName } from '../types/type.ts';
import { unreadable } from './unreadable.ts';
import { type ValueOptions, valueLayer, valueOptions } from './value-layer.ts';

/** V8's own form begins with 0xFF; one with tags in it is put behind 0xFA. */
const PLAIN = 0xff;
const TAGGED = 0xfa;

const leaves: ReadonlySet<object> = new Set([Date.prototype, ...binaryPrototypes]);

const format: Format = {
  name: 'v8',
  tags: true,
  carriesUndefined: true,
  carriesBigint: () => true,
  carriesHoles: false,
  carriesMapsAndSets: true,
  carriesNumber: () => true,
  carriesString: () => true,
  carriesKey: () => true,
  carriesLeaf: (_value, prototype) => leaves.has(prototype),
};

/**
 * The structured clone of `node:v8`, with tags for what it would change. For a server that only your own programs can
 * write to: V8 does not promise that its reader withstands hostile bytes, and an older Node may not read what a newer one
 * wrote. json and msgpack have neither limit.
 */
export function v8<T = unknown>(options: ValueOptions = {}): ValueLayer<T, Uint8Array> {
  assertOptions('v8', options, new Set(valueOptions));
  const { types = [], readsAlso: others } = options;
  const byName = typesByName(types);

  const serialize = (value: unknown): Uint8Array => {
    if (value === undefined) return new Uint8Array(0);
    const { tree, tagged } = dismantle(value, format, types);
    try {
      const bytes = engine.serialize(tree);
      return tagged ? Buffer.concat([Buffer.of(TAGGED), bytes]) : bytes;
    } catch (cause) {
      const why = cause instanceof RangeError ? 'nesting deeper than the stack' : 'what the engine refuses';
      throw new CacheSerializationError(`value at $: expected what v8 carries, got ${why}`, { cause });
    }
  };
  const deserialize = (wire: Uint8Array): unknown => {
    if (wire.length === 0) return undefined;
    const first = wire[0];
    if (first !== PLAIN && first !== TAGGED)
      throw new CacheSerializationError('bytes: expected what v8 wrote, got another first byte');
    try {
      const value: unknown = engine.deserialize(first === PLAIN ? wire : wire.subarray(1));
      return first === PLAIN ? value : revive(value, byName);
    } catch (cause) {
      throw unreadable('v8', cause);
    }
  };
  return valueLayer<T, Uint8Array>({ name: 'v8', serialize, deserialize }, others);
}
