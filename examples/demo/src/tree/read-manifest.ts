import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What an inspection needs of a `package.json`. */
export interface Manifest {
  readonly name: string | undefined;
  readonly version: string;
  readonly stamp: string;
  readonly licence: unknown;
  /** Names of required and optional dependencies, and of the peers it may find. */
  readonly dependencies: readonly string[];
}

/**
 * The manifest of a package folder; `undefined` when there is none, so that the folder is no package.
 * @throws {Error} when there is one that cannot be read or is not a JSON object
 */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const file = join(folder, 'package.json');
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (/^ENOENT$|^ENOTDIR$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new Error(`${file}: expected a readable file, got ${(error as NodeJS.ErrnoException).code}`);
  }
  const content = parse(bytes.toString());
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new Error(`${file}: expected a JSON object, got ${content === undefined ? 'no JSON' : 'other JSON'}`);
  const { name, version, license, licenses, dependencies, optionalDependencies, peerDependencies } = content as Record<
    string,
    unknown
  >;
  return {
    name: typeof name === 'string' && packageName.test(name) ? name : undefined,
    version: typeof version === 'string' ? version : 'no version',
    stamp: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
    licence: license ?? licenses,
    dependencies: [...new Set([dependencies, optionalDependencies, peerDependencies].flatMap(namesIn))],
  };
}

// also keeps a name from leaving node_modules
const packageName = /^(?:@[a-z0-9~_-][\w.~-]*\/)?[a-z0-9~_-][\w.~-]*$/i;

function namesIn(dependencies: unknown): string[] {
  if (typeof dependencies !== 'object' || dependencies === null) return [];
  return Object.keys(dependencies).filter((name) => packageName.test(name));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
