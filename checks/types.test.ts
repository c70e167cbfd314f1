import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examples, filesBelow, packages, root, runTool } from './workspace.ts';

test('the packages, the examples, the lab and the benchmarks compile', async () => {
  await runTool('tsc', ['--build']);
});

test('the tests and the checks compile', async () => {
  await runTool('tsc', ['--project', 'tsconfig.tests.json']);
});

// A folder of tests with a tsconfig.json of its own has other rules: the legacy decorators, most of all.
const own = [...packages, ...examples].flatMap(({ path }) =>
  filesBelow(join(root, path, 'test'), 'tsconfig.json').map((file) => `${path}/test/${file}`),
);

test.each(own)('the tests of %s compile', async (project) => {
  expect(existsSync(join(root, project))).toBe(true);
  await runTool('tsc', ['--noEmit', '--project', project]);
});
