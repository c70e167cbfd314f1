import { type AfterOptions, after, type ReaderTools } from './after.ts';
import type { MethodDecorator } from './decorator.ts';
import type { Settled } from './options.ts';

/** Arguments of the reader `T`, for which a writer with parameters `A` and result `R` has done something. */
export type AfterArgs<T, A extends readonly unknown[], R> =
  | {
      /** The reader's arguments, of the writer's. Built before the body runs. @default the same arguments */
      readonly args?: ((...args: A) => ReaderArgs<T>) | undefined;
      readonly argsFromResult?: undefined;
    }
  | {
      /** The reader's arguments, where only the result knows them. */
      readonly argsFromResult: (result: Awaited<R>, ...args: A) => ReaderArgs<T>;
      readonly args?: undefined;
    };

/** The parameters of a reader: of its tools, or of the method. */
export type ReaderArgs<T> = T extends { keyFor(...args: infer A): string }
  ? A
  : T extends (...args: infer A) => unknown
    ? A
    : [];

/** What a writer may return: later, where the reader answers later. */
export type WriterResult<T> = T extends { invalidate(...args: never[]): PromiseLike<unknown> }
  ? PromiseLike<unknown>
  : unknown;

/**
 * Removes the entry of a cached function, or of a cached method of the same object named by `reader`, after the decorated
 * function has succeeded; for the same arguments, unless `args` or `argsFromResult` say otherwise. What throws or rejects
 * removes nothing. Wraps functions too: `invalidateAfter(loadUser)(saveUser)`.
 * @throws {CacheConfigError} when `reader` is not cached
 */
export function invalidateAfter<This, A extends readonly unknown[], R extends WriterResult<T>, T extends ReaderTools>(
  reader: T,
  options?: AfterArgs<T, Settled<A>, NoInfer<R>>,
): MethodDecorator<This, A, R>;
export function invalidateAfter<This, A extends readonly unknown[], R, N extends keyof This & (string | symbol)>(
  reader: N,
  options?: AfterArgs<This[N], Settled<A>, NoInfer<R>>,
): MethodDecorator<This, A, R>;
export function invalidateAfter(
  reader: ReaderTools | string | symbol,
  options: object = {},
): MethodDecorator<unknown, readonly unknown[], unknown> {
  return after('invalidateAfter', reader, options as AfterOptions, (tools, self, args) => tools.invalidate(self, args));
}
