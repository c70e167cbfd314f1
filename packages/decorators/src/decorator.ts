import { CacheConfigError } from '@cache/core';
import { dress } from './dress.ts';
import { bindTools } from './extras.ts';
import { layerOf } from './layer.ts';
import type { AnyFunction } from './options.ts';

/**
 * A decorator of methods and getters, of the standard and of `experimentalDecorators`. The function keeps its type.
 */
export interface MethodDecorator<This, A extends readonly unknown[], R> {
  // A function that is not a member of a class
  <F extends (this: This, ...args: A) => R>(fn: F): F;
  // experimentalDecorators: a getter, a generic method, a method
  <V extends R>(target: object, name: string | symbol, descriptor: TypedPropertyDescriptor<V>): void;
  <F extends (this: This, ...args: A) => R>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): void;
  (target: object, name: string | symbol, descriptor: TypedPropertyDescriptor<(this: This, ...args: A) => R>): void;
  // The standard. The last one: `This`, `A` and `R` are inferred through it, from where the decorator stands.
  (
    method: (this: This, ...args: A) => R,
    context:
      | ClassMethodDecoratorContext<This, (this: This, ...args: A) => R>
      | ClassGetterDecoratorContext<This, NoInfer<R>>,
  ): void;
}

/** A decorator of methods by `experimentalDecorators` alone, which is not told their class. */
export type LegacyDecorator<A extends readonly unknown[], R> = (
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<(...args: A) => R>,
) => void;

/** Where a function was found. */
export interface Site {
  readonly kind: 'function' | 'method' | 'getter';
  readonly name: string | symbol;
  /** A standard private member: no name leads to it from outside. */
  readonly private: boolean;
  /** The class, or its prototype for members of instances; unknown at decoration under the standard. */
  readonly home?: object | undefined;
}

/** What a wrapper needs besides what it does: the looks of the function, and its tools where they need no receiver. */
export function finish(wrapper: AnyFunction, fn: AnyFunction, site: Site): AnyFunction {
  const layer = site.kind === 'function' ? layerOf(wrapper) : undefined;
  dress(wrapper, fn);
  return layer?.tools === undefined ? wrapper : Object.assign(wrapper, bindTools(layer.tools, undefined, fn));
}

/** The site of a function that is not a member of a class. */
export function functionSite(fn: unknown): Site {
  const name = typeof fn === 'function' ? fn.name : '';
  return { kind: 'function', name, private: false };
}

/** A decorator that replaces a function by what `wrap` makes of it, with its name, length and metadata. */
export function decorator<This, A extends readonly unknown[], R>(
  what: string,
  wrap: (fn: AnyFunction, site: Site) => AnyFunction,
): MethodDecorator<This, A, R> {
  const replace = (fn: AnyFunction, site: Site): AnyFunction => finish(wrap(fn, site), fn, site);
  // One function for both standards: their arguments tell them apart.
  const apply = (first: unknown, second: unknown, third: unknown): unknown => {
    if (isContext(second)) {
      const { kind, name } = second;
      if (kind === 'method' || kind === 'getter')
        return replace(first as AnyFunction, { kind, name, private: second.private });
      throw misplaced(what, `a ${kind}`);
    }
    if (typeof first === 'function' && second === undefined && !isClass(first))
      return replace(first as AnyFunction, functionSite(first));
    const descriptor = third as PropertyDescriptor | undefined;
    const name = second as string | symbol;
    const home = first as object;
    if (typeof descriptor === 'object' && descriptor !== null) {
      const { value, get } = descriptor;
      if (typeof value === 'function')
        return { ...descriptor, value: replace(value as AnyFunction, { kind: 'method', name, private: false, home }) };
      if (get !== undefined)
        return { ...descriptor, get: replace(get as AnyFunction, { kind: 'getter', name, private: false, home }) };
    }
    throw misplaced(what, typeof first === 'function' && second === undefined ? 'a class' : 'a field');
  };
  return apply as MethodDecorator<This, A, R>; // its overloads are the two standards
}

interface Context {
  readonly kind: string;
  readonly name: string | symbol;
  readonly private: boolean;
}

function isContext(second: unknown): second is Context {
  return typeof second === 'object' && second !== null && 'kind' in second;
}

function isClass(fn: object): boolean {
  return Object.getOwnPropertyDescriptor(fn, 'prototype')?.writable === false;
}

function misplaced(what: string, got: string): CacheConfigError {
  return new CacheConfigError(
    `@${what}: expected a method or a getter, got ${got}; wrap functions in fields with cached()`,
  );
}
