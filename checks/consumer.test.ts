import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asInstalledHere, installConsumer } from './consumer.ts';
import { run } from './workspace.ts';

const { '@cache/core': core, '@cache/memory': memory } = inject('tarballs') as Record<
  '@cache/core' | '@cache/memory',
  string
>;

describe('an application with core and memory alone', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await installConsumer([core, memory, ...asInstalledHere('typescript', '@types/node')]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const program = `
    const cache = new Cache({ backend: memoryBackend(), ttl: '5m' });
    let loads = 0;
    const load = async () => ({ loads: ++loads });
    await Promise.all([cache.getOrSet('user:1', load), cache.getOrSet('user:1', load)]);
    console.log(JSON.stringify(await cache.get('user:1')));
    await cache.close();`;

  test('has no ioredis in its tree, and of other people what configuration and the program `cache` need alone', async () => {
    const installed = await readdir(join(folder, 'node_modules'));
    const theirs = installed.filter(
      (name) => !/^(\.|@cache$|@types$|typescript$|@typescript$|undici-types$)/.test(name),
    );
    expect(theirs).toEqual(['commander', 'zod']);
    expect(await readdir(join(folder, 'node_modules/@cache'))).toEqual(['core', 'memory']);
  });

  test('runs by import', async () => {
    const file = join(folder, 'by-import.mjs');
    await writeFile(
      file,
      `import { Cache } from '@cache/core';\nimport { memoryBackend } from '@cache/memory';\n${program}`,
    );
    expect(await run(process.execPath, [file])).toMatchObject({ code: 0, stdout: '{"loads":1}\n' });
  });

  test('runs by require', async () => {
    const file = join(folder, 'by-require.cjs');
    const requires = "const { Cache } = require('@cache/core');\nconst { memoryBackend } = require('@cache/memory');";
    await writeFile(file, `${requires}\n(async () => {${program}})();`);
    expect(await run(process.execPath, [file])).toMatchObject({ code: 0, stdout: '{"loads":1}\n' });
  });

  test.each(['by-import.mts', 'by-require.cts'])('compiles strictly, libraries included: %s', async (name) => {
    const imports = "import { Cache } from '@cache/core';\nimport { memoryBackend } from '@cache/memory';";
    await writeFile(
      join(folder, name),
      `${imports}\nexport async function main(): Promise<void> {${program}}\nvoid main();`,
    );
    const words = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node', name];
    const { code, output } = await run(process.execPath, ['node_modules/typescript/bin/tsc', ...words], {
      cwd: folder,
    });
    expect(code, output).toBe(0);
  });
});

describe('an application with core alone', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await installConsumer([core]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['redis://127.0.0.1:6379', 'npm install @cache/redis ioredis'],
    ['memory://', 'npm install @cache/memory'],
  ])('is told what to install for %s', async (url, install) => {
    const file = join(folder, 'main.mjs');
    await writeFile(
      file,
      `import { createCache } from '@cache/core';
      await createCache(${JSON.stringify(url)}).catch((error) => console.log(error.name + '\\n' + error.message));`,
    );
    const { code, stdout, output } = await run(process.execPath, [file], {
      cwd: folder, // the words are those of the package manager in use
      env: { npm_config_user_agent: undefined, NODE_PATH: undefined }, // a runner's own packages are not the application's
    });
    expect(code, output).toBe(0);
    expect(stdout).toMatch(/^CacheConfigError\n/);
    expect(stdout).toContain(install);
  });
});
