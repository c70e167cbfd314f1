import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { asInstalledHere } from './consumer.ts';
import { rootManifest, run } from './workspace.ts';

// Core finds the packages of schemes among the dependencies of the application, which under a strict layout nobody but the
// application sees. What it says when they are not there is in the words of the package manager in use.

const tarballs = inject('tarballs');
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const program = `
  import { createCache } from '@cache/core';
  for (const config of ['memory://?max=3', { url: 'memory://' }, 'redis://127.0.0.1:1', 'memory://?serializer=msgpack'])
    await createCache(config).then((cache) => cache.close().then(() => console.log('opened')), (error) => console.log(error.message));
`;
/** What the program prints, where what is missing is to be added by these words. */
function answers(add: string, missing: readonly string[]): unknown[] {
  const refused = expect.stringMatching(/^redis at 127\.0\.0\.1:1.*ECONNREFUSED/);
  const needs = 'redis:// needs @cache/redis and ioredis';
  return [
    'opened',
    'opened',
    missing.length === 0 ? refused : `${needs}: ${add} ${missing.join(' ')}`,
    `url parameter "serializer": a serializer other than json needs @cache/serializers: ${add} @cache/serializers`,
  ];
}

const cases: readonly (readonly [ours: readonly string[], others: readonly string[], missing: readonly string[]])[] = [
  [['@cache/core', '@cache/memory'], [], ['@cache/redis', 'ioredis']],
  [['@cache/core', '@cache/memory', '@cache/redis'], [], ['ioredis']],
  [['@cache/core', '@cache/memory', '@cache/redis'], ['ioredis'], []],
];

/** An application in `folder` of a project, with these of ours and of others as its dependencies. */
async function application(
  folder: string,
  ours: readonly string[],
  others: readonly string[] = [],
  rootFields: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly project: string; readonly main: string }> {
  // yarn compares paths with what the kernel says
  const project = await realpath(await mkdtemp(join(tmpdir(), 'cache-managers-')));
  folders.push(project);
  const home = join(project, folder);
  await mkdir(home, { recursive: true });
  const dependencies = Object.fromEntries([
    ...ours.map((name) => [name, `file:${tarballs[name]}`]),
    ...asInstalledHere(...others).map((one) => one.split('@') as [string, string]),
  ]);
  const manifest = { name: 'application', private: true, type: 'module', dependencies };
  await writeFile(
    join(home, 'package.json'),
    JSON.stringify(folder === '.' ? { ...manifest, ...rootFields } : manifest),
  );
  if (folder !== '.')
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'project', private: true, ...rootFields }));
  const main = join(home, 'main.mjs');
  await writeFile(main, program);
  return { project, main };
}

const core = `file:${tarballs['@cache/core']}`;
const clean = { npm_config_user_agent: undefined, NODE_OPTIONS: undefined, NODE_PATH: undefined };

async function succeeds(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
  const { code, output } = await run(command, args, { cwd, env: { ...clean, ...env } });
  expect(code, output).toBe(0);
}

async function registry(): Promise<string> {
  return (await run('npm', ['config', 'get', 'registry'], {})).stdout.trim();
}

test.each(cases)('in a monorepo of pnpm, with %j and %j, from any working directory', async (ours, others, missing) => {
  const { project, main } = await application('apps/one', ours, others);
  const workspace = [`packages: ['apps/*']`, `overrides: { '@cache/core': '${core}' }`, 'autoInstallPeers: false', ''];
  await writeFile(join(project, 'pnpm-workspace.yaml'), workspace.join('\n'));
  const words = ['--yes', '--prefer-offline', rootManifest.packageManager, 'install', '--prefer-offline'];
  await succeeds('npx', [...words, '--config.strict-peer-dependencies=false'], project, {});
  for (const cwd of [project, join(project, 'apps/one')]) {
    const { stdout, output } = await run(process.execPath, [main], { cwd, env: clean });
    expect(stdout.trim().split('\n'), output).toEqual(answers('pnpm add', missing));
  }
});

test.each(cases)(
  "under Yarn's Plug'n'Play, where nothing lies in node_modules, with %j and %j",
  async (ours, others, missing) => {
    const { project, main } = await application('.', ours, others, { resolutions: { '@cache/core': core } });
    await writeFile(join(project, 'yarn.lock'), '');
    const env = {
      YARN_NODE_LINKER: 'pnp',
      YARN_ENABLE_TELEMETRY: '0',
      YARN_ENABLE_SCRIPTS: '0',
      YARN_NPM_REGISTRY_SERVER: await registry(),
    };
    const yarn = ['--yes', '--prefer-offline', '@yarnpkg/cli-dist@4.18.1'];
    await succeeds('npx', [...yarn, 'install', '--no-immutable'], project, env);
    const { stdout, output } = await run('npx', [...yarn, 'node', main], { cwd: project, env: { ...clean, ...env } });
    expect(stdout.trim().split('\n'), output).toEqual(answers('yarn add', missing));
  },
);
