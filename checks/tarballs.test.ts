import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { filesBelow, type Manifest, packages, run, runTool } from './workspace.ts';

const tarballs = inject('tarballs');

describe.each(packages)('the tarball of $name', ({ name }) => {
  const tarball = tarballs[name] as string; // packed by the global setup, or that fails
  let folder: string;
  let manifest: Manifest;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cache-unpacked-'));
    const { code, output } = await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder]);
    expect(code, output).toBe(0);
    manifest = (await import(join(folder, 'package.json'), { with: { type: 'json' } })).default;
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('publint has nothing to say', async () => {
    await runTool('publint', ['--strict', tarball]);
  });

  test('its types resolve as its code does', async () => {
    await runTool('attw', [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']);
  });

  test('what it exports is in it, and its code is that of its source: nothing is missing, nothing is left over', () => {
    for (const target of Object.values(manifest.exports)) {
      if (typeof target === 'string') continue;
      expect(Object.keys(target)).toEqual(['types', 'default']);
      for (const file of Object.values(target)) expect(existsSync(join(folder, file)), file).toBe(true);
    }
    const sources = filesBelow(join(folder, 'src'), '.ts');
    const built = (ending: string): readonly string[] => sources.map((file) => file.replace(/\.ts$/, ending));
    expect(filesBelow(join(folder, 'dist'), '.js')).toEqual(built('.js'));
    expect(filesBelow(join(folder, 'dist'), '.d.ts')).toEqual(built('.d.ts'));
  });

  test('it has a licence and a README, no tests and no trace of the workspace', () => {
    const files = filesBelow(folder, '');
    expect(files).toContain('LICENSE');
    expect(files).toContain('README.md');
    expect(files.filter((file) => /(^|\/)(test|node_modules)\/|tsbuildinfo/.test(file))).toEqual([]);
    expect(JSON.stringify({ ...manifest, devDependencies: undefined })).not.toMatch(
      /workspace:|catalog:|@cache\/source/,
    );
  });
});
