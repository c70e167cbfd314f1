import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPackages } from '../src/tree/find-packages.ts';
import { closureOf, dependentsOf } from '../src/tree/graph.ts';
import { type InstalledPackage, type Tree, titleOf } from '../src/tree/installed-package.ts';
import { project, small, write } from './fixture.ts';

const titles = (tree: Tree): string[] => [...tree.packages.values()].map(titleOf).sort();

function find(tree: Tree, title: string): InstalledPackage {
  const found = [...tree.packages.values()].find((installed) => titleOf(installed) === title);
  if (found === undefined) throw new Error(`no ${title} in ${titles(tree)}`);
  return found;
}

test('packages, scopes and nested node_modules are found, and each dependency where Node would find it', async () => {
  const tree = await findPackages(await project(small));
  expect(titles(tree)).toEqual(['@s/tool@0.1.0', 'app@1.0.0', 'leaf@1.0.0', 'leaf@2.0.0', 'lib@2.0.0', 'other@3.0.0']);
  const closure = (title: string): string[] => closureOf(tree, find(tree, title)).map(titleOf).sort();
  expect(closure('app@1.0.0')).toEqual(['@s/tool@0.1.0', 'leaf@1.0.0', 'leaf@2.0.0', 'lib@2.0.0']);
  expect(closure('@s/tool@0.1.0')).toEqual(['leaf@2.0.0']);
  expect(dependentsOf(tree, find(tree, 'leaf@1.0.0')).map(titleOf).sort()).toEqual(['app@1.0.0', 'lib@2.0.0']);
});

test('the node_modules itself may be given', async () => {
  const root = await project(small);
  expect((await findPackages(join(root, 'node_modules'))).packages.size).toBe(6);
});

test('a cycle of dependencies ends', async () => {
  const tree = await findPackages(
    await project({
      'node_modules/a': { name: 'a', version: '1.0.0', dependencies: { b: '*' } },
      'node_modules/b': { name: 'b', version: '1.0.0', dependencies: { a: '*', b: '*' } },
    }),
  );
  expect(closureOf(tree, find(tree, 'a@1.0.0')).map(titleOf)).toEqual(['b@1.0.0']);
});

test('in pnpm’s layout every package counts once, also those that are linked only from another', async () => {
  const store = 'node_modules/.pnpm';
  const root = await project({
    [`${store}/a@1.0.0/node_modules/a`]: { name: 'a', version: '1.0.0', dependencies: { b: '*' } },
    [`${store}/b@1.0.0/node_modules/b`]: { name: 'b', version: '1.0.0' },
    'packages/ours': { name: 'ours', version: '0.0.0' },
  });
  await symlink(join(root, store, 'a@1.0.0/node_modules/a'), join(root, 'node_modules/a'));
  await symlink(join(root, store, 'b@1.0.0/node_modules/b'), join(root, store, 'a@1.0.0/node_modules/b'));
  await symlink(join(root, 'packages/ours'), join(root, 'node_modules/ours'));
  await symlink(join(root, 'nowhere'), join(root, 'node_modules/dangling'));
  const tree = await findPackages(root);
  expect(titles(tree)).toEqual(['a@1.0.0', 'b@1.0.0']);
  expect(closureOf(tree, find(tree, 'a@1.0.0')).map(titleOf)).toEqual(['b@1.0.0']);
});

test('a broken manifest is named, and the rest is found', async () => {
  const root = await project({ ...small, 'node_modules/broken': '{', 'node_modules/list': '[]' });
  const tree = await findPackages(root);
  expect(tree.packages.size).toBe(6);
  expect(tree.problems).toEqual([
    `${root}/node_modules/broken/package.json: expected a JSON object, got no JSON`,
    `${root}/node_modules/list/package.json: expected a JSON object, got other JSON`,
  ]);
});

test('names from a manifest do not lead out of node_modules', async () => {
  const root = await project({
    'node_modules/a': '{"name":"../../x","version":7,"dependencies":{"../../secret":"*","__proto__":"*"}}',
  });
  await write(root, 'secret/package.json', '{"name":"secret"}');
  expect(titles(await findPackages(root))).toEqual(['a@no version']);
});

test('a folder that is not there, a file and a project without packages are refused', async () => {
  const root = await project({});
  await write(root, 'file', '');
  await expect(findPackages(join(root, 'none'))).rejects.toThrow(/^--dir: expected a folder, got .* does not exist$/);
  await expect(findPackages(join(root, 'file'))).rejects.toThrow(/^--dir: expected a folder, got .* is a file$/);
  await expect(findPackages(root)).rejects.toThrow(
    /^--dir: expected a project with installed packages, found none in /,
  );
});
