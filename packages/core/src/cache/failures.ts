import {
  CacheBackendError,
  type CacheError,
  isBackendFailure,
  isCacheError,
  isSerializationFailure,
} from '../contract/errors.ts';

/** Where warnings go. */
export interface Logger {
  warn(message: string): void;
}

/** Warnings of the process: on standard error by default, and for those who listen to `process.on('warning')`. */
export const processLogger: Logger = {
  warn: (message) => process.emitWarning(message, { type: 'CacheWarning' }),
};

/**
 * `error` as callers of a cache get it: a `CacheError` about their `keys`, not about the wire's, which begin with
 * `prefix`. Anything else that a backend throws becomes the cause of a `CacheBackendError`.
 */
export function asCacheError(
  error: unknown,
  operation: string,
  backend: string,
  prefix: string,
  keys: readonly string[],
): CacheError {
  const named = keys.length === 1 ? { key: keys[0] as string } : keys.length > 1 ? { keys } : {};
  if (!isCacheError(error)) {
    const of = keys.length === 1 ? ` of key ${JSON.stringify(keys[0])}` : '';
    return new CacheBackendError(
      `${operation}${of}: expected an answer of the backend ${backend}, got a failure (see cause)`,
      {
        ...named,
        cause: withoutCredentials(error),
      },
    );
  }
  // Errors are read-only for everyone else. Several callers may share one, so only the wire's names are replaced.
  const open = error as { key?: string; keys?: readonly string[] };
  const own = (wire: string): string => keys.find((key) => prefix + key === wire) ?? wire;
  if (open.key !== undefined) open.key = own(open.key);
  else if (open.keys !== undefined) open.keys = open.keys.map(own);
  else Object.assign(open, named);
  return error;
}

// User name and password of a URL: what others' messages may quote, and ours never do.
const credentials = /\/\/[^\s/]*@/g;

function withoutCredentials(error: unknown): unknown {
  if (typeof error === 'string') return error.replace(credentials, '//***@');
  if (!(error instanceof Error)) return error;
  const message = error.message.replace(credentials, '//***@');
  const stack = error.stack?.replace(credentials, '//***@');
  const cause = withoutCredentials(error.cause);
  if (message === error.message && stack === error.stack && cause === error.cause) return error;
  const masked: Error = Object.create(Object.getPrototypeOf(error), Object.getOwnPropertyDescriptors(error));
  for (const [name, value] of Object.entries({ message, stack, ...('cause' in error ? { cause } : {}) }))
    Object.defineProperty(masked, name, { value, writable: true, configurable: true });
  return masked;
}

/** Whether `onError: 'bypass'` answers instead of throwing `error`: never for mistakes of the program. */
export function isBypassable(error: CacheError): boolean {
  return isBackendFailure(error) || isSerializationFailure(error) || error.code === 'VALIDATION';
}

/** Warns once per outage: from its first swallowed failure until the backend answers again. */
export class Outage {
  active = false;
  readonly #warn: (message: string) => void;
  readonly #warnedOf = new Set<string>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** A failure was swallowed. One of a single entry is no outage, and is warned of once for good. */
  begin(cache: string, error: CacheError): void {
    if (isBackendFailure(error)) {
      if (this.active) return;
      this.active = true;
      this.#warn(`cache ${cache} is bypassed until its backend answers again: ${error.code}, ${error.message}`);
    } else if (!this.#warnedOf.has(error.code)) {
      this.#warnedOf.add(error.code);
      this.#warn(
        `cache ${cache} answers as if it had no such entry, now and from here on: ${error.code}, ${error.message}`,
      );
    }
  }

  /** The backend answered. */
  end(): void {
    this.active = false;
  }
}
