import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asInstalledHere, installConsumer } from './consumer.ts';
import { root, run } from './workspace.ts';

// What the type tests of @cache/decorators say, of the declarations that are published, by each compiler that teams have.
const tests = join(root, 'packages/decorators/test');
const files = [
  ['functions', 'functions.test-d.ts', []],
  ['methods by the standard', 'types.test-d.ts', []],
  [
    'methods by experimentalDecorators',
    'legacy/types.test-d.ts',
    ['--experimentalDecorators', '--emitDecoratorMetadata'],
  ],
] as const;

describe.each([
  ['6.0.3', 'typescript-6'],
  ['this repository', 'typescript'],
])('the types of decorated methods and cached functions by TypeScript %s', (_, compiler) => {
  let folder: string;
  beforeAll(async () => {
    const ours = inject('tarballs') as Record<string, string>;
    folder = await installConsumer([
      ...['@cache/core', '@cache/memory', '@cache/decorators'].map((name) => ours[name] as string),
      compiler === 'typescript' ? (asInstalledHere('typescript')[0] as string) : `${compiler}@npm:typescript@6.0.3`,
      ...asInstalledHere('@types/node'),
      'expect-type@1.4.0',
    ]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(files)('hold: %s', async (_, file, words) => {
    const source = await readFile(join(tests, file), 'utf8');
    const program = source
      .replace(/'[./]+\/src\/index\.ts'/g, "'@cache/decorators'")
      .replace("'vitest'", "'expect-type'");
    expect(program).toMatch(/@ts-expect-error[\s\S]*expectTypeOf\(/);
    await writeFile(join(folder, 'types.ts'), program);
    const options = '--noEmit --strict --module nodenext --target es2022 --types node types.ts'.split(' ');
    const tsc = join('node_modules', compiler, 'bin/tsc');
    const { code, output } = await run(process.execPath, [tsc, ...words, ...options], { cwd: folder });
    expect(code, output).toBe(0);
  });
});
