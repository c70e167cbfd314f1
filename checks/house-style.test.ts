import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { examples, packages, root, rootManifest, run, runTool } from './workspace.ts';

let files: readonly string[];
beforeAll(async () => {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard']);
  files = stdout.trim().split('\n');
});

const code = /\.(ts|mts|cts|js|mjs|cjs)$/;

test('biome has nothing to say', async () => {
  await runTool('biome', ['ci', '--colors=off', '--error-on-warnings', '.']);
});

test('a file is one idea: at most 300 lines', () => {
  const long = files
    .filter((file) => code.test(file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length] as const)
    .filter(([, lines]) => lines > 300);
  expect(long).toEqual([]);
});

test('a file is named after its idea, in kebab-case', () => {
  const drawers = /^(utils?|helpers?|types|common|misc|shared)\.[cm]?[tj]s$/;
  const named = files.filter((file) => code.test(file)).map((file) => [file, basename(file)] as const);
  const wrong = named.filter(([, name]) => drawers.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(name));
  expect(wrong.map(([file]) => file)).toEqual([]);
});

test('nothing that is committed names a package registry', () => {
  const host = new RegExp(['regis' + 'try', '\\.[a-z0-9-]+\\.[a-z]+'].join(''));
  const naming = files.filter(
    (file) => !/\.(svg|gz|bin)$/.test(file) && host.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(naming).toEqual([]);
});

test('every dependency has its line in docs/decisions.md', () => {
  const decisions = readFileSync(join(root, 'docs/decisions.md'), 'utf8');
  const manifests = [rootManifest, ...[...packages, ...examples].map(({ manifest }) => manifest)];
  const names = manifests.flatMap(({ dependencies, devDependencies, peerDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
  );
  const missing = new Set(names.filter((name) => !name.startsWith('@cache') && !decisions.includes(`\`${name}\``)));
  expect([...missing]).toEqual([]);
});
