import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packages, root, run } from './workspace.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-changesets-'));
  await mkdir(join(folder, '.changeset'));
  for (const file of ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json']) {
    await cp(join(root, file), join(folder, file));
  }
  for (const { path } of packages) {
    await mkdir(join(folder, path), { recursive: true });
    await cp(join(root, path, 'package.json'), join(folder, path, 'package.json'));
  }
  await git('init', '--quiet', '--initial-branch=main');
  await commit('everything as it is');
  await git('checkout', '--quiet', '-b', 'change');
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rm(folder, { recursive: true }));

async function git(...words: readonly string[]): Promise<void> {
  const { code, output } = await run('git', words, { cwd: folder });
  expect(code, output).toBe(0);
}

async function commit(message: string): Promise<void> {
  await git('add', '--all', '--', '.', ':!node_modules');
  await git('-c', 'user.name=check', '-c', 'user.email=check@example.invalid', 'commit', '--quiet', '-m', message);
}

interface Release {
  readonly name: string;
  readonly type: string;
  readonly oldVersion: string;
  readonly newVersion: string;
}

async function planFor(name: string, bump: 'patch' | 'minor'): Promise<readonly Release[]> {
  await writeFile(join(folder, '.changeset/one.md'), `---\n'${name}': ${bump}\n---\n\nA change.\n`);
  await commit('a changeset');
  const { code, output } = await run(join(root, 'node_modules/.bin/changeset'), ['status', '--output', 'plan.json'], {
    cwd: folder,
  });
  expect(code, output).toBe(0);
  const { releases } = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')) as { releases: Release[] };
  return releases.filter(({ type }) => type !== 'none');
}

test('a patch of redis bumps redis alone', async () => {
  const releases = await planFor('@cache/redis', 'patch');
  expect(releases.map(({ name, type }) => `${name} ${type}`)).toEqual(['@cache/redis patch']);
  expect(releases[0]?.newVersion).not.toBe(releases[0]?.oldVersion);
});

test('a patch of core bumps core alone, since the others take it by a caret', async () => {
  expect((await planFor('@cache/core', 'patch')).map(({ name }) => name)).toEqual(['@cache/core']);
});
