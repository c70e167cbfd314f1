// Values

export { type TypeDefinition, type, type ValueType } from './types/type.ts';
export { type JsonOptions, json } from './values/json.ts';
export { type MsgpackOptions, msgpack } from './values/msgpack.ts';
export type { Msgpackr } from './values/msgpackr.ts';
export { noop } from './values/noop.ts';
export { v8 } from './values/v8.ts';
export type { ValueOptions } from './values/value-layer.ts';

// Bytes

export { type BrotliOptions, brotli } from './bytes/brotli.ts';
export type { CompressionOptions } from './bytes/compression.ts';
export { type GzipOptions, gzip } from './bytes/gzip.ts';
export { type ZlibOptions, zlib } from './bytes/zlib.ts';
export { type ZstdOptions, zstd } from './bytes/zstd.ts';

// Composition

export { type ByteLayer, chain, type ValueLayer } from './compose/chain.ts';
export { readsAlso } from './compose/reads-also.ts';
export { serializerFromUrl } from './url/serializer-from-url.ts';
