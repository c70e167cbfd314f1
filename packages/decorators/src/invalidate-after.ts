import { type AfterOptions, after, afterNames, type Reader } from './after.ts';
import type { LegacyDecorator, MethodDecorator } from './decorator.ts';
import type { Settled } from './options.ts';

/** The call of a reader with parameters `Q` that a call of a writer, with parameters `A` and result `R`, is about. */
export type AfterArgs<Q extends readonly unknown[], A extends readonly unknown[], R> =
  | {
      /** The reader's arguments, of the writer's. Built before the body runs. @default the same arguments */
      readonly args?: ((...args: A) => Q) | undefined;
      readonly argsFromResult?: undefined;
    }
  | {
      /** The reader's arguments, where only the result knows them. */
      readonly argsFromResult: (result: Awaited<R>, ...args: A) => Q;
      readonly args?: undefined;
    };

/** The tools of a reader with parameters `Q`, which removes at once or later. */
export interface ReaderOf<Q extends readonly unknown[], Removed> {
  readonly keyFor: (...args: Q) => string;
  readonly invalidate: (...args: Q) => Removed;
  readonly refresh: (...args: Q) => unknown;
}

/** The parameters of a method or a getter. */
export type ParametersOf<Member> = Member extends (...args: infer Q) => unknown ? Q : [];

/** What a writer may return: later, where the reader removes later. */
export type WriterResult<Removed> = Removed extends PromiseLike<unknown> ? PromiseLike<unknown> : unknown;

/**
 * Removes the entry of a cached function, or of a cached method of the same object named by `reader`, after the decorated
 * function has succeeded; for the same arguments, unless `args` or `argsFromResult` say otherwise. What throws or rejects
 * removes nothing. Wraps functions too: `invalidateAfter(loadUser)(saveUser)`. The compiler checks the name of a method by the
 * standard of decorators only; by `experimentalDecorators` a wrong one is refused at the first call.
 * @throws {CacheConfigError} when `reader` is not cached
 */
export function invalidateAfter<
  const Q extends readonly unknown[],
  Removed,
  This = unknown,
  // biome-ignore lint/suspicious/noExplicitAny: of a function that is not a method nothing is known here, and anything will do
  A extends readonly unknown[] = any,
  R extends WriterResult<Removed> = WriterResult<Removed>,
>(reader: ReaderOf<Q, Removed>, options?: AfterArgs<NoInfer<Q>, Settled<A>, NoInfer<R>>): MethodDecorator<This, A, R>;
export function invalidateAfter<
  This,
  N extends keyof This & (string | symbol),
  // biome-ignore lint/suspicious/noExplicitAny: of a function that is not a method nothing is known here, and anything will do
  A extends readonly unknown[] = any,
  R = unknown,
>(reader: N, options?: AfterArgs<ParametersOf<This[N]>, Settled<A>, NoInfer<R>>): MethodDecorator<This, A, R>;
export function invalidateAfter<A extends readonly unknown[], R>(
  reader: string | symbol,
  options?: AfterArgs<readonly unknown[], Settled<A>, NoInfer<R>>,
): LegacyDecorator<A, R>;
export function invalidateAfter(
  reader: object | string | symbol,
  options: object = {},
): MethodDecorator<unknown, readonly unknown[], unknown> {
  return after('invalidateAfter', reader as Reader, options as AfterOptions, afterNames, (tools, self, args) =>
    tools.invalidate(self, args),
  );
}
