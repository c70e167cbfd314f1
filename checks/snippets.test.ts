import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { startRedis } from '@cache-internal/lab';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asInstalledHere, installConsumer } from './consumer.ts';
import { type Snippet, snippetsOf } from './snippets.ts';
import { filesBelow, packages, root, run } from './workspace.ts';

interface Placed extends Snippet {
  readonly document: string;
  /** Without ending, in the project's folder. */
  readonly file: string;
  readonly runs: boolean;
}

const documents = [
  'README.md',
  ...packages.map(({ path }) => `${path}/README.md`),
  ...filesBelow(join(root, 'docs'), '.md').map((file) => `docs/${file}`),
].filter((document) => existsSync(join(root, document))); // that a README is there is asked elsewhere

const snippets: readonly Placed[] = documents.flatMap((document) =>
  snippetsOf(join(root, document)).map((snippet, index) => ({
    ...snippet,
    document,
    file: `${document.replace(/\W+/g, '-')}-${snippet.line}`,
    // The first program of a README is what everybody tries.
    runs: snippet.words.includes('run') || (index === 0 && basename(document) === 'README.md'),
  })),
);

const options = {
  strict: true,
  exactOptionalPropertyTypes: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable', 'esnext.decorators'],
  types: ['node'],
  outDir: 'out',
  noEmitOnError: false,
};

describe('in a project that installed the tarballs', () => {
  let folder: string;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis({ listen: 'tcp' });
    const others = asInstalledHere('ioredis', 'msgpackr', 'zod', 'typescript', '@types/node');
    const before = asInstalledHere('cache-manager', 'keyv', 'lru-cache'); // what docs/migrating.md comes from
    folder = await installConsumer([...Object.values(inject('tarballs')), ...others, ...before]);
    for (const kind of ['standard', 'legacy']) {
      await mkdir(join(folder, kind));
      const compilerOptions = { ...options, ...(kind === 'legacy' && { experimentalDecorators: true }) };
      await writeFile(join(folder, kind, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    }
    for (const { file, words, program } of snippets) {
      const text = program.replaceAll('redis://localhost:6379', redis.url);
      await writeFile(join(folder, kindOf(words), `${file}.ts`), text);
    }
  });
  afterAll(async () => {
    await redis.stop();
    await rm(folder, { recursive: true });
  });

  const present = ['standard', 'legacy'].filter((kind) => snippets.some(({ words }) => kindOf(words) === kind));
  test.each(present)('every %s snippet of the documents compiles', async (kind) => {
    const { code, output } = await run(join(folder, 'node_modules/.bin/tsc'), ['-p', kind, '--pretty', 'false'], {
      cwd: folder,
    });
    expect(code, `file-line.ts(line of the document, column)\n${output}`).toBe(0);
  });

  test.each(snippets.filter(({ runs }) => runs))('$document:$line runs', async ({ file, words, prints }) => {
    const { code, output, stdout } = await run(process.execPath, [join(kindOf(words), 'out', `${file}.js`)], {
      cwd: folder,
    });
    expect(code, output).toBe(0);
    if (prints !== undefined) expect(stdout).toBe(prints);
  });
});

function kindOf(words: readonly string[]): 'standard' | 'legacy' {
  return words.includes('legacy') ? 'legacy' : 'standard';
}
