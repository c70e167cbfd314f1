import { assertKey, CacheConfigError, CacheKeyError } from '@cache/core';
import { encodeKey, hashKey, keyTemplate } from '@cache/core/keys';
import type { Site } from './decorator.ts';
import { scopeOf } from './default-scope.ts';
import type { AnyCache, AnyFunction } from './options.ts';

/** Makes the keys of a function's calls. */
export interface CallKey {
  /** @throws {CacheKeyError} when these arguments cannot be a key */
  (self: unknown, args: readonly unknown[]): string;
  /** Must be called with a cache before keys are used on it: refuses default keys that another function has there. */
  readonly claim?: ((cache: AnyCache, self: unknown) => void) | undefined;
}

/** The options a key is made of, as they arrive at run time. */
export interface RuntimeKeyOptions {
  readonly key?: string | ((...args: never[]) => unknown) | undefined;
  readonly params?: readonly string[] | undefined;
  readonly hashed?: boolean | undefined;
  readonly name?: string | undefined;
}

/** @throws {CacheKeyError} or {@link CacheConfigError} on a key that can never work */
export function callKey(what: string, options: RuntimeKeyOptions, fn: AnyFunction, site: Site): CallKey {
  const { key, params, hashed = false } = options;
  if (typeof key !== 'string' && params !== undefined)
    throw new CacheConfigError(`${what}: expected \`params\` with a key template only, got it without one`);
  if (key !== undefined && hashed)
    throw new CacheConfigError(
      `${what}: expected \`hashed\` with default keys only, got a \`key\` too; use hashKey() in a key function`,
    );
  if (typeof key === 'string') return templateKey(key, params, fn);
  if (typeof key === 'function') return functionKey(what, key);
  if (key !== undefined)
    throw new CacheConfigError(`${what}: expected \`key\` to be a function or a template, got ${typeof key}`);
  return defaultKey(what, options, fn, site);
}

function templateKey(template: string, params: readonly string[] | undefined, fn: AnyFunction): CallKey {
  if (template === '') assertKey(template); // the one template whose keys are all wrong
  const build = keyTemplate(template, { params, fn });
  return (self, args) => {
    const key = build({ self, args });
    assertKey(key);
    return key;
  };
}

function functionKey(what: string, key: (...args: never[]) => unknown): CallKey {
  return (self, args) => {
    const made = key.apply(self as never, args as never);
    if (typeof made !== 'string')
      throw new CacheKeyError(
        `${what}: expected its key function to return a string, got ${made === null ? 'null' : typeof made}`,
      );
    assertKey(made);
    return made;
  };
}

function defaultKey(what: string, options: RuntimeKeyOptions, fn: AnyFunction, site: Site): CallKey {
  const { name, hashed = false } = options;
  const scope = scopeOf(what, name, fn, site);
  const build = (self: unknown, args: readonly unknown[]): string => {
    const encoded = encodeKey(args);
    return `${scope.name(self)}:${hashed ? hashKey(encoded) : encoded}`;
  };
  return Object.assign(build, { claim: scope.claim });
}
