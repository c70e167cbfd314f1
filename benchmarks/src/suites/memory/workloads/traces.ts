import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sequence of accesses to keys numbered from 0. */
export interface Trace {
  readonly name: string;
  readonly accesses: Uint32Array;
  readonly distinct: number;
}

/** The recorded traces we report on: request logs of web applications, © headissue GmbH, Jens Wilke, CC BY 4.0. */
export const recorded = ['cache2k-orm-busy', 'cache2k-orm-night', 'cache2k-web07', 'cache2k-web12'] as const;

/**
 * A trace of the folder given with `--traces`: little-endian Uint32, an access each.
 * @throws where the folder lacks it
 */
export function recordedTrace(name: string, folder: string): Trace {
  const file = join(folder, `${name}.u32`);
  if (!existsSync(file)) throw new Error(`--traces: expected ${name}.u32 in ${folder}, found none`);
  const bytes = readFileSync(file);
  return traceOf(name, new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
}

export function traceOf(name: string, accesses: Uint32Array): Trace {
  return { name, accesses, distinct: new Set(accesses).size };
}
