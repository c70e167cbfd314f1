import type { Awaitable } from '@cache/core';
import { ending } from './ending.ts';
import type { AnyCache, AnyFunction } from './options.ts';

/*
 * A method that overrides another under the same key, and calls it after its first `await`, would wait for its own load. Core
 * sees that only where AsyncLocalStorage is cheap. Here it shows in another way: nobody but the overriding method reaches
 * the overridden one on the same object, so a load of the same key, of the same object and method name, that another
 * function leads means that this call comes from inside it.
 */

/** A running load of a method. */
interface Lead {
  readonly cache: AnyCache;
  readonly key: string;
  readonly name: string | symbol;
  readonly fn: AnyFunction;
}

const leads = new WeakMap<object, Set<Lead>>();
// Nothing is looked up while no method loads, which is nearly always.
let running = 0;

/** Runs a load of a method, noted for as long as it runs. */
export function lead<X>(self: unknown, load: Lead, run: () => Awaitable<X>): Awaitable<X> {
  if (!isReceiver(self)) return run();
  let own = leads.get(self);
  if (own === undefined) {
    own = new Set();
    leads.set(self, own);
  }
  own.add(load);
  running++;
  return ending(run, () => {
    own.delete(load);
    running--;
  });
}

/** Whether a call comes from inside a method that overrides this one and loads the same key. */
export function isSuperCall(
  self: unknown,
  cache: AnyCache,
  key: string,
  name: string | symbol,
  fn: AnyFunction,
): boolean {
  if (running === 0 || !isReceiver(self)) return false;
  for (const load of leads.get(self) ?? []) {
    if (load.key === key && load.name === name && load.cache === cache && load.fn !== fn) return true;
  }
  return false;
}

/** An object, or the class of a static method. */
function isReceiver(self: unknown): self is object {
  return (typeof self === 'object' && self !== null) || typeof self === 'function';
}
