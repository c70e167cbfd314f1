import type { AnyFunction } from './options.ts';

/** What a cached function can be asked for besides being called, for one receiver. */
export interface Tools {
  keyFor(self: unknown, args: readonly unknown[]): string;
  invalidate(self: unknown, args: readonly unknown[]): unknown;
  refresh(self: unknown, args: readonly unknown[]): unknown;
  peek(self: unknown, args: readonly unknown[]): unknown;
}

/** One of our wrappers: what it wraps, and its tools when it caches. Wrappers can be stacked, so layers are a chain. */
export interface Layer {
  readonly original: AnyFunction;
  readonly tools?: Tools | undefined;
}

// Kept beside the functions: they stay clean, and layers go when they do.
const layers = new WeakMap<AnyFunction, Layer>();

export function addLayer(wrapper: AnyFunction, layer: Layer): void {
  layers.set(wrapper, layer);
}

export function layerOf(fn: AnyFunction): Layer | undefined {
  return layers.get(fn);
}

/** `fn` and what it wraps, from the outside in. */
export function* layersOf(fn: AnyFunction): Iterable<Layer> {
  for (let layer = layers.get(fn); layer !== undefined; layer = layers.get(layer.original)) yield layer;
}
