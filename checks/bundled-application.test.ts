import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cache-internal/lab';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { asInstalledHere, installConsumer } from './consumer.ts';
import { run } from './workspace.ts';

// An application that passes its backends runs where nothing is installed; one that does not is told what to install.
const application = `
  import { createCache } from '@cache/core';
  import { backends as memory } from '@cache/memory';
  import { backends as redis } from '@cache/redis';

  async function main() {
    const cache = await createCache({ url: process.env.CACHE_URL, backends: process.env.ALONE ? [] : [memory, redis] });
    await cache.set('answer', { is: 42 });
    console.log(JSON.stringify(await cache.get('answer')));
    await cache.close();
  }
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
`;

let consumer: string;
const folders: string[] = [];
beforeAll(async () => {
  const tarballs = inject('tarballs');
  const ours = ['core', 'memory', 'redis'].map((name) => tarballs[`@cache/${name}`] as string);
  consumer = await installConsumer([...ours, ...asInstalledHere('ioredis')]);
  await writeFile(join(consumer, 'application.mjs'), application);
  folders.push(consumer);
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Bundles the application into an empty folder. @returns its file there */
const bundlers: Readonly<Record<string, (outdir: string) => Promise<unknown>>> = {
  'esbuild to CommonJS': (outdir) =>
    esbuild({
      entryPoints: [join(consumer, 'application.mjs')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: join(outdir, 'application.cjs'),
      logLevel: 'error',
      logOverride: { 'empty-import-meta': 'silent' },
    }),
  'vite (rollup) to ES modules': (outdir) =>
    vite({
      root: consumer,
      logLevel: 'error',
      ssr: { noExternal: true, target: 'node' },
      build: { ssr: 'application.mjs', outDir: outdir, emptyOutDir: true, minify: false },
    }),
};

test.each(Object.keys(bundlers))('bundled by %s', async (name) => {
  const folder = await mkdtemp(join(tmpdir(), 'cache-bundle-'));
  folders.push(folder);
  await bundlers[name]?.(folder);
  const [file] = (await readdir(folder)).filter((entry) => /^application\./.test(entry));
  const start = (env: Readonly<Record<string, string | undefined>>) =>
    run(process.execPath, [join(folder, file as string)], { cwd: folder, env: { NODE_PATH: '', ...env } });

  await using server = await startRedis({ listen: 'tcp' });
  for (const CACHE_URL of ['memory://?max=10', server.url]) {
    const { code, stdout, output } = await start({ CACHE_URL });
    expect(code, output).toBe(0);
    expect(stdout.trim()).toBe('{"is":42}');
  }
  const { code, output } = await start({ CACHE_URL: server.url, ALONE: '1' });
  expect(code).toBe(1);
  expect(output).toMatch(/redis:\/\/ needs @cache\/redis and ioredis: npm install @cache\/redis ioredis/);
});
