import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {} from 'vitest'; // an augmentation needs its module in the program
import type { TestProject } from 'vitest/node';
import { packages, runPnpm } from './workspace.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `inject('tarballs')`: package name to the file that would be published. */
    tarballs: Readonly<Record<string, string>>;
  }
}

/** Vitest's global setup: packs what is published, once. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'cache-tarballs-'));
  const { code, output } = await runPnpm([
    '--recursive',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    folder,
  ]);
  if (code !== 0) throw new Error(`pnpm pack: expected exit 0, got ${code}\n${output}`);
  const files = await readdir(folder);
  const tarballs = packages.map(({ name, manifest }) => {
    const file = `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
    if (!files.includes(file)) throw new Error(`pnpm pack: expected ${file}, got ${files.join(', ')}`);
    return [name, join(folder, file)] as const;
  });
  project.provide('tarballs', Object.fromEntries(tarballs));
  return () => rm(folder, { recursive: true });
}
