import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { reporters, shared } from './vitest.shared.ts';

// A project is a folder of ours with tests in it, named after the folder: `npm test -- --project core`.
const folders = ['packages', 'examples']
  .filter((parent) => existsSync(parent))
  .flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`))
  .concat('lab', 'benchmarks')
  .filter((folder) => existsSync(`${folder}/package.json`));

export default defineConfig({
  ...shared,
  test: {
    reporters: reporters('default'),
    globalSetup: './lab/src/vitest-redis.ts',
    projects: folders.map((folder) => ({
      ...shared,
      test: {
        name: basename(folder),
        root: folder,
        include: ['test/**/*.test.ts'],
        environment: 'node',
        testTimeout: 30_000,
        hookTimeout: 30_000,
        expect: { poll: { timeout: 10_000 } }, // what is waited for comes soon; a machine that stands still for a second is no failure
      },
    })),
    // `npm test -- --coverage`: what it asks of core holds with the tests of all packages, which is who uses it.
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**'],
      allowExternal: true, // a package met by the tests of another
      reportOnFailure: true,
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: { 'packages/core/src/**': { lines: 95, branches: 95 } },
    },
  },
});
