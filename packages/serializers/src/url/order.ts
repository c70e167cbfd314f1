import { CacheConfigError } from '@cache/core';
import { type LayerScheme, layerSchemes } from './layers.ts';

/** The layer of that name, in any case. */
export function findLayer(name: string): LayerScheme {
  const lower = name.toLowerCase();
  const found = layerSchemes.find((each) => each.name === lower || each.aliases.includes(lower));
  if (found !== undefined) return found;
  const names = layerSchemes.map((each) => each.name).join(', ');
  const hint = lower === 'pickle' ? '; for any value use msgpack://, or v8:// on a server only you can write to' : '';
  throw new CacheConfigError(`serializer layer: expected one of ${names}, got ${JSON.stringify(name)}${hint}`);
}

/** Refuses a layer that is there twice, which gains nothing and of which no parameter could say which is meant; and an order in which a layer would not get what it takes. Compression alone makes a cache of bytes. */
export function checkOrder(layers: readonly LayerScheme[]): void {
  for (const [i, layer] of layers.entries()) {
    const before = layers[i - 1];
    if (before === undefined) continue;
    if (layers.indexOf(layer) < i)
      throw new CacheConfigError(`serializer layer ${layer.name}: expected each layer once, got it twice`);
    if (layer.kind !== 'bytes')
      throw new CacheConfigError(
        `serializer layer ${layer.name}: expected it first, since it takes values, got it after ${before.name}`,
      );
    if (before.kind === 'anything')
      throw new CacheConfigError(
        `serializer layer ${layer.name}: expected bytes before it, got ${before.name}, which passes on any value; for a cache of bytes use ${layer.name}:// alone`,
      );
  }
}
