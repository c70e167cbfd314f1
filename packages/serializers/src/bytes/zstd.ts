import { promisify } from 'node:util';
import * as node from 'node:zlib';
import { CacheCapabilityError, CacheSerializationError } from '@cache/core';
import type { ByteLayer } from '../compose/chain.ts';
import { type CompressionOptions, checkedOptions, compression, expectLevel } from './compression.ts';
import { isWholeFrame } from './zstd-frame.ts';

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
export function zstd(options: ZstdOptions = {}): ByteLayer {
  const { level = 3, threads = 0 } = checkedOptions('zstd', options, ['threads']);
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
      decompress: (wire, limits) => native.zstdDecompressSync(whole(wire), limits),
      decompressAsync: async (wire, limits) => decompress(whole(wire), limits),
    },
    options,
  );
}

/** `wire`, unless it is not all of a frame. */
function whole(wire: Uint8Array): Uint8Array {
  if (isWholeFrame(wire)) return wire;
  throw new CacheSerializationError('bytes: expected what zstd wrote, got a part of a frame, or more than one');
}
