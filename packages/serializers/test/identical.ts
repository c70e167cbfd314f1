/** Whether `a` and `b` cannot be told apart by who reads them: `isDeepStrictEqual` does not look into a URL, nor at an invalid date. */
export function identical(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return sameBytes(bytesOf(a), bytesOf(b));
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return sameBytes(Buffer.from(a), Buffer.from(b));
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof URL && b instanceof URL) return a.href === b.href;
  if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b) && a.lastIndex === b.lastIndex;
  if (a instanceof Map && b instanceof Map) return identical([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return identical([...a], [...b]);
  if (a instanceof Error)
    return sameProperties(a, b, ['message', 'cause', 'errors', ...Object.keys(a)], Object.keys(b));
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  return sameProperties(a, b, Reflect.ownKeys(a), Reflect.ownKeys(b));
}

function sameProperties(a: object, b: object, keys: readonly PropertyKey[], keysOfB: readonly PropertyKey[]): boolean {
  return (
    keysOfB.every((key) => keys.includes(key)) &&
    keys.every(
      (key) =>
        Object.hasOwn(a, key) === Object.hasOwn(b, key) &&
        identical((a as Record<PropertyKey, unknown>)[key], (b as Record<PropertyKey, unknown>)[key]),
    )
  );
}

const bytesOf = (view: ArrayBufferView): Buffer => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
const sameBytes = (a: Buffer, b: Buffer): boolean => a.equals(b);
