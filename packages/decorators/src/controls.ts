import { CacheConfigError } from '@cache/core';
import { bindTools, type Extras } from './extras.ts';
import { cachingLayer } from './layer.ts';
import type { AnyFunction } from './options.ts';

/** What `controls(object, name)` gives: the tools of a method, or of a getter as of a function without parameters. */
export type Controls<V> = V extends AnyFunction ? Extras<V> : Extras<() => V>;

/**
 * The tools of a decorated method or getter of `object`: `controls(service, 'load').invalidate(42)`.
 * @throws {CacheConfigError} when no decorator of ours caches it
 */
export function controls<T extends object, N extends keyof T>(object: T, name: N): Controls<T[N]> {
  for (let home: object | null = object; home !== null; home = Object.getPrototypeOf(home)) {
    const own = Object.getOwnPropertyDescriptor(home, name);
    if (own === undefined) continue;
    const member: unknown = own.get ?? own.value;
    if (typeof member !== 'function') break;
    const layer = cachingLayer(member as AnyFunction);
    if (layer === undefined) break;
    // The compiler cannot see that the tools of this layer are those of a function of this type.
    return bindTools(layer.tools, object, layer.original) as Controls<T[N]>;
  }
  throw new CacheConfigError(`controls: expected a method or a getter with @cacheable, got ${String(name)} without`);
}
