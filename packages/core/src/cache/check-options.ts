import { CacheConfigError, CacheKeyError } from '../contract/errors.ts';
import { kindOf } from '../contract/kind.ts';

/** Refuses options that do not exist: a misspelt one would otherwise be ignored in silence. */
export function assertOptions(what: string, options: object, known: ReadonlySet<string>): void {
  if (typeof options !== 'object' || options === null)
    throw new CacheConfigError(`${what}: expected an object of options, got ${kindOf(options)}`);
  for (const name of Object.keys(options))
    if (!known.has(name))
      throw new CacheConfigError(
        `${what}: expected one of ${[...known].join(', ')}, got the unknown option ${JSON.stringify(name)}`,
      );
}

/** Refuses what is not an iterable of its own: a string is one, of characters, and never what was meant. */
export function assertIterable(what: string, value: unknown): void {
  const got = kindOf(value);
  if (got !== 'object' || typeof (value as Iterable<unknown>)[Symbol.iterator] !== 'function')
    throw new CacheKeyError(`${what}: expected an iterable such as an array, got ${got}`);
}

/** Refuses an entry that is no `[key, value]`: the characters of a string would pass for one. */
export function assertPair(entry: unknown): void {
  if (Array.isArray(entry) && entry.length === 2) return;
  const got = Array.isArray(entry) ? `an array of ${entry.length}` : kindOf(entry);
  throw new CacheKeyError(`entries: expected [key, value] pairs, got ${got}`);
}

/** Refuses tags that are no strings. @returns a copy, so that later changes of the caller's array change nothing */
export function checkedTags(tags: unknown): readonly string[] {
  if (!Array.isArray(tags)) throw new CacheKeyError(`tags: expected an array of strings, got ${kindOf(tags)}`);
  for (const tag of tags)
    if (typeof tag !== 'string' || tag.length === 0 || !(tag as string & { isWellFormed(): boolean }).isWellFormed())
      throw new CacheKeyError(
        `tag: expected a non-empty well-formed string, got ${typeof tag === 'string' ? JSON.stringify(tag) : typeof tag}`,
      );
  return [...tags];
}
