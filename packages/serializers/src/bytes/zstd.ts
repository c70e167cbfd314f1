import { promisify } from 'node:util';
import * as node from 'node:zlib';
import { CacheCapabilityError } from '@cache/core';
import type { ByteLayer } from '../compose/chain.ts';
import { type CompressionOptions, compression, expectLevel } from './compression.ts';

/** What `zstd` takes. */
export interface ZstdOptions extends CompressionOptions {
  /** From 1 (fastest) to 22 (smallest). @default 3 */
  readonly level?: number | undefined;
  /** Threads of its own that one compression may use; 0: none. @default 0 */
  readonly threads?: number | undefined;
}

/** What `node:zlib` has since Node 22.15 and 23.8, and the types of Node 20 do not. */
interface NodeZstd {
  zstdCompressSync(bytes: Uint8Array, options: object): Buffer;
  zstdDecompressSync(bytes: Uint8Array, options: object): Buffer;
  zstdCompress(bytes: Uint8Array, options: object, done: (error: Error | null, result: Buffer) => void): void;
  zstdDecompress(bytes: Uint8Array, options: object, done: (error: Error | null, result: Buffer) => void): void;
  readonly constants: Readonly<Record<'ZSTD_c_compressionLevel' | 'ZSTD_c_checksumFlag' | 'ZSTD_c_nbWorkers', number>>;
}

/**
 * Compresses in Zstandard's format (RFC 8878), with its checksum: smaller than zlib in less time.
 *
 * @throws CacheCapabilityError where Node has no Zstandard (before 22.15)
 * @throws CacheConfigError when an option is out of range
 */
export function zstd({ level = 3, threads = 0, ...options }: ZstdOptions = {}): ByteLayer {
  expectLevel('zstd', level, 1, 22);
  expectLevel('zstd threads', threads, 0, 256);
  if (!('zstdCompressSync' in node))
    throw new CacheCapabilityError(
      `zstd: expected Node 22.15 or newer, got ${process.version}; brotli and zlib work on every Node`,
    );
  const native = node as unknown as NodeZstd; // it is there: asked one line above
  const { constants } = native;
  const params = {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_checksumFlag]: 1,
    ...(threads > 0 && { [constants.ZSTD_c_nbWorkers]: threads }),
  };
  const compress = promisify(native.zstdCompress);
  const decompress = promisify(native.zstdDecompress);
  return compression(
    {
      name: 'zstd',
      firstByte: 0x28,
      compress: (bytes, chunkSize) => native.zstdCompressSync(bytes, { params, chunkSize }),
      compressAsync: (bytes, chunkSize) => compress(bytes, { params, chunkSize }),
      decompress: (wire, limits) => whole(wire, native.zstdDecompressSync(wire, limits)),
      decompressAsync: async (wire, limits) => whole(wire, await decompress(wire, limits)),
    },
    options,
  );
}

/**
 * `bytes`, if they are all that the frame says it holds: Node 22 gives what it could make of a truncated frame.
 * The size is in the header of every frame that was compressed in one piece (RFC 8878 §3.1.1.1).
 */
function whole(wire: Uint8Array, bytes: Buffer): Buffer {
  const frame = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  const descriptor = frame[4] ?? 0;
  const flag = descriptor >> 6;
  const single = (descriptor >> 5) & 1;
  const start = 5 + (single === 1 ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number);
  const width = [single, 2, 4, 8][flag] as number;
  if (frame.length < start + width + 3) throw new Error('zstd: expected a whole frame, got a part of its header');
  if (width === 0) return bytes;
  const size =
    width === 1
      ? frame[start]
      : width === 8
        ? Number(frame.readBigUInt64LE(start))
        : frame.readUIntLE(start, width) + (width === 2 ? 256 : 0);
  if (bytes.length !== size) throw new Error(`zstd: expected a frame of ${size} bytes, got ${bytes.length} of them`);
  return bytes;
}
