import { CacheConfigError, CacheSerializationError, isCacheError, type Wire } from '@cache/core';
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
  compress(bytes: Uint8Array): Uint8Array;
  decompress(bytes: Uint8Array, maxOutputLength: number): Uint8Array;
  compressAsync(bytes: Uint8Array): Promise<Uint8Array>;
  decompressAsync(bytes: Uint8Array, maxOutputLength: number): Promise<Uint8Array>;
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

/**
 * A layer that compresses what is large enough and shrinks. Anything else passes unchanged, behind an escape byte where
 * its own first byte could be mistaken. Zero bytes, which stand for `undefined`, stay zero bytes.
 */
export function compression(compressor: Compressor, options: CompressionOptions): ByteLayer {
  const { name, firstByte } = compressor;
  const { threshold = 1024, maxOutputLength = 64 * 1024 * 1024 } = options;
  expectBytes(`${name} threshold`, threshold, 0);
  expectBytes(`${name} maxOutputLength`, maxOutputLength, 1);

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
  const smaller = (bytes: Uint8Array, compressed: Uint8Array): Uint8Array =>
    compressed.length < bytes.length ? compressed : unchanged(bytes);
  const plain = (bytes: Uint8Array): Uint8Array => (bytes[0] === ESCAPE ? bytes.subarray(1) : bytes);
  const unreadable = (cause: unknown): CacheSerializationError => {
    if (isCacheError(cause)) return cause as CacheSerializationError; // our own checks throw no other
    const why = isTooLarge(cause)
      ? `more than ${maxOutputLength} bytes once decompressed (maxOutputLength)`
      : 'bytes that are damaged or of something else';
    return new CacheSerializationError(`bytes: expected what ${name} wrote, got ${why}`, { cause });
  };

  return {
    name,
    serialize(wire) {
      const bytes = checked(wire);
      return isSmall(bytes) ? unchanged(bytes) : smaller(bytes, compressor.compress(bytes));
    },
    async serializeAsync(wire) {
      const bytes = checked(wire);
      if (isSmall(bytes)) return unchanged(bytes);
      const compressed = bytes.length < POOL_FROM ? compressor.compress(bytes) : compressor.compressAsync(bytes);
      return smaller(bytes, await compressed);
    },
    deserialize(wire) {
      const bytes = bytesOf(wire);
      if (bytes[0] !== firstByte) return plain(bytes);
      try {
        return compressor.decompress(bytes, maxOutputLength);
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
            return compressor.decompress(bytes, Math.min(maxOutputLength, DECOMPRESSED_AT_ONCE));
          } catch (error) {
            if (!isTooLarge(error) || maxOutputLength <= DECOMPRESSED_AT_ONCE) throw error;
          }
        }
        return await compressor.decompressAsync(bytes, maxOutputLength);
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

/** Refuses a level that is not a whole number in the range of its compressor. */
export function expectLevel(name: string, level: number, least: number, most: number): void {
  if (!Number.isInteger(level) || level < least || level > most)
    throw new CacheConfigError(`${name} level: expected a whole number from ${least} to ${most}, got ${level}`);
}
