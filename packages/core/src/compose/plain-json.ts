import { CacheSerializationError } from '../contract/errors.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';

/** Plain JSON, as UTF-8. The default above a backend of bytes. A top-level `undefined` is zero bytes. */
export const plainJson: Serializer<unknown, Wire> = {
  name: 'json',
  serialize(value) {
    if (value === undefined) return '';
    let text: string | undefined;
    try {
      text = JSON.stringify(value);
    } catch (cause) {
      throw new CacheSerializationError('value: expected what JSON can carry', { cause });
    }
    if (text === undefined)
      throw new CacheSerializationError(`value: expected what JSON can carry, got a ${typeof value}`);
    return text;
  },
  deserialize(wire) {
    if (wire.length === 0) return undefined;
    const text =
      typeof wire === 'string' ? wire : Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength).toString();
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new CacheSerializationError('bytes: expected JSON', { cause });
    }
  },
};
