import { inspect } from 'node:util';
import {
  andThen,
  assertKey,
  assertLoadOptions,
  assertOptions,
  type Cache,
  CacheConfigError,
  type LoadContext,
  type LoadOptions,
} from '@cache/core';
import { atOnce, loadNames } from './cacheable-options.ts';
import { entityFunctions, isNone } from './entity-functions.ts';
import { primaryKeyText } from './entity-key.ts';
import type { EntityCache, EntityOptions, PrimaryKey } from './entity-options.ts';
import { findCache, isSync } from './find-cache.ts';
import type { AnyCache, AnyFunction } from './options.ts';

const names = new Set(['name', 'key', 'cache', 'schema', 'ttl', 'tags', ...loadNames]);

/**
 * Entities of one kind by primary key: `get(args)`, `set(entity)` and the like, and the mechanism of `cached` for functions,
 * keyed by the entity that their arguments identify. Keys are `name:` and the primary key, so many kinds can share a cache.
 * @throws {CacheConfigError} {CacheKeyError} {InvalidTtlError} on options that can never work
 */
export function entityCache<
  E,
  Args = E,
  PK extends PrimaryKey = PrimaryKey,
  // biome-ignore lint/suspicious/noExplicitAny: as AnyCache
  C extends AnyCache = Cache<any>,
>(options: EntityOptions<E, Args, PK, C>): EntityCache<E, Args, PK, C> {
  assertOptions('entityCache', options, names);
  const { name, key, cache: source, schema, ttl, ...rest } = options;
  assertKey(name);
  if (typeof key !== 'function')
    throw new CacheConfigError(
      `entityCache ${JSON.stringify(name)}: expected \`key\` to be a function, got ${typeof key}`,
    );
  const load: LoadOptions = rest;
  assertLoadOptions(load);
  const loadAtOnce = atOnce(load);
  const loadOf = (cache: AnyCache): LoadOptions => (isSync(cache) ? loadAtOnce : load);
  if (typeof source !== 'function') findCache(`entityCache ${JSON.stringify(name)}`, source, key as AnyFunction);
  const written = { tags: load.tags };
  const spaceOf = spaces(name, { schema, ttl });
  let answersLater = true;
  const space = (): AnyCache | undefined => {
    const cache = typeof source === 'function' ? source() : source;
    if (cache === undefined || cache === null) return undefined;
    answersLater = !isSync(cache);
    return spaceOf(cache);
  };
  const find = typeof source === 'function' ? space : (space() as AnyCache);
  const own = (args: unknown): string => primaryKeyText(name, key(args as Args));
  const on = (without: unknown, act: (cache: AnyCache) => unknown): unknown => {
    const cache = space();
    if (cache !== undefined) return act(cache);
    return answersLater ? Promise.resolve(without) : without;
  };
  /** `found` in the order of `keys`. */
  const inOrder = (keys: readonly string[], found: unknown): unknown =>
    andThen(found, (entities) => keys.map((one) => (entities as ReadonlyMap<string, unknown>).get(one)));

  const entities = {
    name,
    /** What a log shows: the kind and its settings, no entity. */
    [inspect.custom]: () => `entityCache ${name} ${inspect({ ...rest, ttl, schema: schema?.['~standard'].vendor })}`,
    keyFor: (args: Args) => `${name}:${own(args)}`,
    get: (args: Args) => {
      const one = own(args);
      return on(undefined, (cache) => cache.get(one));
    },
    getByKey: (pk: PK) => {
      const one = primaryKeyText(name, pk);
      return on(undefined, (cache) => cache.get(one));
    },
    getMany: (list: Iterable<Args>) => {
      const keys = Array.from(list, own);
      return on(
        keys.map(() => undefined),
        (cache) => inOrder(keys, cache.getMany(keys)),
      );
    },
    getOrSetMany: (list: Iterable<Args>, loadMissing: (missing: Args[]) => unknown) => {
      const asked = new Map<string, Args>();
      const keys = Array.from(list, (args) => {
        const one = own(args);
        asked.set(one, args);
        return one;
      });
      const loadKeys = (missing: readonly string[]): unknown =>
        andThen(loadMissing(missing.map((one) => asked.get(one) as Args)), (loaded) => {
          const wanted = new Set(missing);
          const pairs = Array.from(loaded as Iterable<unknown>, (entity) => [own(entity), entity] as const);
          return new Map(pairs.filter(([one]) => wanted.has(one)));
        });
      const cache = space();
      if (cache === undefined) return inOrder(keys, loadKeys([...asked.keys()]));
      // The two caches differ in what a loader may return; this one answers as they do.
      return inOrder(keys, (cache as Cache<unknown>).getOrSetMany(keys, loadKeys as never, loadOf(cache)));
    },
    getOrSet: (args: Args, loadOne: (args: Args) => unknown) => {
      const one = own(args);
      const cache = space();
      if (cache === undefined) return loadOne(args);
      const loader = ({ skip }: LoadContext<unknown>): unknown =>
        andThen(loadOne(args), (entity) => {
          if (isNone(entity)) skip();
          return entity;
        });
      return (cache as Cache<unknown>).getOrSet(one, loader as never, loadOf(cache));
    },
    set: (entity: E, args: unknown = entity) => {
      const one = own(args);
      return on(true, (cache) => cache.set(one, entity, written));
    },
    invalidate: (args: Args) => {
      const one = own(args);
      return on(false, (cache) => cache.delete(one));
    },
    invalidateByKey: (pk: PK) => {
      const one = primaryKeyText(name, pk);
      return on(false, (cache) => cache.delete(one));
    },
    clear: () => on(undefined, (cache) => cache.clear()),
    ...entityFunctions({ name, find, keyOf: own, load }),
  };
  return entities as unknown as EntityCache<E, Args, PK, C>; // at once or later, as the cache answers
}

/** The namespace of a cache: one per cache, for as long as that lives. */
function spaces(name: string, options: object): (cache: AnyCache) => AnyCache {
  const known = new WeakMap<AnyCache, AnyCache>();
  return (cache) => {
    let space = known.get(cache);
    if (space === undefined) {
      space = cache.namespace(name, options) as AnyCache;
      known.set(cache, space);
    }
    return space;
  };
}
