import { rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { installConsumer } from './consumer.ts';

const LIMIT = 12_000;

let folder: string;
beforeAll(async () => {
  folder = await installConsumer([inject('tarballs')['@cache/core'] as string]);
});
afterAll(() => rm(folder, { recursive: true }));

test(`Cache alone is at most ${LIMIT} bytes, minified and gzipped, and holds no third-party code`, async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export { Cache } from '@cache/core';`, resolveDir: folder },
    bundle: true,
    minify: true,
    splitting: true, // what is loaded on demand is not counted
    format: 'esm',
    platform: 'node',
    outdir: 'out',
    write: false,
    metafile: true,
  });
  const loaded = new Set<string>();
  const pending = Object.keys(metafile.outputs).filter((name) => metafile.outputs[name]?.entryPoint === '<stdin>');
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' && path in metafile.outputs) pending.push(path);
    }
  }
  const inputs = [...loaded].flatMap((name) => Object.keys(metafile.outputs[name]?.inputs ?? {}));
  expect(inputs.filter((file) => file !== '<stdin>' && !file.includes('node_modules/@cache/core/'))).toEqual([]);
  const bytes = outputFiles
    .filter(({ path }) => [...loaded].some((name) => path.endsWith(name)))
    .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
  console.log(`Cache alone: ${bytes} bytes of ${LIMIT}`);
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThanOrEqual(LIMIT);
});
