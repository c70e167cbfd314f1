import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { installConsumer } from './consumer.ts';

let folder: string;
beforeAll(async () => {
  folder = await installConsumer([inject('tarballs')['@cache/core'] as string]);
});
afterAll(() => rm(folder, { recursive: true }));

const withoutLoads: Plugin = {
  name: 'without-loads',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const loads = /\/dist\/(loads\/|cache\/(get-or-set|load-host))/;
      const enters = loads.test(join(resolveDir, path)) && !resolveDir.endsWith('/dist/loads');
      return enters ? { path, external: true } : undefined;
    }),
};

/** What a program loads that imports this, minified and gzipped, and whose code it is. */
async function weigh(program: string, plugins: Plugin[] = []): Promise<{ bytes: number; foreign: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: folder },
    bundle: true,
    minify: true,
    splitting: true, // what is loaded on demand is in files of its own, and not counted
    format: 'esm',
    platform: 'node',
    outdir: 'out',
    write: false,
    metafile: true,
    plugins,
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
  return {
    bytes: outputFiles
      .filter(({ path }) => [...loaded].some((name) => path.endsWith(name)))
      .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0),
    foreign: inputs.filter((file) => file !== '<stdin>' && !file.includes('node_modules/@cache/core/')),
  };
}

test.each([
  {
    what: 'Cache without its loads',
    limit: 12_000,
    program: `export { Cache } from '@cache/core';`,
    plugins: [withoutLoads],
  },
  { what: "core's whole main entry", limit: 25_000, program: `export * from '@cache/core';`, plugins: [] },
])(
  '$what is at most $limit bytes, minified and gzipped, without third-party code',
  async ({ what, limit, program, plugins }) => {
    const { bytes, foreign } = await weigh(program, plugins);
    console.log(`${what}: ${bytes} bytes of ${limit}`);
    expect(foreign).toEqual([]);
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThanOrEqual(limit);
  },
);
