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

// What is imported when it is needed stays outside: `createCache` loads configuration, and zod with it.
const withoutDemands: Plugin = {
  name: 'without-demands',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^/ }, ({ path, kind }) => (kind === 'dynamic-import' ? { path, external: true } : undefined)),
};

/** What a program loads that imports this: one file, minified and gzipped; and whose code is in it. */
async function weigh(program: string, plugins: Plugin[] = []): Promise<{ bytes: number; foreign: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
    plugins: [withoutDemands, ...plugins],
  });
  return {
    bytes: outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0),
    foreign: Object.keys(metafile.inputs).filter(
      (file) => file !== '<stdin>' && !file.includes('node_modules/@cache/core/'),
    ),
  };
}

test.each([
  {
    what: 'Cache without its loads',
    limit: 12_000,
    program: `export { Cache } from '@cache/core';`,
    plugins: [withoutLoads],
  },
  { what: 'Cache', limit: 19_700, program: `export { Cache } from '@cache/core';`, plugins: [] },
  {
    what: 'Cache and tiers',
    limit: 22_950,
    program: `export { Cache, createCache, tiered } from '@cache/core';`,
    plugins: [],
  },
  {
    what: 'Cache and failover',
    limit: 26_200,
    program: `export { Cache, createCache, failover } from '@cache/core';`,
    plugins: [],
  },
  // Nobody needs all of it at once. It may grow by nothing but what a program asks for.
  { what: "core's whole main entry", limit: 31_800, program: `export * from '@cache/core';`, plugins: [] },
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
