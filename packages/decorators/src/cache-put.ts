import { andThen, assertKey, CacheConfigError } from '@cache/core';
import { aroundCall } from './around-call.ts';
import { callKey, type RuntimeKeyOptions } from './call-key.ts';
import { decorator, type MethodDecorator } from './decorator.ts';
import { checkEntryOptions, decide, type RuntimeEntryOptions, requireTags } from './entry-options.ts';
import { addLayer } from './layer.ts';
import { refuseGenerator, refuseOneShot } from './one-shot.ts';
import type { AnyCache, CachePutOptions, CacheSource, ResultOf } from './options.ts';

interface RuntimeOptions extends RuntimeKeyOptions, RuntimeEntryOptions {
  readonly keyFromResult?: ((result: never, ...args: never[]) => unknown) | undefined;
}

/**
 * Runs the body always, and stores what it returns. A body that throws or rejects stores nothing. The key is built before
 * the body runs, unless `keyFromResult` says that only the result knows it.
 * @throws {CacheConfigError} {CacheKeyError} {InvalidTtlError} when it is applied, on options that can never work
 */
export function cachePut<
  This,
  A extends readonly unknown[],
  C extends AnyCache,
  R extends ResultOf<C>,
  const K extends string = string,
  const P extends readonly string[] = readonly string[],
>(
  cache: CacheSource<C, This, NoInfer<A>>,
  options: CachePutOptions<This, NoInfer<A>, NoInfer<R>, K, P>,
): MethodDecorator<This, A, R> {
  const given = options as RuntimeOptions;
  return decorator('cachePut', (fn, site) => {
    refuseGenerator('cachePut', fn);
    checkEntryOptions(given);
    const { key, keyFromResult, ifNotExists, tags } = given;
    if (key !== undefined && keyFromResult !== undefined)
      throw new CacheConfigError('cachePut: expected `key` or `keyFromResult`, got both');
    const keyOf = keyFromResult === undefined ? callKey('cachePut', given, fn, site) : undefined;
    const put = aroundCall('cachePut', cache, given.when, fn, (target, self, args) =>
      andThen(requireTags(target, tags !== undefined), () => {
        const built = keyOf?.(self, args);
        keyOf?.claim?.(target, self);
        return andThen(fn.apply(self as never, args as never), (result) => {
          refuseOneShot('cachePut', result);
          return andThen(decide(given, result, { self, args, fn }), (decided) => {
            if (decided === undefined) return result;
            const written = built ?? keyFromResult?.apply(self as never, [result, ...args] as never);
            assertKey(written);
            return andThen(target.set(written, result, { ...decided, ifNotExists }), () => result);
          });
        });
      }),
    );
    addLayer(put, { original: fn });
    return put;
  });
}
