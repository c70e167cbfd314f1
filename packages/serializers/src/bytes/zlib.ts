import { promisify } from 'node:util';
import * as node from 'node:zlib';
import type { ByteLayer } from '../compose/chain.ts';
import { type CompressionOptions, checkedOptions, compression, expectLevel } from './compression.ts';

/** What `zlib` takes. */
export interface ZlibOptions extends CompressionOptions {
  /** From 0 (none) or 1 (fastest) to 9 (smallest); -1 is zlib's own choice, 6. @default 1 */
  readonly level?: number | undefined;
}

const deflate = promisify<node.InputType, node.ZlibOptions, Buffer>(node.deflate);
const inflate = promisify<node.InputType, node.ZlibOptions, Buffer>(node.inflate);

/**
 * Compresses in zlib's format (RFC 1950), with its checksum.
 * @throws CacheConfigError when an option is out of range
 */
export function zlib(options: ZlibOptions = {}): ByteLayer {
  const { level = 1 } = checkedOptions('zlib', options);
  expectLevel('zlib', level, -1, 9);
  return compression(
    {
      name: 'zlib',
      firstByte: 0x78, // deflate with a window of 32 kB, which is what Node writes at every level
      compress: (bytes, chunkSize) => node.deflateSync(bytes, { level, chunkSize }),
      compressAsync: (bytes, chunkSize) => deflate(bytes, { level, chunkSize }),
      decompress: (wire, limits) => node.inflateSync(wire, limits),
      decompressAsync: (wire, limits) => inflate(wire, limits),
    },
    options,
  );
}
