import { andThen } from './awaitable.ts';
import type { Awaitable, Backend } from './backend.ts';
import type { Listing } from './capabilities.ts';
import { type CacheResult, hit, MISS } from './result.ts';

/** What `getMany` says of each of `keys`, which may repeat, at its place: by its own list where it has one. */
export function getList<W>(
  backend: Pick<Backend<W>, 'getMany'>,
  keys: readonly string[],
): Awaitable<readonly CacheResult<W>[]> {
  if ('list' in backend.getMany) return (backend.getMany as Listing<W>['getMany']).list(keys);
  return andThen(backend.getMany(keys), (found) =>
    keys.map((key) => (found.has(key) ? hit(found.get(key) as W) : MISS)),
  );
}
