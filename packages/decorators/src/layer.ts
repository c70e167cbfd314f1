import type { AnyFunction } from './options.ts';
import type { Timing } from './timing.ts';

/** What a cached function can be asked for besides being called, for one receiver. */
export interface Tools {
  keyFor(self: unknown, args: readonly unknown[]): string;
  invalidate(self: unknown, args: readonly unknown[]): unknown;
  refresh(self: unknown, args: readonly unknown[]): unknown;
  peek(self: unknown, args: readonly unknown[]): unknown;
}

/** One of our wrappers: what it wraps, when it answers, and its tools when it caches. */
export interface Layer {
  readonly original: AnyFunction;
  readonly timing: Timing;
  readonly tools?: Tools | undefined;
}

// Kept beside the functions: they stay clean, and layers go when they do.
const layers = new WeakMap<AnyFunction, Layer>();

/** Notes what `wrapper` is. @returns `wrapper` */
export function asLayer(wrapper: AnyFunction, layer: Layer): AnyFunction {
  layers.set(wrapper, layer);
  return wrapper;
}

export function layerOf(fn: AnyFunction): Layer | undefined {
  return layers.get(fn);
}

/** The outermost layer of `fn` that caches: wrappers can be stacked. */
export function cachingLayer(fn: AnyFunction): (Layer & { readonly tools: Tools }) | undefined {
  for (let layer = layers.get(fn); layer !== undefined; layer = layers.get(layer.original)) {
    const { tools } = layer;
    if (tools !== undefined) return { ...layer, tools };
  }
  return undefined;
}
