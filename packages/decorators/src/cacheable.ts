import { checkCacheableOptions } from './cacheable-options.ts';
import { cachedFunction, type RuntimeOptions } from './cached-function.ts';
import { decorator, type MethodDecorator } from './decorator.ts';
import type { AnyCache, CacheableOptions, CacheSource, ResultOf, Settled } from './options.ts';

/**
 * Caches what a method or a getter returns: the body runs when there is no entry for its key, once however many wait.
 * A body that throws or rejects stores nothing. The key is built, and wrong options are refused, before the body runs.
 *
 * Works on methods, static methods, getters and (under the standard, with `name` or `key`) private methods, by both
 * standards of decorators. Stacked decorators nest: the one nearest to the method runs innermost.
 * @throws {CacheConfigError} {CacheKeyError} {InvalidTtlError} when it is applied, on options that can never work
 */
export function cacheable<
  C extends AnyCache,
  This = unknown,
  // biome-ignore lint/suspicious/noExplicitAny: of a function that is not a method nothing is known here, and anything will do
  A extends readonly unknown[] = any,
  R extends ResultOf<C> = ResultOf<C>,
  const K extends string = string,
  const P extends readonly string[] = readonly string[],
>(
  cache: CacheSource<C, This, Settled<A>>,
  options?: CacheableOptions<This, Settled<A>, NoInfer<R>, K, P>,
): MethodDecorator<This, A, R> {
  const given = (options ?? {}) as RuntimeOptions; // what the compiler knows of them is of no use from here on
  checkCacheableOptions('cacheable', given);
  return decorator('cacheable', (fn, site) => cachedFunction('cacheable', cache, given, fn, site));
}
