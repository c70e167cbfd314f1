import { type BuiltInType, builtIn, expectStored } from './built-in.ts';
import { setOwn } from './tags.ts';

/**
 * An error travels as its class, message, cause, the errors of an AggregateError and its own enumerable properties.
 * The stack stays behind: it tells of files of the machine that made it, and would look like a trace of the reader's.
 */
interface StoredError {
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly properties?: object;
}

const hidden = ['message', 'cause', 'errors'] as const;

function write(error: Error): StoredError {
  const stored: Record<string, unknown> = {};
  const properties = { ...error };
  for (const name of hidden)
    if (Object.hasOwn(error, name) && !Object.hasOwn(properties, name)) stored[name] = (error as StoredError)[name];
  return Object.keys(properties).length === 0 ? stored : { ...stored, properties };
}

function reader(prototype: Error): (stored: unknown) => Error {
  const { name } = prototype;
  return (stored) => {
    expectStored(typeof stored === 'object' && stored !== null, 'an Error');
    const { message = '', properties } = stored as StoredError;
    expectStored(
      typeof message === 'string' && (properties === undefined || typeof properties === 'object'),
      'an Error',
    );
    // made from its prototype, since a constructor would record the reader's stack
    const error = new Error(message);
    Object.setPrototypeOf(error, prototype);
    Object.defineProperty(error, 'stack', { value: message === '' ? name : `${name}: ${message}`, ...writable });
    if (!Object.hasOwn(stored, 'message')) Reflect.deleteProperty(error, 'message');
    for (const own of hidden)
      if (Object.hasOwn(stored, own))
        Object.defineProperty(error, own, { value: (stored as StoredError)[own], ...writable });
    for (const [key, value] of Object.entries(properties ?? {})) setOwn(error, key, value);
    return error;
  };
}

const writable = { writable: true, configurable: true, enumerable: false } as const;

const classes = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
] as const;

export const errorTypes: readonly BuiltInType[] = classes.map(({ name, prototype }) =>
  builtIn<Error>(name, prototype, write, reader(prototype)),
);
