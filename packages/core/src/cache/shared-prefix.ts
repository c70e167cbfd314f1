import type { FlightTable } from '../loads/flight-table.ts';

// Prefixes remembered for one backend object: more than are given by hand, and few if one is made for every request.
const most = 1_000;

/**
 * Notes that a cache has `prefix` above the backend object of `table`. Two that share one read and clear each other's
 * entries, whatever their types. When both were given the same `name`, they are one cache that was made twice, and nothing
 * is to be said.
 * @returns whether to warn: once for a prefix
 */
export function sharesPrefix({ prefixes }: FlightTable, prefix: string, name: string | undefined): boolean {
  const other = prefixes.get(prefix);
  if (other === undefined) {
    if (prefixes.size === most) prefixes.delete(prefixes.keys().next().value as string); // the oldest
    prefixes.set(prefix, { name });
    return false;
  }
  if (other.warned === true || (name !== undefined && name === other.name)) return false;
  other.warned = true;
  return true;
}
