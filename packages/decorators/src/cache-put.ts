import { andThen, assertKey, assertOptions, CacheConfigError } from '@cache/core';
import { callKey, type RuntimeKeyOptions } from './call-key.ts';
import { decorator, type MethodDecorator } from './decorator.ts';
import { checkEntryOptions, checkKinds, decide, type RuntimeEntryOptions, requireTags } from './entry-options.ts';
import { refuseOneShot } from './one-shot.ts';
import type { AnyCache, CachePutOptions, CacheSource, ResultOf, Settled } from './options.ts';
import { type WritingOptions, writingFunction } from './writing-function.ts';

interface RuntimeOptions extends RuntimeKeyOptions, RuntimeEntryOptions, Omit<WritingOptions, 'when'> {
  readonly keyFromResult?: ((result: never, ...args: never[]) => unknown) | undefined;
}

const names = new Set('key params hashed name keyFromResult ttl tags when unless ifNotExists mode onError'.split(' '));

/**
 * Runs the body always, and stores what it returns. A body that throws or rejects stores nothing. The key is built before
 * the body runs, unless `keyFromResult` says that only the result knows it.
 * @throws {CacheConfigError} {CacheKeyError} {InvalidTtlError} when it is applied, on options that can never work
 */
export function cachePut<
  C extends AnyCache,
  This = unknown,
  // biome-ignore lint/suspicious/noExplicitAny: of a function that is not a method nothing is known here, and anything will do
  A extends readonly unknown[] = any,
  R extends ResultOf<C> = ResultOf<C>,
  const K extends string = string,
  const P extends readonly string[] = readonly string[],
>(
  cache: CacheSource<C, This, Settled<A>>,
  options: CachePutOptions<This, Settled<A>, NoInfer<R>, K, P>,
): MethodDecorator<This, A, R> {
  const given = options as RuntimeOptions;
  assertOptions('cachePut', given, names);
  checkEntryOptions('cachePut', given);
  checkKinds('cachePut', given, { hashed: 'boolean', keyFromResult: 'function' });
  const { key, keyFromResult, ifNotExists, tags } = given;
  if (key !== undefined && keyFromResult !== undefined)
    throw new CacheConfigError('cachePut: expected `key` or `keyFromResult`, got both');
  return decorator('cachePut', (fn, site) => {
    const keyOf = keyFromResult === undefined ? callKey('cachePut', given, fn, site) : undefined;
    return writingFunction('cachePut', cache, given, fn, (target, self, args) => {
      const built = keyOf?.(self, args);
      keyOf?.claim?.(target, self);
      return andThen(requireTags(target, tags !== undefined), () => (result: unknown) => {
        refuseOneShot('cachePut', result);
        return andThen(decide(given, result, { self, args, fn }), (decided) => {
          if (decided === undefined) return undefined;
          const made: unknown = built ?? keyFromResult?.apply(self as never, [result, ...args] as never);
          assertKey(made);
          return target.set(made, result, { ...decided, ifNotExists });
        });
      });
    });
  });
}
