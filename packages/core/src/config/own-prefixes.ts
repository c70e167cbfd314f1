import { placeOf } from './shared-backends.ts';
import type { Resolved } from './wanted.ts';

/**
 * Which caches would keep their entries under one prefix of one server: each would read what the other wrote, and clearing
 * one would empty both.
 */
export function* sharedPrefixes(
  caches: readonly { readonly name: string; readonly resolved: Resolved; readonly prefix: string }[],
): Iterable<string> {
  const taken = new Map<unknown, Map<string, string>>();
  for (const { name, resolved, prefix } of caches) {
    const place = placeOf(resolved);
    const names = taken.get(place) ?? new Map<string, string>();
    const other = names.get(prefix);
    if (other !== undefined)
      yield `${name}: expected a prefix of its own, got ${JSON.stringify(prefix)}, which ${other} has on the same server; give it another, or use one cache with two names in your code`;
    taken.set(place, names.set(prefix, name));
  }
}
