import { andThen, assertOptions, CacheConfigError, type LoadOptions } from '@cache/core';
import { cachedFunction } from './cached-function.ts';
import { decorator, type Site } from './decorator.ts';
import { firstArgument } from './entity-key.ts';
import { checkKinds } from './entry-options.ts';
import { asLayer, cachingLayer, layerOf } from './layer.ts';
import type { AnyCache, AnyFunction } from './options.ts';
import { attempt, type RefreshErrors, refreshFailure } from './refresh-after.ts';
import { writingFunction } from './writing-function.ts';

/** What the functions of an entity cache are made of. */
export interface EntityParts {
  readonly name: string;
  readonly find: AnyCache | (() => AnyCache | undefined);
  /** The key, under the entity's name, of what identifies an entity. */
  readonly keyOf: (args: unknown) => string;
  readonly load: LoadOptions;
}

const refreshNames = new Set(['args', 'onRefreshError']);

type ArgsOf = ((...args: never[]) => unknown) | undefined;
type KeyOf = (this: unknown, ...args: readonly unknown[]) => string;

/** `cached`, `invalidateAfter` and `refreshAfter` of an entity cache. */
export function entityFunctions(parts: EntityParts): object {
  const { name, find, load } = parts;
  const keyOf = (argsOf: ArgsOf): KeyOf =>
    function (...args) {
      return parts.keyOf(argsOf === undefined ? firstArgument(name, args) : argsOf.apply(this as never, args as never));
    };
  const what = (tool: string): string => `entityCache ${JSON.stringify(name)}: ${tool}`;
  return {
    cached: entityDecorator(what('cached'), (fn, site, argsOf) =>
      underName(name, cachedFunction(what('cached'), find, { ...load, key: keyOf(argsOf), unless: isNone }, fn, site)),
    ),
    invalidateAfter: entityDecorator(what('invalidateAfter'), (fn, _, argsOf) => {
      const build = keyOf(argsOf);
      return writingFunction(what('invalidateAfter'), find, {}, fn, (cache, self, args) => {
        const key = build.apply(self, [...args]);
        return () => cache.delete(key);
      });
    }),
    refreshAfter: (refresh: AnyFunction, options: RefreshErrors & { readonly args?: ArgsOf } = {}) => {
      if (typeof refresh !== 'function')
        throw new CacheConfigError(
          `${what('refreshAfter')}: expected a function that reads the entity, got ${typeof refresh}`,
        );
      assertOptions(what('refreshAfter'), options, refreshNames);
      checkKinds(what('refreshAfter'), options, { args: 'function' });
      const failed = refreshFailure(what('refreshAfter'), options.onRefreshError);
      const build = keyOf(options.args);
      return decorator(what('refreshAfter'), (fn) =>
        writingFunction(what('refreshAfter'), find, {}, fn, (cache, self, args) => {
          const key = build.apply(self, [...args]);
          return () =>
            andThen(cache.delete(key), () => attempt(() => renew(cache, key, refresh, self, args, load), failed));
        }),
      );
    },
  };
}

/** `wrapper`, whose `keyFor` says the key in the cache that was given, as that of the entity cache does. */
function underName(name: string, wrapper: AnyFunction): AnyFunction {
  const layer = layerOf(wrapper);
  const tools = layer?.tools;
  if (layer === undefined || tools === undefined) return wrapper;
  const keyFor: typeof tools.keyFor = (self, args) => `${name}:${tools.keyFor(self, args)}`;
  return asLayer(wrapper, { ...layer, tools: { ...tools, keyFor } });
}

/** A cached function refreshes its own entry; what any other returns is stored here. */
function renew(
  cache: AnyCache,
  key: string,
  refresh: AnyFunction,
  self: unknown,
  args: readonly unknown[],
  load: LoadOptions,
): unknown {
  const tools = cachingLayer(refresh)?.tools;
  if (tools !== undefined) return tools.refresh(self, args);
  return andThen(refresh.apply(self as never, args as never), (entity) =>
    isNone(entity) ? undefined : cache.set(key, entity, { tags: load.tags }),
  );
}

/** Whether a reader says that there is no such entity. */
export function isNone(entity: unknown): boolean {
  return entity === undefined;
}

/** All forms of a decorator that may be told how arguments identify an entity. */
function entityDecorator(
  what: string,
  wrap: (fn: AnyFunction, site: Site, argsOf: ArgsOf) => AnyFunction,
): (...given: readonly unknown[]) => unknown {
  const decorate = (argsOf: ArgsOf): ((...given: readonly unknown[]) => unknown) =>
    decorator(what, (fn, site) => wrap(fn, site, argsOf)) as unknown as (...given: readonly unknown[]) => unknown;
  return (...given) => {
    const [first, second] = given;
    if (isFunctionArgs(first) && second === undefined) return decorate(first.args);
    if (typeof first === 'function' && isFunctionArgs(second)) return decorate(second.args)(first);
    return decorate(undefined)(...given);
  };
}

function isFunctionArgs(value: unknown): value is { readonly args: (...args: never[]) => unknown } {
  return typeof value === 'object' && value !== null && 'args' in value && typeof value.args === 'function';
}
