import { andThen, assertOptions, CacheConfigError } from '@cache/core';
import { decorator, type MethodDecorator } from './decorator.ts';
import { checkKinds } from './entry-options.ts';
import { asLayer, cachingLayer, type Tools } from './layer.ts';
import { refuseGenerator } from './one-shot.ts';
import type { AnyFunction } from './options.ts';
import { inTime, timingOf } from './timing.ts';

/** A cached function, what `controls` gives, or the name of a cached method of the same object. */
export type Reader = ReaderTools | string | symbol;

/** The tools of a cached function that a writer needs. */
export interface ReaderTools {
  readonly keyFor: (...args: never[]) => string;
  readonly invalidate: (...args: never[]) => unknown;
  readonly refresh: (...args: never[]) => unknown;
}

/** Which call of the reader a call of the writer is about. */
export interface AfterOptions {
  readonly args?: ((...args: never[]) => readonly unknown[]) | undefined;
  readonly argsFromResult?: ((result: never, ...args: never[]) => readonly unknown[]) | undefined;
}

/** The names of {@link AfterOptions}. */
export const afterNames: ReadonlySet<string> = new Set(['args', 'argsFromResult']);

/** A decorator that does `act` to a call of `reader` after its function has succeeded. */
export function after<This, A extends readonly unknown[], R>(
  what: string,
  reader: Reader,
  options: AfterOptions,
  names: ReadonlySet<string>,
  act: (tools: Tools, self: unknown, args: readonly unknown[]) => unknown,
): MethodDecorator<This, A, R> {
  assertOptions(what, options, names);
  checkKinds(what, options, { args: 'function', argsFromResult: 'function' });
  const { args: argsOf, argsFromResult } = options;
  if (argsOf !== undefined && argsFromResult !== undefined)
    throw new CacheConfigError(`${what}: expected \`args\` or \`argsFromResult\`, got both`);
  const toolsOf = readerTools(what, reader);
  return decorator(what, (fn) => {
    refuseGenerator(what, fn);
    const timing = timingOf(what, fn, undefined);
    function writer(this: unknown, ...args: readonly unknown[]): unknown {
      return inTime(timing, () => {
        const tools = toolsOf(this);
        const early = argsFromResult === undefined ? (argsOf?.apply(this as never, args as never) ?? args) : undefined;
        if (early !== undefined) tools.keyFor(this, early); // a wrong key shows before the body runs
        return andThen(fn.apply(this as never, args as never), (result) => {
          const about = early ?? argsFromResult?.apply(this as never, [result, ...args] as never);
          return andThen(act(tools, this, about ?? args), () => result);
        });
      });
    }
    return asLayer(writer as AnyFunction, { original: fn, timing });
  });
}

function readerTools(what: string, reader: Reader): (self: unknown) => Tools {
  if (typeof reader === 'string' || typeof reader === 'symbol') {
    return (self) => {
      const member: unknown = (self as Readonly<Record<string | symbol, unknown>> | undefined)?.[reader];
      const tools = typeof member === 'function' ? cachingLayer(member as AnyFunction)?.tools : undefined;
      if (tools === undefined) throw notCached(what, `${String(reader)} without @cacheable`);
      return tools;
    };
  }
  if (reader === null || !['object', 'function'].includes(typeof reader) || typeof reader.keyFor !== 'function')
    throw notCached(what, `a ${typeof reader} without a cache`);
  const tools: Tools = {
    keyFor: (_, args) => reader.keyFor(...(args as never[])),
    invalidate: (_, args) => reader.invalidate(...(args as never[])),
    refresh: (_, args) => reader.refresh(...(args as never[])),
    peek: () => undefined,
  };
  return () => tools;
}

function notCached(what: string, got: string): CacheConfigError {
  return new CacheConfigError(`${what}: expected a cached function or the name of a cached method, got ${got}`);
}
