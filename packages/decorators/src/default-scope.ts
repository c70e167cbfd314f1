import { CacheConfigError, CacheKeyError } from '@cache/core';
import type { Site } from './decorator.ts';
import { layerOf } from './layer.ts';
import type { AnyCache, AnyFunction } from './options.ts';

/** What a function's default keys begin with. */
export interface Scope {
  name(self: unknown): string;
  /** @throws {CacheKeyError} when another function's default keys on `cache` begin with the same */
  claim(cache: AnyCache, self: unknown): void;
}

/**
 * `name`, or the function's own name, or `Class.method`: the class that declares the method, also for heirs. Under the
 * standard a class cannot be known before the first call, so it is found there, on the prototype chain of the receiver.
 */
export function scopeOf(what: string, name: string | undefined, fn: AnyFunction, site: Site): Scope {
  let known = name;
  if (known === undefined && site.kind === 'function') known = readable(what, fn.name, 'a function');
  if (known === undefined && site.private)
    throw new CacheConfigError(
      `@${what}: expected \`name\` or \`key\` on the private member ${String(site.name)}: the class that declares it cannot be found from outside`,
    );
  if (known === undefined && site.home !== undefined) known = memberName(what, site.home, site);
  let home: object | undefined = site.kind === 'function' || site.private ? fn : site.home;
  const nameOf = (self: unknown): string => {
    if (known === undefined) {
      home ??= homeOf(what, fn, site, self);
      known = memberName(what, home, site);
    }
    return known;
  };
  let last: WeakRef<AnyCache> | undefined;
  return {
    name: nameOf,
    claim(cache, self) {
      if (last?.deref() === cache) return;
      claimScope(what, cache, nameOf(self), fn, home ?? fn);
      last = new WeakRef(cache);
    },
  };
}

/** The prototype, or class, that declares the method, found by looking for the wrapper of `fn`. */
function homeOf(what: string, fn: AnyFunction, site: Site, self: unknown): object {
  const start = typeof self === 'object' || typeof self === 'function' ? self : null;
  for (let home = start; home !== null; home = Object.getPrototypeOf(home)) {
    const own = Object.getOwnPropertyDescriptor(home, site.name);
    for (
      let found = (site.kind === 'getter' ? own?.get : own?.value) as AnyFunction | undefined;
      found !== undefined;
    ) {
      if (found === fn) return home;
      found = typeof found === 'function' ? layerOf(found)?.original : undefined;
    }
  }
  throw new CacheKeyError(
    `@${what}: expected ${String(site.name)} to be called on an object of its class, got a receiver without it; call it as a method, or give \`name\` or \`key\``,
  );
}

function memberName(what: string, home: object, site: Site): string {
  const owner = typeof home === 'function' ? home : home.constructor;
  return `${readable(what, owner?.name ?? '', 'a class')}.${String(site.name)}`;
}

function readable(what: string, name: string, kind: string): string {
  if (name.length > 2) return name;
  const got = name === '' ? `${kind} without a name` : `${kind} named ${JSON.stringify(name)}, as a minifier would`;
  throw new CacheKeyError(
    `${what}: expected a name of at least 3 characters for default keys, got ${got}; give \`name\` or \`key\``,
  );
}

/** Who has a scope on a cache: the source of the function, with its class, and which class object that was. */
interface Claim {
  readonly source: string;
  readonly home: WeakRef<object>;
  readonly fn: WeakRef<AnyFunction>;
}

const claims = new WeakMap<AnyCache, Map<string, Claim>>();

// The same source evaluated again (a closure, a class made by a function) counts as the same function; two members of
// one class object never do.
function claimScope(what: string, cache: AnyCache, scope: string, fn: AnyFunction, home: object): void {
  let scopes = claims.get(cache);
  if (scopes === undefined) {
    scopes = new Map();
    claims.set(cache, scopes);
  }
  const source = sourceOf(fn) + sourceOf(typeof home === 'function' ? home : home.constructor);
  const owner = scopes.get(scope);
  if (owner === undefined) scopes.set(scope, { source, home: new WeakRef(home), fn: new WeakRef(fn) });
  else if (owner.source !== source || (owner.home.deref() === home && owner.fn.deref() !== fn))
    throw new CacheKeyError(
      `${what}: expected default keys of its own, got ${JSON.stringify(scope)}, which another function on the same cache has; give one of them \`name\` or \`key\``,
    );
}

function sourceOf(fn: unknown): string {
  return typeof fn === 'function' ? Function.prototype.toString.call(fn) : '';
}
