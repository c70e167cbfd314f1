import type { AnyCache, Extras } from '../../src/index.ts';

export type Body = (this: unknown, ...args: never[]) => unknown;

/** One cached function, however it was made: how to call it, and its tools. */
export interface Made {
  readonly call: (...args: unknown[]) => unknown;
  readonly tools: Extras<(...args: unknown[]) => unknown>;
  /** The function that was put in place of the body. */
  readonly fn: (...args: unknown[]) => unknown;
  /** What `this` is in the body. */
  readonly self: unknown;
}

/** What some faces cannot have, with the reason the table prints. */
export type Feature =
  | 'own keys'
  | 'call options'
  | 'no arguments'
  | 'receiver'
  | 'class names'
  | 'finder of calls'
  | 'undefined';

/** A way to cache a function: each case of the table runs in each of them. */
export interface Face {
  readonly name: string;
  readonly cannot: Partial<Record<Feature, string>>;
  /** Options as a JavaScript caller has them: the cases are about what happens, the type tests about what compiles. */
  make(cache: AnyCache | ((call: never) => unknown), options: object, body: Body): Made;
}
