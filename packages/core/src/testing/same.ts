import { inspect, isDeepStrictEqual } from 'node:util';

/** Whether two values are the same to who reads them: deeply and strictly, bytes being compared as bytes. */
export function same(actual: unknown, expected: unknown): boolean {
  // Backends of bytes may give another kind of Uint8Array than they were given.
  if (actual instanceof Uint8Array && expected instanceof Uint8Array) return Buffer.compare(actual, expected) === 0;
  return isDeepStrictEqual(actual, expected);
}

/** `value` in one line of a message. */
export function brief(value: unknown): string {
  return inspect(value, { depth: 2, maxStringLength: 80, maxArrayLength: 20, breakLength: Number.POSITIVE_INFINITY });
}
