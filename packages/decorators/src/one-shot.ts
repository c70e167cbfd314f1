import { types } from 'node:util';
import { CacheConfigError, CacheSerializationError } from '@cache/core';
import type { AnyFunction } from './options.ts';

/**
 * Refuses generator functions: what they return can be read once, so that a second caller would read nothing.
 * @throws {CacheConfigError}
 */
export function refuseGenerator(what: string, fn: unknown): asserts fn is AnyFunction {
  if (typeof fn !== 'function')
    throw new CacheConfigError(`${what}: expected a function, got ${fn === null ? 'null' : typeof fn}`);
  if (types.isGeneratorFunction(fn))
    throw new CacheConfigError(
      `${what}: expected a function whose result can be read many times, got a generator; collect what it yields into an array`,
    );
}

/**
 * Refuses a result that can be read only once: the second caller would read it empty.
 * @throws {CacheSerializationError} nothing was stored
 */
export function refuseOneShot(what: string, result: unknown): void {
  if (typeof result !== 'object' || result === null) return;
  const kind = oneShotKind(result);
  if (kind === undefined) return;
  throw new CacheSerializationError(
    `${what}: expected a result that can be read many times, got ${kind}, which is empty the second time; return what it holds: its text, its JSON, an array`,
  );
}

function oneShotKind(result: object): string | undefined {
  if (Array.isArray(result)) return undefined;
  const {
    bodyUsed,
    next,
    pipe,
    getReader,
    [Symbol.asyncIterator]: asyncIterator,
    [Symbol.iterator]: iterator,
  } = result as Shapes;
  if (typeof bodyUsed === 'boolean') return 'a Response or Request';
  if (typeof next === 'function' && (typeof iterator === 'function' || typeof asyncIterator === 'function'))
    return 'an iterator';
  if (typeof pipe === 'function' || typeof getReader === 'function') return 'a stream';
  if (typeof asyncIterator === 'function') return 'an async iterable';
  return undefined;
}

interface Shapes {
  readonly bodyUsed?: unknown;
  readonly next?: unknown;
  readonly pipe?: unknown;
  readonly getReader?: unknown;
  readonly [Symbol.asyncIterator]?: unknown;
  readonly [Symbol.iterator]?: unknown;
}
