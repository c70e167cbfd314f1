import { CacheKeyError } from '../contract/errors.ts';
import { kindOf } from '../contract/kind.ts';

/**
 * Accepts a key: a non-empty, well-formed string that does not begin with U+0000, which starts the keys backends use
 * for themselves.
 * @throws {CacheKeyError}
 */
export function assertKey(key: unknown): asserts key is string {
  // On the hottest path of all, so what is said of others stands elsewhere. The first unit of '' is NaN.
  if (typeof key !== 'string' || !(key.charCodeAt(0) > 0) || !isWellFormed(key)) throw refused(key);
}

function refused(key: unknown): CacheKeyError {
  if (typeof key !== 'string') return new CacheKeyError(`key: expected a non-empty string, got ${kindOf(key)}`);
  if (key.length === 0) return new CacheKeyError('key: expected a non-empty string, got an empty one', { key });
  if (key.charCodeAt(0) === 0)
    return new CacheKeyError('key: expected one that does not begin with U+0000, which is reserved', { key });
  return new CacheKeyError('key: expected a well-formed string, got one with a lone surrogate', { key });
}

// String.prototype.isWellFormed is in every supported Node, but not yet in the ES2023 library types.
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
