import type { Cache, CacheError, LoadOptions, SyncCache, SyncLoadOptions, Ttl } from '@cache/core';
import type { CheckedTemplate } from '@cache/core/keys';
import type { Mode } from './timing.ts';

/** Any function. `never` as parameters: whatever can be called fits. */
export type AnyFunction = (this: never, ...args: never[]) => unknown;

/**
 * `A`, which is inferred elsewhere. `NoInfer` will not do here: a function with fewer parameters would not fit a rest
 * parameter of that type.
 */
export type Settled<A extends readonly unknown[]> = A extends infer Known extends readonly unknown[] ? Known : never;

/** One call of a cached function: its receiver, its arguments and the function itself. */
export interface Call<This = unknown, A extends readonly unknown[] = readonly unknown[]> {
  /** What `this` is in the body. */
  readonly self: This;
  readonly args: A;
  /** The function without its cache. */
  readonly fn: AnyFunction;
}

/** Any `Cache` or `SyncCache`, whatever it holds. */
// biome-ignore lint/suspicious/noExplicitAny: values of any type; ResultOf gets it back out
export type AnyCache = Cache<any> | SyncCache<any>;

/** A cache, or what finds it for each call; `undefined` means: do not cache this call. */
export type CacheSource<C, This = unknown, A extends readonly unknown[] = readonly unknown[]> =
  | C
  | ((call: Call<This, A>) => C | null | undefined | PromiseLike<C | null | undefined>);

/** What a function may return whose results go to a cache `C`: a promise, or on a `SyncCache` the value itself. */
export type ResultOf<C> =
  C extends SyncCache<infer T> ? T | PromiseLike<T> : C extends Cache<infer T> ? PromiseLike<T> : never;

/** What a function may return that removes from a cache `C`: anything, but later where the cache answers later. */
export type AnswerOf<C> = C extends SyncCache<infer _> ? unknown : PromiseLike<unknown>;

/** An answer that may come later where the function's own result does. */
export type Answer<R, X> = R extends PromiseLike<unknown> ? X | PromiseLike<X> : X;

/** How the key of a call is made: by a function of its arguments, by a template, or of a name and all arguments. */
export type KeyOptions<This, A extends readonly unknown[], K extends string, P extends readonly string[]> =
  | {
      /** The key of a call. The first choice: checked by the compiler, and untouched by minifiers. */
      readonly key: (this: This, ...args: A) => string;
      readonly params?: undefined;
      readonly hashed?: undefined;
      readonly name?: string | undefined;
    }
  | {
      /** A template: `'user:{0}'`, `'{this.tenant}:{0.id}'`, `'search:{query}:{page=1}'`. See `keyTemplate` of `@cache/core`. */
      readonly key: CheckedTemplate<K, This, A, P>;
      /** The names of the parameters, for templates that use them: they are then checked, and safe from minifiers. */
      readonly params?: P | undefined;
      readonly hashed?: undefined;
      readonly name?: string | undefined;
    }
  | {
      /** @default `name:` and all arguments, encoded injectively */
      readonly key?: undefined;
      readonly params?: undefined;
      /** Replaces the arguments in the default key by a digest of 43 characters. @default false */
      readonly hashed?: boolean | undefined;
      /** Begins default keys. @default the function's name, `Class.method` for methods */
      readonly name?: string | undefined;
    };

/** What a write says about its entry, fixed or decided by its result. */
export interface EntryOptions<This, A extends readonly unknown[], R> {
  /** How long the entry stays fresh. @default the cache's */
  readonly ttl?: Ttl | ((result: Awaited<R>, call: Call<This, A>) => Answer<R, Ttl | undefined>) | undefined;
  /** What can invalidate it. Needs a backend that keeps tags. */
  readonly tags?:
    | readonly string[]
    | ((result: Awaited<R>, call: Call<This, A>) => Answer<R, readonly string[]>)
    | undefined;
  /** Whether to use the cache for this call. Asked before the key is built; `false` runs the body and nothing else. */
  readonly when?: ((call: Call<This, A>) => Answer<R, boolean>) | undefined;
  /** Whether not to store this result. The caller gets it all the same. */
  readonly unless?: ((result: Awaited<R>, call: Call<This, A>) => Answer<R, boolean>) | undefined;
  /** Leave an entry alone that somebody else stored meanwhile. @default false */
  readonly ifNotExists?: boolean | undefined;
}

