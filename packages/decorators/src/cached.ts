import { CacheConfigError } from '@cache/core';
import { checkCacheableOptions } from './cacheable-options.ts';
import { cachedFunction, type RuntimeOptions } from './cached-function.ts';
import { finish, functionSite } from './decorator.ts';
import type { ArgumentsOf, Extras, ReceiverOf, ReturnTypeOf } from './extras.ts';
import type { AnyCache, AnyFunction, CacheableOptions, CacheSource, ResultOf } from './options.ts';

/**
 * `fn` behind a cache: a call whose key has an entry is answered by it, any other runs `fn`, once however many callers
 * wait, and stores what it returns. What throws or rejects is not stored. The result has the type of `fn`, its name and its
 * length, and carries `keyFor`, `invalidate`, `refresh`, `peek` and `original`.
 *
 * With three arguments everything is inferred from `fn`. With two it is a function that wraps, and options that look at
 * arguments or results have to be annotated.
 * @throws {CacheConfigError} {CacheKeyError} {InvalidTtlError} on options that can never work
 */
export function cached<
  C extends AnyCache,
  // biome-ignore lint/suspicious/noExplicitAny: a constraint by `never` would become the type of what bind() gives
  F extends (...args: any) => ResultOf<C>,
  const K extends string = string,
  const P extends readonly string[] = readonly string[],
>(
  cache: CacheSource<C, ReceiverOf<NoInfer<F>>, ArgumentsOf<NoInfer<F>>>,
  options: CacheableOptions<ReceiverOf<NoInfer<F>>, ArgumentsOf<NoInfer<F>>, ReturnTypeOf<NoInfer<F>>, K, P>,
  fn: F,
): F & Extras<F>;
export function cached<
  C extends AnyCache,
  This = unknown,
  // biome-ignore lint/suspicious/noExplicitAny: where no option says what the arguments are, any will do
  A extends readonly unknown[] = any,
  R extends ResultOf<C> = ResultOf<C>,
  const K extends string = string,
  const P extends readonly string[] = readonly string[],
>(
  cache: CacheSource<C, This, A>,
  options?: CacheableOptions<This, A, R, K, P>,
): <F extends (this: This, ...args: A) => R>(fn: F) => F & Extras<F>;
export function cached(cache: CacheSource<AnyCache, never, never>, given?: object, fn?: AnyFunction): unknown {
  const options = (given ?? {}) as RuntimeOptions; // what the compiler knows of them is of no use from here on
  if (typeof given === 'function')
    throw new CacheConfigError(
      'cached: expected options before the function, got a function; without options write {}',
    );
  checkCacheableOptions('cached', options);
  const wrap = (original: AnyFunction): AnyFunction => {
    const site = functionSite(original);
    return finish(cachedFunction('cached', cache, options, original, site), original, site);
  };
  return fn === undefined ? wrap : wrap(fn);
}
