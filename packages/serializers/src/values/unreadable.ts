import { CacheSerializationError, isCacheError } from '@cache/core';

/** What reading threw, as the `CacheSerializationError` that every reader of hostile bytes throws. */
export function unreadable(name: string, cause: unknown): CacheSerializationError {
  if (isCacheError(cause)) return cause as CacheSerializationError; // thrown by our own checks, which throw no other
  const why = cause instanceof RangeError ? 'nesting deeper than the stack' : 'something else';
  return new CacheSerializationError(`bytes: expected what ${name} wrote, got ${why}`, { cause });
}
