import { types } from 'node:util';

/**
 * The encoding of an object of the language's or platform's own kinds, told by what it is and not by its prototype, so
 * that other realms' count and look-alikes do not. `undefined`: it is of none of them.
 */
export function encodeBuiltIn(value: object, encode: (member: unknown) => string): string | undefined {
  if (types.isAnyArrayBuffer(value)) return `ArrayBuffer(${hex(new Uint8Array(value))})`;
  if (types.isUint8Array(value)) return `bytes(${hex(value)})`;
  if (types.isTypedArray(value)) return `${typedArrayName(value)}(${hex(bytesOf(value))})`;
  if (types.isDataView(value)) return `DataView(${hex(bytesOf(value))})`;
  if (types.isDate(value)) return `Date(${value.getTime()})`;
  if (types.isMap(value)) return `Map{${sorted(value, ([key, member]) => `${encode(key)}:${encode(member)}`)}}`;
  if (types.isSet(value)) return `Set{${sorted(value, encode)}}`;
  if (types.isRegExp(value)) return `RegExp(${JSON.stringify(value.source)},"${value.flags}",${value.lastIndex})`;
  if (value instanceof URL) return `URL(${JSON.stringify(value.href)})`;
  return undefined;
}

function sorted<M>(members: Iterable<M>, encode: (member: M) => string): string {
  return Array.from(members, encode).sort().join();
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

// The intrinsic getter: a subclass or an own property cannot change what it says.
const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

function typedArrayName(value: NodeJS.TypedArray): string {
  return String(typedArrayTag?.call(value));
}
