import { promisify } from 'node:util';
import * as node from 'node:zlib';
import type { ByteLayer } from '../compose/chain.ts';
import { type CompressionOptions, checkedOptions, compression, expectLevel } from './compression.ts';

/** What `gzip` takes. */
export interface GzipOptions extends CompressionOptions {
  /** From 0 (none) or 1 (fastest) to 9 (smallest); -1 is zlib's own choice, 6. @default 1 */
  readonly level?: number | undefined;
}

const gzipAsync = promisify<node.InputType, node.ZlibOptions, Buffer>(node.gzip);
const gunzip = promisify<node.InputType, node.ZlibOptions, Buffer>(node.gunzip);

/**
 * Compresses in gzip's format (RFC 1952), with its checksum: what `zlib` writes and 12 bytes more, for programs that want it.
 * @throws CacheConfigError when an option is out of range
 */
export function gzip(options: GzipOptions = {}): ByteLayer {
  const { level = 1 } = checkedOptions('gzip', options);
  expectLevel('gzip', level, -1, 9);
  return compression(
    {
      name: 'gzip',
      firstByte: 0x1f,
      compress: (bytes, chunkSize) => node.gzipSync(bytes, { level, chunkSize }),
      compressAsync: (bytes, chunkSize) => gzipAsync(bytes, { level, chunkSize }),
      decompress: (wire, limits) => node.gunzipSync(wire, limits),
      decompressAsync: (wire, limits) => gunzip(wire, limits),
    },
    options,
  );
}
