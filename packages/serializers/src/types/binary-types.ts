import { endianness } from 'node:os';
import { CacheSerializationError } from '@cache/core';
import { type BuiltInType, builtIn, expectStored } from './built-in.ts';

type View = ArrayBufferView & { readonly constructor: { readonly name: string } };

/** Bytes as base64, the elements of typed arrays little-endian. */
const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** The bytes again, in memory of their own; `Buffer.from` would skip characters that are not base64. */
function fromBase64(stored: unknown): Buffer<ArrayBuffer> {
  expectStored(typeof stored === 'string' && stored.length % 4 === 0, 'base64');
  const padding = stored.endsWith('==') ? 2 : stored.endsWith('=') ? 1 : 0;
  const bytes = Buffer.allocUnsafeSlow((stored.length / 4) * 3 - padding);
  expectStored(bytes.write(stored, 'base64') === bytes.length, 'base64');
  return bytes as Buffer<ArrayBuffer>; // allocUnsafeSlow gives an ArrayBuffer, which the types of Node 20 do not say
}

const isBigEndian = endianness() === 'BE';

function view(name: string, prototype: View, make: (buffer: ArrayBuffer) => View): BuiltInType {
  const elementSize = (prototype.constructor as { readonly BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const refuseOnBigEndian = (): void => {
    if (isBigEndian && elementSize > 1)
      throw new CacheSerializationError(`${name}: expected a little-endian machine, got a big-endian one`);
  };
  return builtIn<View>(
    name,
    prototype,
    (value) => {
      refuseOnBigEndian();
      return base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    },
    (stored) => {
      refuseOnBigEndian();
      return make(fromBase64(stored).buffer);
    },
  );
}

const typedArrays = [
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

export const binaryTypes: readonly BuiltInType[] = [
  builtIn<Buffer>('Buffer', Buffer.prototype, base64, fromBase64),
  builtIn<ArrayBuffer>(
    'ArrayBuffer',
    ArrayBuffer.prototype,
    (value) => base64(new Uint8Array(value)),
    (stored) => fromBase64(stored).buffer,
  ),
  view('DataView', DataView.prototype, (buffer) => new DataView(buffer)),
  ...typedArrays.map((Each) => view(Each.name, Each.prototype, (buffer) => new Each(buffer))),
];

export const binaryPrototypes: readonly object[] = binaryTypes.map((each) => each.prototype);
