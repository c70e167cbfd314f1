import type { Awaitable } from './backend.ts';
import { CacheCapabilityError } from './errors.ts';

/** Whether `value` has to be awaited. Anything with a `then` counts: backends may use promises of other realms. */
export function isPending<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** `next(value)`, now if the value is here and later if it is not: one reasoning for sync and async backends. */
export function andThen<A, B>(value: Awaitable<A>, next: (value: A) => Awaitable<B>): Awaitable<B> {
  return isPending(value) ? value.then(next) : next(value);
}

/** What `call` answers, or what `failed` makes of its failure, now or later. */
export function orElse<A, B>(call: () => Awaitable<A>, failed: (error: unknown) => B): Awaitable<A | B> {
  try {
    const answer = call();
    return isPending(answer) ? answer.then(undefined, failed) : answer;
  } catch (error) {
    return failed(error);
  }
}

/** The answer, for who cannot wait: a `SyncCache`. @throws {CacheCapabilityError} when it is a promise */
export function atOnce<T>(value: Awaitable<T>): T {
  if (!isPending(value)) return value;
  // Nobody will look at it any more.
  value.catch(() => {});
  throw new CacheCapabilityError(
    'SyncCache: expected an answer at once, got a promise; use Cache for what is asynchronous',
  );
}
