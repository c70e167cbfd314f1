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

/** Vitest's global setup: builds from nothing, as a release does (a build leaves what a renamed source had made), and packs, once. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  for (const one of packages) await rm(join(one.folder, 'dist'), { recursive: true, force: true });
  await pnpm('exec', 'turbo', 'run', 'build', '--force', '--filter=./packages/*', '--output-logs=errors-only');
  const folder = await mkdtemp(join(tmpdir(), 'cache-tarballs-'));
  await pnpm('--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder);
  const files = await readdir(folder);
  const tarballs = packages.map(({ name, manifest }) => {
    const file = `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
    if (!files.includes(file)) throw new Error(`pnpm pack: expected ${file}, got ${files.join(', ')}`);
    return [name, join(folder, file)] as const;
  });
  project.provide('tarballs', Object.fromEntries(tarballs));
  return () => rm(folder, { recursive: true });
}

async function pnpm(...words: readonly string[]): Promise<void> {
  const { code, output } = await runPnpm(words);
  if (code !== 0) throw new Error(`pnpm ${words.join(' ')}: expected exit 0, got ${code}\n${output}`);
}
