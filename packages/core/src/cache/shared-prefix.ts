// Prefixes remembered for one backend object: more than are given by hand, and few if one is made for every request.
const most = 1_000;

/** By backend object, the prefixes of open caches above it, each with the `name` it was given; `null`: warned of. */
const taken = new WeakMap<object, Map<string, string | undefined | null>>();

/**
 * Notes that a cache has `prefix` above `backend`. Two that share one read and clear each other's entries, whatever their
 * types. When both were given the same `name`, they are one cache that was made twice, and nothing is to be said.
 * @returns whether to warn: once for a prefix
 */
export function sharesPrefix(backend: object, prefix: string, name: string | undefined): boolean {
  const prefixes = taken.get(backend) ?? new Map<string, string | undefined | null>();
  taken.set(backend, prefixes);
  if (!prefixes.has(prefix)) {
    if (prefixes.size === most) prefixes.delete(prefixes.keys().next().value as string); // the oldest
    prefixes.set(prefix, name);
    return false;
  }
  const other = prefixes.get(prefix);
  if (other === null || (other !== undefined && other === name)) return false;
  prefixes.set(prefix, null);
  return true;
}

/** The cache with `prefix` above `backend` was closed. */
export function freePrefix(backend: object, prefix: string): void {
  taken.get(backend)?.delete(prefix);
}
