import { execFileSync } from 'node:child_process';
import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measureFolder } from '../src/inspect/measure-folder.ts';
import { project, write } from './fixture.ts';

test('counts a package’s own files, not those of packages nested in it', async () => {
  const root = await project({});
  await write(root, 'a.js', '12345');
  await write(root, 'lib/b.js', '123');
  await write(root, 'lib/node_modules/kept.js', '1');
  await write(root, 'node_modules/nested/index.js', '1234567');
  expect(await measureFolder(root)).toMatchObject({ files: 3, bytes: 9, unreadable: [] });
});

test('the digest changes with a content, with a name and with a link’s target, and with nothing else', async () => {
  const root = await project({});
  await write(root, 'a.js', 'one');
  const digest = async (): Promise<string> => (await measureFolder(root)).digest;
  const first = await digest();
  expect(await digest()).toBe(first);
  await write(root, 'a.js', 'two');
  const second = await digest();
  await rename(join(root, 'a.js'), join(root, 'b.js'));
  const third = await digest();
  await symlink('b.js', join(root, 'link'));
  const fourth = await digest();
  expect(new Set([first, second, third, fourth]).size).toBe(4);
});

test('a pipe is passed over rather than opened', async () => {
  const root = await project({});
  await write(root, 'a.js', 'one');
  execFileSync('mkfifo', [join(root, 'pipe')]);
  expect(await measureFolder(root)).toMatchObject({ files: 1, unreadable: [] });
});
