import { AsyncLocalStorage } from 'node:async_hooks';
import type { Awaitable } from '@cache/core';
import { ending } from './ending.ts';
import { layerOf } from './layer.ts';
import type { AnyCache, AnyFunction } from './options.ts';

/*
 * A method that calls itself after its first `await`, under the same key, would wait for its own load. From Node 24 on
 * core sees that. Before, following awaits slows down every await of the process, so it is done only while a method
 * loads whose source asks for itself.
 */

/** A running load of a method that may call itself, within those it was called by. */
interface Run {
  readonly cache: AnyCache;
  readonly key: string;
  readonly outer: Run | undefined;
  ended: boolean;
}

const runs = new AsyncLocalStorage<Run>();
let running = 0;
const seenByCore = Number(process.versions.node.split('.')[0]) >= 24;

/** Whether loads of the member `name` have to be followed: its source says `this.name`, or `Class.name` whatever that is called. */
export function mayCallItself(fn: AnyFunction, name: string | symbol): boolean {
  if (seenByCore || typeof name !== 'string') return false;
  let body = fn;
  for (let layer = layerOf(fn); layer !== undefined; layer = layerOf(body)) body = layer.original;
  const literal = name.replace(/\W/g, '\\$&');
  const itself = new RegExp(`(?<![\\w$.#])(?!super\\b)[\\w$]+\\s*\\??\\.\\s*${literal}(?![\\w$])`);
  return itself.test(Function.prototype.toString.call(body));
}

/** Runs a load so that calls from inside it are known as such. */
export function follow<X>(cache: AnyCache, key: string, load: () => Awaitable<X>): Awaitable<X> {
  const run: Run = { cache, key, outer: runs.getStore(), ended: false };
  running++;
  return runs.run(run, ending, load, () => {
    run.ended = true;
    running--;
    if (running === 0) runs.disable(); // awaits are fast again
  });
}

/** Whether a call comes from inside a load of the same key that is followed. */
export function isOwnCall(cache: AnyCache, key: string): boolean {
  if (running === 0) return false;
  for (let run = runs.getStore(); run !== undefined; run = run.outer)
    if (!run.ended && run.key === key && run.cache === cache) return true;
  return false;
}
