import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { inParallel } from './in-parallel.ts';

/** What a folder holds. */
export interface FolderMeasure {
  readonly files: number;
  readonly bytes: number;
  /** SHA-256 over the sorted paths and contents. */
  readonly digest: string;
  /** What could not be read, each with its path and reason; it is in no figure above. */
  readonly unreadable: readonly string[];
}

/**
 * Reads all of a package's own files: nested `node_modules` hold other packages. A link counts as its target's name,
 * and what is neither file, folder nor link (opening a pipe would wait for ever) does not count.
 */
export async function measureFolder(folder: string): Promise<FolderMeasure> {
  const unreadable: string[] = [];
  const entries = await list(folder, unreadable);
  entries.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  const read = await inParallel(entries, 4, async (entry) => {
    const path = pathOf(entry);
    try {
      const content = entry.isFile() ? await readFile(path) : Buffer.from(await readlink(path));
      return { path: relative(folder, path), bytes: content.length, digest: sha256(content) };
    } catch (error) {
      unreadable.push(`${path}: ${(error as NodeJS.ErrnoException).code}`);
      return undefined;
    }
  });
  const files = read.filter((file) => file !== undefined);
  return {
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    digest: sha256(files.map(({ path, digest }) => `${path}\0${digest}\n`).join('')),
    unreadable: unreadable.sort(),
  };
}

async function list(folder: string, unreadable: string[], nested = false): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    unreadable.push(`${folder}: ${error.code}`);
    return [];
  });
  const found: Dirent[] = [];
  for (const entry of entries) {
    if (entry.isFile() || entry.isSymbolicLink()) found.push(entry);
    else if (entry.isDirectory() && (nested || entry.name !== 'node_modules'))
      found.push(...(await list(pathOf(entry), unreadable, true)));
  }
  return found;
}

function pathOf(entry: Dirent): string {
  return join(entry.parentPath, entry.name);
}

export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
