import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { InputError } from '../input-error.ts';
import type { InstalledPackage, Tree } from './installed-package.ts';
import { type Manifest, readManifest } from './read-manifest.ts';

/**
 * Every package installed for the project in `folder` (or in its `node_modules`): what lies in `node_modules`, in
 * nested ones and in pnpm's store, and what those depend on wherever it is installed. Folders that are only linked into
 * `node_modules`, as the projects of a workspace are, are not installed and left out.
 * @throws {InputError} when there is no such folder, or no package in it
 */
export async function findPackages(folder: string): Promise<Tree> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new InputError(`--dir: expected a folder, got ${folder}, which ${found ? 'is a file' : 'does not exist'}`);
  const root = await realpath(folder);
  const modules = basename(root) === 'node_modules' ? root : join(root, 'node_modules');
  const problems: string[] = [];
  const manifests = new Map<string, Manifest>();
  const edges = new Map<string, string[]>();
  const seen = new Set<string>();
  const waiting = await foldersIn(modules);
  // nothing of it is needed, but who inspects a project wants to know that it is broken
  await readManifest(dirname(modules)).catch((error: Error) => problems.push(error.message));

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const real = await realpath(next).catch(() => undefined); // a link to nowhere is no package
    if (real === undefined || seen.has(real) || !real.split(sep).includes('node_modules')) continue;
    seen.add(real);
    try {
      const manifest = await readManifest(real);
      if (manifest === undefined) continue;
      manifests.set(real, manifest);
      const dependencies = await Promise.all(manifest.dependencies.map((name) => resolveFrom(real, name)));
      edges.set(
        real,
        dependencies.filter((dependency) => dependency !== undefined),
      );
      waiting.push(...(edges.get(real) ?? []), ...(await foldersIn(join(real, 'node_modules'))));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }

  const packages = new Map<string, InstalledPackage>();
  for (const [real, { name = nameOf(real), version, stamp, licence }] of [...manifests].sort(byFolder)) {
    const dependencies = (edges.get(real) ?? []).filter((to) => manifests.has(to) && to !== real).sort();
    packages.set(real, { folder: real, name, version, stamp, licence, dependencies });
  }
  if (packages.size === 0 && problems.length === 0)
    throw new InputError(`--dir: expected a project with installed packages, found none in ${modules}`);
  return { root, packages, problems: problems.sort() };
}

/** The package folders directly in a `node_modules`, in its scopes and in pnpm's store. */
async function foldersIn(modules: string): Promise<string[]> {
  const names = await readdir(modules).catch(() => []); // most packages have none
  const folders: string[] = [];
  for (const name of names) {
    const path = join(modules, name);
    if (name === '.pnpm') {
      for (const stored of await readdir(path)) folders.push(...(await foldersIn(join(path, stored, 'node_modules'))));
    } else if (name.startsWith('@')) {
      folders.push(...(await readdir(path).catch(() => [])).map((inner) => join(path, inner)));
    } else if (!name.startsWith('.')) {
      folders.push(path);
    }
  }
  return folders;
}

/** Where Node finds `name` from `folder`. */
async function resolveFrom(folder: string, name: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    if (basename(at) !== 'node_modules') {
      const real = await realpath(join(at, 'node_modules', name)).catch(() => undefined);
      if (real !== undefined) return real;
    }
    if (dirname(at) === at) return undefined;
  }
}

function nameOf(folder: string): string {
  return relative(folder.slice(0, folder.lastIndexOf(`${sep}node_modules${sep}`)), folder).slice(
    'node_modules/'.length,
  );
}

function byFolder([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
