/**
 * About how many bytes `value` keeps in memory, its key included: what `weigh` is when only `maxWeight` is given. Strings
 * count two bytes a unit, numbers eight, buffers and typed arrays their length; arrays, plain objects, maps and sets what
 * they hold and sixteen for each member. Shared parts count once. After 10,000 parts the rest is taken to be like them.
 */
export function approximateBytes(value: unknown, key: string): number {
  const seen = new Set<object>();
  const left: unknown[] = [value];
  let bytes = key.length * 2 + 64;
  let parts = 0;
  while (left.length > 0) {
    if (++parts > 10_000) return Math.round(bytes * (1 + left.length / parts));
    const part = left.pop();
    if (typeof part === 'string') bytes += part.length * 2;
    else if (typeof part === 'object' && part !== null) {
      if (seen.has(part)) continue;
      seen.add(part);
      bytes += members(part, left);
    } else bytes += 8;
  }
  return bytes;
}

/** Puts the members of `part` on `left`. @returns the bytes of the part itself. */
function members(part: object, left: unknown[]): number {
  if (ArrayBuffer.isView(part) || part instanceof ArrayBuffer) return part.byteLength + 32;
  const before = left.length;
  let names = 0;
  if (Array.isArray(part) || part instanceof Set) for (const member of part) left.push(member);
  else if (part instanceof Map) for (const [name, member] of part) left.push(name, member);
  else
    for (const [name, member] of Object.entries(part)) {
      names += name.length;
      left.push(member);
    }
  return 32 + names + 16 * (left.length - before);
}
