import type { Serializer, Wire } from '@cache/core';
import { brotli } from '../bytes/brotli.ts';
import { gzip } from '../bytes/gzip.ts';
import { zlib } from '../bytes/zlib.ts';
import { zstd } from '../bytes/zstd.ts';
import type { ByteLayer } from '../compose/chain.ts';
import { json } from '../values/json.ts';
import { msgpack } from '../values/msgpack.ts';
import { noop } from '../values/noop.ts';
import { v8 } from '../values/v8.ts';

export type ParameterType = 'integer' | 'boolean';

/** A layer as a URL can name it. The functions check the ranges: here is only what text can be. */
export interface LayerScheme {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Where it may stand: values first, bytes after bytes, `noop` only alone. */
  readonly kind: 'values' | 'bytes' | 'anything';
  readonly parameters: Readonly<Record<string, ParameterType>>;
  /** `options` has what `parameters` says, and the types where the layer takes values. */
  create(options: object): Serializer<unknown, Wire> | ByteLayer;
}

const compression = { level: 'integer', threshold: 'integer', maxOutputLength: 'integer' } as const;

export const layerSchemes: readonly LayerScheme[] = [
  { name: 'json', aliases: [], kind: 'values', parameters: { strict: 'boolean' }, create: (options) => json(options) },
  {
    name: 'msgpack',
    aliases: [],
    kind: 'values',
    parameters: { interop: 'boolean' },
    // what bytes a serializer takes as Wire, it takes as bytes: a backend never reads strings
    create: (options) => msgpack(options) as Serializer<unknown, Wire>,
  },
  {
    name: 'v8',
    aliases: [],
    kind: 'values',
    parameters: {},
    create: (options) => v8(options) as Serializer<unknown, Wire>,
  },
  {
    name: 'noop',
    aliases: ['null'],
    kind: 'anything',
    parameters: {},
    create: () => noop<unknown>() as Serializer<unknown, Wire>,
  },
  { name: 'zlib', aliases: [], kind: 'bytes', parameters: compression, create: (options) => zlib(options) },
  { name: 'gzip', aliases: [], kind: 'bytes', parameters: compression, create: (options) => gzip(options) },
  { name: 'brotli', aliases: [], kind: 'bytes', parameters: compression, create: (options) => brotli(options) },
  {
    name: 'zstd',
    aliases: ['zstandard'],
    kind: 'bytes',
    parameters: { ...compression, threads: 'integer' },
    create: (options) => zstd(options),
  },
];

/** The names of cachetory's parameters, for those who come from there. */
export const parameterAliases: ReadonlyMap<string, string> = new Map([
  ['compression-level', 'level'],
  ['compression-threads', 'threads'],
]);
