import type { LoadOptions, StandardSchema, Ttl } from '@cache/core';
import type { MethodDecorator } from './decorator.ts';
import type { ArgumentsOf, Extras } from './extras.ts';
import type { AnswerOf, AnyCache, Settled } from './options.ts';
import type { RefreshErrors } from './refresh-after.ts';

/** What names one entity. Objects by their `toCacheKey()`, or by what they hold. */
export type PrimaryKey = string | number | bigint | boolean | object;

/** How entities are kept. The options of `getOrSet` that are given here hold for all of them. */
export interface EntityOptions<E, Args, PK extends PrimaryKey, C extends AnyCache>
  extends Omit<LoadOptions, 'ttl' | 'refresh' | 'onReentry' | 'signal'> {
  /** Begins all keys: `name:` and the primary key. */
  readonly name: string;
  /** The primary key, of what identifies an entity: of the arguments of a reader, or of the entity itself. */
  readonly key: (args: Args) => PK;
  /** A `Cache`, a `SyncCache`, or what finds one at each call; `undefined`: do not cache. */
  readonly cache: C | (() => C | null | undefined);
  /** Any Standard Schema (zod, valibot, arktype, …): checked on writing and on reading. Gives the type of entities. */
  readonly schema?: StandardSchema<E> | undefined;
  /** How long an entity stays fresh. @default the cache's */
  readonly ttl?: Ttl | undefined;
}

/** How the arguments of a function identify an entity. @default its first argument, which has to be an object */
export interface FunctionArgs<A extends readonly unknown[], Args> {
  /** What identifies the entity, from the arguments of the function. */
  readonly args: (...args: A) => Args;
}

/** What a function may return that reads an entity: `undefined` when there is none. */
export type Found<C, E> = C extends { asCache(): unknown }
  ? E | undefined | PromiseLike<E | undefined>
  : PromiseLike<E | undefined>;

/** `X`, later where the cache answers later. */
export type Later<C, X> = C extends { asCache(): unknown } ? X : Promise<X>;

/** Whether the first argument of `F` identifies an entity; if not, a literal type that says so. */
type Identifies<F, Args> =
  ArgumentsOf<F> extends readonly [Args, ...unknown[]]
    ? unknown
    : 'the first argument does not identify an entity: give args';

/** Gives functions and methods something to do with entities. */
export interface EntityDecorator<Args, Bound, Tools extends boolean> {
  /** A function with other parameters: `args` tells what they identify. */
  <F extends (...args: never[]) => Bound>(
    fn: F,
    options: FunctionArgs<ArgumentsOf<F>, Args>,
  ): Tools extends true ? F & Extras<F> : F;
  /** A function whose first argument identifies the entity. */
  <F extends (...args: never[]) => Bound>(fn: F & Identifies<F, Args>): Tools extends true ? F & Extras<F> : F;
  /** A method with other parameters. */
  // biome-ignore lint/suspicious/noExplicitAny: until the method is seen, any parameters will do
  <This = unknown, A extends readonly unknown[] = any, R extends Bound = Bound>(
    options: FunctionArgs<Settled<A>, Args>,
  ): MethodDecorator<This, A, R>;
  /** A method whose first argument identifies the entity, by `experimentalDecorators`. */
  <F extends (...args: never[]) => Bound>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F & Identifies<F, Args>>,
  ): void;
  /** The same by the standard. */
  <This, A extends readonly [Args, ...unknown[]], R extends Bound>(
    method: (this: This, ...args: A) => R,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: A) => R>,
  ): void;
}

/** Typed entities by primary key. All methods answer at once over a `SyncCache`, by promises over a `Cache`. */
export interface EntityCache<E, Args, PK extends PrimaryKey, C extends AnyCache> {
  /** What all its keys begin with. */
  readonly name: string;
  /** The key of an entity in the cache that was given. @throws {CacheKeyError} when there is no primary key in `args` */
  keyFor(args: Args): string;
  /** The entity that `args` identify, or `undefined`. */
  get(args: Args): Later<C, E | undefined>;
  /** The entity with this primary key, or `undefined`. */
  getByKey(pk: PK): Later<C, E | undefined>;
  /** The entities that each of `list` identifies, in that order, `undefined` where there is none; in one round trip. */
  getMany(list: Iterable<Args>): Later<C, (E | undefined)[]>;
  /**
   * As `getMany`, but asks `load` for those that are missing: once for all of them, so that N entities make one query. Each is
   * matched to what was asked for by its own primary key; what `load` leaves out is `undefined`, and nothing is stored for it.
   */
  getOrSetMany(
    list: Iterable<Args>,
    load: (missing: Args[]) => Later<C, Iterable<E>> | Iterable<E>,
  ): Later<C, (E | undefined)[]>;
  /**
   * The entity that `args` identify, or what `load` returns: run once however many wait. `undefined` says that there is no such
   * entity, and is not stored.
   */
  getOrSet<F extends E | undefined>(args: Args, load: (args: Args) => Later<C, F> | F): Later<C, E | F>;
  /**
   * Stores `entity` under the primary key of `args`, which is that of the entity itself when they are left out.
   * @throws {CacheValidationError} when the schema refuses it; nothing was stored
   */
  set(entity: E, ...args: E extends Args ? [args?: Args] : [args: Args]): Later<C, boolean>;
  /** Removes one entity. Never fails because it is not there. @returns whether it was */
  invalidate(args: Args): Later<C, boolean>;
  /** As `invalidate`, by primary key. */
  invalidateByKey(pk: PK): Later<C, boolean>;
  /** Removes all entities of this name. */
  clear(): Later<C, void>;
  /**
   * Caches what a function or a method returns, as the entity that its arguments identify. `undefined` says that there is none,
   * and is not stored; to remember that, let entities be `null`.
   */
  readonly cached: EntityDecorator<Args, Found<C, E>, true>;
  /** Removes the entity after a function or a method has succeeded. */
  readonly invalidateAfter: EntityDecorator<Args, AnswerOf<C>, false>;
  /**
   * Removes the entity after a function has succeeded, then stores what `refresh` returns for the same arguments, unless that is
   * `undefined`. The function answers with its own result.
   */
  refreshAfter<F extends (...args: never[]) => Found<C, E>>(
    refresh: F,
    options?: RefreshErrors & Partial<FunctionArgs<ArgumentsOf<F>, Args>>,
  ): MethodDecorator<unknown, ArgumentsOf<F>, AnswerOf<C>>;
}
