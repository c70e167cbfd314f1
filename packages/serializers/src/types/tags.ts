/**
 * The tagging: what a format cannot carry by itself is written as an object of exactly one key that begins with `$`,
 * `{ "$Date": … }`. Such an object in the data gets one `$` more, so no data can forge a tag; and a document that has
 * neither tags nor escapes is not marked as tagged at all, so that it stays what any other program reads.
 */

/** The one key of `value` if that is all it has and it begins with `$`: a tag, or data that looks like one. */
export function tagOf(value: object): string | undefined {
  let only: string | undefined;
  for (const key in value) {
    if (only !== undefined || key.charCodeAt(0) !== DOLLAR) return undefined;
    only = key;
  }
  return only;
}

const DOLLAR = 0x24;

export const tag = (name: string, payload: unknown): object => ({ [`$${name}`]: payload });

/** Assigns an own property, `__proto__` included. */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else (target as Record<string, unknown>)[key] = value;
}
