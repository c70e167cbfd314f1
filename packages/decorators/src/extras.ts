import type { Tools } from './layer.ts';

/** What a cached function carries besides being called, with its own parameters. */
export interface Extras<F> {
  /** The key of a call, as the cache is asked for it. @throws {CacheKeyError} */
  keyFor(...args: ArgumentsOf<F>): string;
  /** Removes the entry of a call. @returns whether there was one */
  invalidate(...args: ArgumentsOf<F>): Later<F, boolean>;
  /** Runs the body although there may be an entry, and stores what it returns. */
  refresh(...args: ArgumentsOf<F>): ReturnTypeOf<F>;
  /** What is stored for a call, without running the body; `undefined` when nothing is. */
  peek(...args: ArgumentsOf<F>): Later<F, Awaited<ReturnTypeOf<F>> | undefined>;
  /** The function without its cache. */
  readonly original: F;
}

export type ArgumentsOf<F> = F extends (this: never, ...args: infer A) => unknown ? A : never;
export type ReturnTypeOf<F> = F extends (this: never, ...args: never[]) => infer R ? R : never;
export type ReceiverOf<F> = F extends (this: infer This, ...args: never[]) => unknown ? This : unknown;

/** `X`, later where the function itself answers later. */
type Later<F, X> = ReturnTypeOf<F> extends PromiseLike<unknown> ? Promise<X> : X;

/** The tools of a cached function, for one receiver. */
export function bindTools<F>(tools: Tools, self: unknown, original: F): Extras<F> {
  return {
    keyFor: (...args: readonly unknown[]) => tools.keyFor(self, args),
    invalidate: (...args: readonly unknown[]) => tools.invalidate(self, args),
    refresh: (...args: readonly unknown[]) => tools.refresh(self, args),
    peek: (...args: readonly unknown[]) => tools.peek(self, args),
    original,
  } as unknown as Extras<F>; // the tools take any arguments, and answer as the function does
}
