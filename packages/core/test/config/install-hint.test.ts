import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { installCommand } from '../../src/config/install-hint.ts';

const folder = mkdtempSync(join(tmpdir(), 'cache-hint-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what is missing is installed in the words of the package manager in use (C13, R23)', () => {
  test.each([
    ['npm/11.6.0 node/v20.20.2 linux x64', 'npm install a b'],
    ['pnpm/10.34.9 npm/? node/v20.20.2', 'pnpm add a b'],
    ['yarn/4.18.1 npm/? node/v20.20.2', 'yarn add a b'],
    ['bun/1.3.0 npm/? node/v24.3.0', 'bun add a b'],
  ])('that runs the program: %s', (agent, words) => {
    expect(installCommand(['a', 'b'], folder, agent)).toBe(words);
  });

  test.each([
    ['package-lock.json', 'npm install a'],
    ['pnpm-lock.yaml', 'pnpm add a'],
    ['yarn.lock', 'yarn add a'],
    ['bun.lock', 'bun add a'],
    ['bun.lockb', 'bun add a'],
  ])('or that wrote the lockfile somewhere above: %s', (lockfile, words) => {
    const project = join(folder, lockfile.replace('.', '-'));
    mkdirSync(join(project, 'packages/one'), { recursive: true });
    writeFileSync(join(project, lockfile), '');
    expect(installCommand(['a'], join(project, 'packages/one'), '')).toBe(words);
    expect(installCommand(['a'], join(project, 'packages/one'), 'deno/2.0.0')).toBe(words);
  });

  test('or npm, which comes with Node', () => {
    expect(installCommand(['a'], '/', 'deno/2.0.0')).toBe('npm install a');
  });
});
