import type { Backend } from '../contract/backend.ts';
import { isTagging } from '../contract/capabilities.ts';
import { CacheConfigError } from '../contract/errors.ts';
import { overridden } from './overridden.ts';

/**
 * `backend`, which has to keep tags, or is not seen to: a capability is found by its presence.
 * @throws {CacheConfigError} when it has to and does not
 */
export function withTags<W>(backend: Backend<W>, wanted: boolean): Backend<W> {
  if (!wanted) return overridden(backend, new Map([['invalidateTags', undefined]]));
  if (isTagging(backend)) return backend;
  throw new CacheConfigError(`tags: expected a backend that keeps tags, got ${backend.name}`);
}
