import { andThen, assertKey, assertOptions, CacheConfigError, isPending } from '@cache/core';
import { callKey } from './call-key.ts';
import { decorator, type MethodDecorator } from './decorator.ts';
import { checkEntryOptions, checkKinds, type Decide, requireTags } from './entry-options.ts';
import type { AnswerOf, AnyCache, CacheEvictOptions, CacheSource, Settled } from './options.ts';
import { type WritingOptions, writingFunction } from './writing-function.ts';

interface RuntimeOptions extends WritingOptions {
  readonly key?: string | ((...args: never[]) => unknown) | undefined;
  readonly params?: readonly string[] | undefined;
  readonly keyFromResult?: ((result: never, ...args: never[]) => unknown) | undefined;
  readonly tags?: readonly string[] | Decide<readonly string[]> | undefined;
  readonly prefix?: string | undefined;
  readonly all?: boolean | undefined;
}

const names = new Set('key params keyFromResult tags prefix all when mode onError'.split(' '));

/**
 * Removes entries after the body has succeeded: the one of `key`, those with one of `tags`, those whose keys begin with
 * `prefix`, or `all`; any of them together. A body that throws or rejects removes nothing. Keys are built, and the cache is
 * asked whether it keeps tags, before the body runs; `keyFromResult` is for keys that only the result knows.
 *
 * When removing fails the caller gets that error although the body has succeeded, since old entries may be left.
 * @throws {CacheConfigError} {CacheKeyError} when it is applied, on options that can never work or remove nothing
 */
export function cacheEvict<
  C extends AnyCache,
  This = unknown,
  // biome-ignore lint/suspicious/noExplicitAny: of a function that is not a method nothing is known here, and anything will do
  A extends readonly unknown[] = any,
  R extends AnswerOf<C> = AnswerOf<C>,
  const K extends string = string,
  const P extends readonly string[] = readonly string[],
>(
  cache: CacheSource<C, This, Settled<A>>,
  options: CacheEvictOptions<This, Settled<A>, NoInfer<R>, K, P>,
): MethodDecorator<This, A, R> {
  const given = options as RuntimeOptions;
  assertOptions('cacheEvict', given, names);
  checkEntryOptions('cacheEvict', given);
  checkKinds('cacheEvict', given, { keyFromResult: 'function', prefix: 'string', all: 'boolean' });
  const { key, keyFromResult, tags, prefix, all = false } = given;
  if (key === undefined && keyFromResult === undefined && tags === undefined && prefix === undefined && !all)
    throw new CacheConfigError(
      'cacheEvict: expected one of `key`, `keyFromResult`, `tags`, `prefix` or `all: true`, got none',
    );
  if (prefix === '')
    throw new CacheConfigError(
      'cacheEvict: expected a non-empty `prefix`, got an empty one; `all: true` removes everything',
    );
  return decorator('cacheEvict', (fn, site) => {
    const keyOf = key === undefined ? undefined : callKey('cacheEvict', given, fn, site);
    return writingFunction('cacheEvict', cache, given, fn, (target, self, args) => {
      const built = keyOf?.(self, args);
      return andThen(requireTags(target, tags !== undefined), () => (result: unknown) => {
        const removals: (() => unknown)[] = [];
        if (built !== undefined) removals.push(() => target.delete(built));
        if (keyFromResult !== undefined)
          removals.push(() => {
            const made: unknown = keyFromResult.apply(self as never, [result, ...args] as never);
            assertKey(made);
            return target.delete(made);
          });
        if (tags !== undefined)
          removals.push(() =>
            andThen(typeof tags === 'function' ? tags(result, { self, args, fn }) : tags, (decided) =>
              target.invalidateTags(decided),
            ),
          );
        if (all) removals.push(() => target.clear());
        else if (prefix !== undefined) removals.push(() => target.clear(prefix));
        return allOf(removals);
      });
    });
  });
}

/** Does all of `actions`, also when one fails; fails then as the first of them did. */
function allOf(actions: readonly (() => unknown)[]): undefined | Promise<undefined> {
  const failures: unknown[] = [];
  const later: PromiseLike<unknown>[] = [];
  const note = (error: unknown): void => {
    failures.push(error);
  };
  for (const act of actions) {
    try {
      const outcome = act();
      if (isPending(outcome)) later.push(outcome.then(undefined, note));
    } catch (error) {
      note(error);
    }
  }
  const end = (): undefined => {
    if (failures.length > 0) throw failures[0];
  };
  return later.length === 0 ? end() : Promise.all(later).then(end);
}
