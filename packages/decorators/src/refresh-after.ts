import { andThen, CacheConfigError, isPending } from '@cache/core';
import { type AfterOptions, after, afterNames, type Reader } from './after.ts';
import type { LegacyDecorator, MethodDecorator } from './decorator.ts';
import type { AfterArgs, ParametersOf, ReaderOf, WriterResult } from './invalidate-after.ts';
import type { Settled } from './options.ts';

const names = new Set([...afterNames, 'onRefreshError']);

/** What becomes of a refresh that fails after its writer has succeeded. */
export interface RefreshErrors {
  /**
   * What a failing refresh does: reach the caller of the writer, which has succeeded, or become a warning of the process.
   * Either way the old entry is gone. @default 'throw'
   */
  readonly onRefreshError?: 'throw' | 'warn' | undefined;
}

/**
 * As {@link invalidateAfter}, and then runs the reader again and stores what it returns, before the decorated function
 * answers, with its own result.
 * @throws {CacheConfigError} when `reader` is not cached; what a failing refresh throws, unless `onRefreshError` is `'warn'`
 */
export function refreshAfter<
  const Q extends readonly unknown[],
  Removed,
  This = unknown,
  // biome-ignore lint/suspicious/noExplicitAny: of a function that is not a method nothing is known here, and anything will do
  A extends readonly unknown[] = any,
  R extends WriterResult<Removed> = WriterResult<Removed>,
>(
  reader: ReaderOf<Q, Removed>,
  options?: AfterArgs<NoInfer<Q>, Settled<A>, NoInfer<R>> & RefreshErrors,
): MethodDecorator<This, A, R>;
export function refreshAfter<
  This,
  N extends keyof This & (string | symbol),
  // biome-ignore lint/suspicious/noExplicitAny: of a function that is not a method nothing is known here, and anything will do
  A extends readonly unknown[] = any,
  R = unknown,
>(
  reader: N,
  options?: AfterArgs<ParametersOf<This[N]>, Settled<A>, NoInfer<R>> & RefreshErrors,
): MethodDecorator<This, A, R>;
export function refreshAfter<A extends readonly unknown[], R>(
  reader: string | symbol,
  options?: AfterArgs<readonly unknown[], Settled<A>, NoInfer<R>> & RefreshErrors,
): LegacyDecorator<A, R>;
export function refreshAfter(
  reader: object | string | symbol,
  options: RefreshErrors = {},
): MethodDecorator<unknown, readonly unknown[], unknown> {
  const failed = refreshFailure('refreshAfter', options?.onRefreshError);
  return after('refreshAfter', reader as Reader, options as AfterOptions, names, (tools, self, args) =>
    andThen(tools.invalidate(self, args), () => attempt(() => tools.refresh(self, args), failed)),
  );
}

/** @returns what to do with the error of a refresh */
export function refreshFailure(
  what: string,
  choice: RefreshErrors['onRefreshError'] = 'throw',
): (error: unknown) => void {
  if (choice !== 'throw' && choice !== 'warn')
    throw new CacheConfigError(`${what}: expected onRefreshError 'throw' or 'warn', got ${JSON.stringify(choice)}`);
  return (error) => {
    if (choice === 'throw') throw error;
    process.emitWarning(`${what}: the entry was removed, but refreshing it failed`, {
      type: 'CacheWarning',
      detail: error instanceof Error ? error.message : String(error),
    });
  };
}

/** Runs `act`, and `failed` with its error when it throws or rejects. */
export function attempt(act: () => unknown, failed: (error: unknown) => void): unknown {
  try {
    const answer = act();
    return isPending(answer) ? answer.then(undefined, failed) : answer;
  } catch (error) {
    return failed(error);
  }
}
