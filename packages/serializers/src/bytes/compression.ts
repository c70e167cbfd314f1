import { setImmediate as nextTurn } from 'node:timers/promises';
import { assertOptions, CacheConfigError, CacheSerializationError, isCacheError, type Wire } from '@cache/core';
import type { ByteLayer } from '../compose/chain.ts';

/** What every compressing layer takes. */
export interface CompressionOptions {
  /** Bytes below which nothing is compressed. @default 1024 */
  readonly threshold?: number | undefined;
  /** Bytes that an entry may have uncompressed, read or written: the bound on a decompression bomb. @default 64 MiB */
  readonly maxOutputLength?: number | undefined;
}

/** One compressor: what differs from the others. */
export interface Compressor {
  readonly name: string;
  /** What its output always begins with, so that reading knows compressed from not. */
  readonly firstByte: number;
  compress(bytes: Uint8Array, chunkSize: number): Uint8Array;
  compressAsync(bytes: Uint8Array, chunkSize: number): Promise<Uint8Array>;
  /** What goes before a stream that has not all it needs; called for what is kept. @default the stream as it is */
  sealed?(stream: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** @throws anything for bytes that are damaged, a RangeError with Node's code when they are more than `maxOutputLength` */
  decompress(wire: Uint8Array, limits: Limits): Uint8Array;
  decompressAsync(wire: Uint8Array, limits: Limits): Promise<Uint8Array>;
}

export interface Limits {
  readonly maxOutputLength: number;
  readonly chunkSize: number;
}

/** Before bytes that were not compressed but begin with this or with what compressed ones begin with. */
const ESCAPE = 0xfe;

/**
 * Where the thread pool begins: a call to it takes 20 to 30 µs of the event loop, as long as compressing some 20 kB at
 * once, so that below about 64 kB it gains little and adds a wait.
 */
const POOL_FROM = 65_536;

/** What is decompressed at once, on the asynchronous path, before the pool takes over: some tenths of a millisecond. */
const DECOMPRESSED_AT_ONCE = 4 * POOL_FROM;

/** From this size the layers of a chain work in turns of the event loop of their own, since each alone takes a millisecond or more. */
const OWN_TURN_FROM = 4 * POOL_FROM;

/**
 * Node collects output in chunks and joins them on the event loop. One chunk that is large enough needs no joining, and
 * its memory is first touched on the pool's thread; what stays unused of it was never touched.
 */
const chunkFor = (expected: number): number => Math.max(16_384, Math.ceil(expected));

/**
 * A layer that compresses what is large enough and shrinks. Anything else passes unchanged, behind an escape byte where
 * its own first byte could be mistaken. Zero bytes, which stand for `undefined`, stay zero bytes.
 */
export function compression(compressor: Compressor, options: CompressionOptions): ByteLayer {
  const { name, firstByte } = compressor;
  const { threshold = 1024, maxOutputLength = 64 * 1024 * 1024 } = options;
  expectBytes(`${name} threshold`, threshold, 0);
  expectBytes(`${name} maxOutputLength`, maxOutputLength, 64); // Node's least chunk

  const bytesOf = (wire: Wire): Uint8Array => {
    if (typeof wire === 'string') return Buffer.from(wire);
    if (wire instanceof Uint8Array) return wire;
    throw new CacheSerializationError(`${name}: expected bytes (a Uint8Array) or a string, got ${typeof wire}`);
  };
  const checked = (wire: Wire): Uint8Array => {
    const bytes = bytesOf(wire);
    if (bytes.length > maxOutputLength)
      throw new CacheSerializationError(
        `${name}: expected at most ${maxOutputLength} bytes (maxOutputLength), got ${bytes.length}`,
      );
    return bytes;
  };
  const isSmall = (bytes: Uint8Array): boolean => bytes.length < threshold || bytes.length === 0;
  const unchanged = (bytes: Uint8Array): Uint8Array => {
    if (bytes[0] !== firstByte && bytes[0] !== ESCAPE) return bytes;
    const escaped = Buffer.allocUnsafeSlow(bytes.length + 1);
    escaped[0] = ESCAPE;
    escaped.set(bytes, 1);
    return escaped;
  };
  const smaller = (bytes: Uint8Array, stream: Uint8Array): Uint8Array => {
    if (stream.length >= bytes.length) return unchanged(bytes);
    return compressor.sealed === undefined ? stream : compressor.sealed(stream, bytes);
  };
  const plain = (bytes: Uint8Array): Uint8Array => (bytes[0] === ESCAPE ? bytes.subarray(1) : bytes);
  const unreadable = (cause: unknown): CacheSerializationError => {
    if (isCacheError(cause)) return cause as CacheSerializationError; // our own checks throw no other
    const why = isTooLarge(cause)
      ? `more than ${maxOutputLength} bytes once decompressed (maxOutputLength)`
      : 'bytes that are damaged or of something else';
    return new CacheSerializationError(`bytes: expected what ${name} wrote, got ${why}`, { cause });
  };

  const compress = (bytes: Uint8Array): Uint8Array =>
    smaller(bytes, compressor.compress(bytes, chunkFor(bytes.length / 2)));
  const decompress = (wire: Uint8Array, most: number): Uint8Array =>
    compressor.decompress(wire, { maxOutputLength: most, chunkSize: Math.min(most, chunkFor(wire.length * 4)) });

  return {
    layer: 'bytes',
    name,
    serialize(wire) {
      const bytes = checked(wire);
      return isSmall(bytes) ? unchanged(bytes) : compress(bytes);
    },
    async serializeAsync(wire) {
      if (typeof wire === 'string' && wire.length >= OWN_TURN_FROM) await nextTurn();
      const bytes = checked(wire);
      if (isSmall(bytes)) return unchanged(bytes);
      if (bytes.length < POOL_FROM) return compress(bytes);
      return smaller(bytes, await compressor.compressAsync(bytes, chunkFor(bytes.length / 2)));
    },
    deserialize(wire) {
      const bytes = bytesOf(wire);
      if (bytes[0] !== firstByte) return plain(bytes);
      try {
        return decompress(bytes, maxOutputLength);
      } catch (cause) {
        throw unreadable(cause);
      }
    },
    async deserializeAsync(wire) {
      const bytes = bytesOf(wire);
      if (bytes[0] !== firstByte) return plain(bytes);
      try {
        if (bytes.length < POOL_FROM) {
          try {
            return decompress(bytes, Math.min(maxOutputLength, DECOMPRESSED_AT_ONCE));
          } catch (error) {
            if (!isTooLarge(error) || maxOutputLength <= DECOMPRESSED_AT_ONCE) throw error;
          }
        }
        const chunkSize = Math.min(maxOutputLength, chunkFor(Math.max(bytes.length * 8, 4 * DECOMPRESSED_AT_ONCE)));
        const large = await compressor.decompressAsync(bytes, { maxOutputLength, chunkSize });
        if (large.length >= OWN_TURN_FROM) await nextTurn();
        return large;
      } catch (cause) {
        throw unreadable(cause);
      }
    },
  };
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof RangeError && (error as RangeError & { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';

function expectBytes(what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new CacheConfigError(`${what}: expected a whole number of bytes, at least ${least}, got ${value}`);
}

/** `options`, in which nothing is misspelt: it would be ignored in silence. */
export function checkedOptions<O extends CompressionOptions>(
  name: string,
  options: O,
  more: readonly string[] = [],
): O {
  assertOptions(name, options, new Set(['level', ...more, 'threshold', 'maxOutputLength']));
  return options;
}

/** Refuses a level that is not a whole number in the range of its compressor. */
export function expectLevel(name: string, level: number, least: number, most: number): void {
  if (!Number.isInteger(level) || level < least || level > most)
    throw new CacheConfigError(`${name} level: expected a whole number from ${least} to ${most}, got ${level}`);
}
