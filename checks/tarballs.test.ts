import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { reachableFrom } from './imports.ts';
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

  test('what it exports is in it, and what is in it is reached from what it exports', () => {
    const files = filesBelow(folder, '.js', '.d.ts').filter((file) => file.startsWith('dist'));
    const targets = Object.values(manifest.exports).filter((target) => typeof target !== 'string');
    for (const target of targets) {
      expect(Object.keys(target)).toEqual(['types', 'default']);
      for (const file of Object.values(target)) expect(files).toContain(file.slice('./'.length));
    }
    const entries = targets.flatMap((target) => Object.values(target)).map((file) => join(folder, file));
    // Modules of types alone are reached by declarations, private ones by code.
    const stem = (file: string): string => file.replace(/\.d\.ts$|\.js$/, '');
    const reached = new Set(Array.from(reachableFrom(entries), stem));
    expect(files.filter((file) => !reached.has(stem(join(folder, file))))).toEqual([]);
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