/** How a wrapped function behaves as such. */
export interface FunctionOptions<This, A extends readonly unknown[], R = unknown> {
  /**
   * When the function answers. `'auto'` tells by its source and by its first call, which is all there is to tell over a
   * `SyncCache`; a plain function that returns promises and may first be called with an entry already there needs `'async'`.
   * @default 'auto'
   */
  readonly mode?: (R extends PromiseLike<unknown> ? Exclude<Mode, 'sync'> : Mode) | undefined;
  /**
   * What a failure of the cache does: reach the caller, or be passed over, so that the body alone answers. A function is
   * told of each. Mistakes of the program always reach the caller, and so does what the body throws. @default 'throw'
   */
  readonly onError?: 'throw' | 'bypass' | ((error: CacheError, call: Call<This, A>) => void) | undefined;
}

/** How `cached` and `cacheable` find, load and store. */
export type CacheableOptions<
  This,
  A extends readonly unknown[],
  R,
  K extends string,
  P extends readonly string[],
> = KeyOptions<This, A, K, P> & EntryOptions<This, A, R> & FunctionOptions<This, A, R> & LoadOptionsOf<R> & StaleOrNew;

/** An entry that has a stale window is written again, which `ifNotExists` would refuse. */
export type StaleOrNew =
  | { readonly ifNotExists?: false | undefined }
  | {
      readonly ifNotExists: boolean | undefined;
      readonly staleWhileRevalidate?: undefined;
      readonly staleIfError?: undefined;
    };

/** The options of `getOrSet` that are not said otherwise here, as far as a function that answers at once can have them. */
export type LoadOptionsOf<R> = Omit<
  R extends PromiseLike<unknown> ? LoadOptions : SyncLoadOptions,
  'ttl' | 'tags' | 'refresh' | 'onReentry'
>;

/** How `cachePut` stores. */
export type CachePutOptions<This, A extends readonly unknown[], R, K extends string, P extends readonly string[]> = (
  | KeyOptions<This, A, K, P>
  | {
      /** For a key that only the result knows. Built after the body, so that a mistake in it shows after the side effect. */
      readonly keyFromResult: (this: This, result: Awaited<R>, ...args: A) => string;
      readonly key?: undefined;
      readonly params?: undefined;
      readonly hashed?: undefined;
      readonly name?: undefined;
    }
) &
  EntryOptions<This, A, R> &
  FunctionOptions<This, A, R>;

/** What `cacheEvict` removes after success; at least one of them. */
export type CacheEvictOptions<This, A extends readonly unknown[], R, K extends string, P extends readonly string[]> = (
  | {
      /** One entry, as in `cacheable`. */
      readonly key: ((this: This, ...args: A) => string) | CheckedTemplate<K, This, A, P>;
      readonly params?: P | undefined;
    }
  | {
      /** One entry whose key only the result knows. */
      readonly keyFromResult: (this: This, result: Awaited<R>, ...args: A) => string;
    }
  | {
      /** All entries with one of these tags. */
      readonly tags: readonly string[] | ((result: Awaited<R>, call: Call<This, A>) => Answer<R, readonly string[]>);
    }
  | {
      /** All entries whose keys begin with this. */
      readonly prefix: string;
    }
  | {
      /** All entries of the cache. */
      readonly all: true;
    }
) & {
  readonly key?: ((this: This, ...args: A) => string) | CheckedTemplate<K, This, A, P> | undefined;
  readonly params?: P | undefined;
  readonly keyFromResult?: ((this: This, result: Awaited<R>, ...args: A) => string) | undefined;
  readonly tags?:
    | readonly string[]
    | ((result: Awaited<R>, call: Call<This, A>) => Answer<R, readonly string[]>)
    | undefined;
  readonly prefix?: string | undefined;
  readonly all?: boolean | undefined;
  /** Whether to remove anything after this call. Asked before the body. */
  readonly when?: ((call: Call<This, A>) => Answer<R, boolean>) | undefined;
} & FunctionOptions<This, A, R>;
