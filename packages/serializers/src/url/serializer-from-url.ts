import { assertOptions, CacheConfigError, type Serializer, type Wire } from '@cache/core';
import { chain } from '../compose/chain.ts';
import { readsAlso } from '../compose/reads-also.ts';
import { type ValueOptions, valueOptions } from '../values/value-layer.ts';
import { checkOrder, findLayer } from './order.ts';
import { parseParameters } from './parameters.ts';

/**
 * The serializer that a URL names: layers joined by `+`, applied from left to right when writing, with parameters of one
 * layer (`zlib.level=6`) or bare where only one layer knows them (`level=6`).
 *
 * ```ts
 * serializerFromUrl('msgpack+zlib://?zlib.level=6')
 * ```
 *
 * @throws CacheConfigError for an unknown layer, parameter or option, a value out of range, or an order that cannot work
 * @throws CacheCapabilityError for `zstd` where Node has none
 */
export function serializerFromUrl<T = unknown>(url: string, options: ValueOptions = {}): Serializer<T, Wire> {
  if (typeof url !== 'string') throw new CacheConfigError(`serializer URL: expected a string, got ${typeof url}`);
  assertOptions('serializerFromUrl', options, new Set(valueOptions));
  const match = /^([^:/?#]*):\/\/([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url);
  if (match === null)
    throw new CacheConfigError(
      `serializer URL: expected layers and ://, as in msgpack+zlib://, got ${JSON.stringify(url.slice(0, 100))}`,
    );
  const [, scheme = '', place = '', query = '', fragment] = match;
  if (place !== '' || fragment !== undefined)
    throw new CacheConfigError('serializer URL: expected only ?parameters after ://, got more');
  const layers = scheme.split('+').map(findLayer);
  checkOrder(layers);
  const parameters = parseParameters(query, layers);
  const made = layers.map((layer, i) =>
    layer.create({ ...parameters[i], ...(layer.kind === 'values' && { types: options.types }) }),
  );
  // checkOrder saw to it that each layer takes what the one before it gives, which here the compiler cannot know
  const joined = (chain as (...all: readonly unknown[]) => Serializer<unknown, Wire>)(...made);
  // T is what the application says it puts in, and so what comes back
  return readsAlso(joined, options.readsAlso) as Serializer<T, Wire>;
}
