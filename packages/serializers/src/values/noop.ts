import type { Wire } from '@cache/core';
import type { ValueLayer } from '../compose/chain.ts';

/**
 * Passes values on as they are: for bytes and strings that are already in wire form, or for a backend of values.
 * A backend of bytes gives strings back as bytes.
 */
export function noop<T = Wire>(): ValueLayer<T, T> {
  return { layer: 'values', name: 'noop', serialize: (value) => value, deserialize: (wire) => wire };
}
