import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPackage } from '../../src/config/load-package.ts';
import { CacheConfigError } from '../../src/index.ts';
import { programFolder } from './program-folder.ts';

// Names nobody publishes, in a folder of the program that asks for them.
const own = { name: '@cache-test/backend', peers: ['cache-test-client'] };
const program = process.argv[1] as string;
const folder = programFolder();
const { install } = folder;

const failing = async (): Promise<CacheConfigError> => {
  const error: unknown = await loadPackage(own, 'test://').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CacheConfigError);
  return error as CacheConfigError;
};

describe('a package that configuration asks for', () => {
  it('is imported from the folder of the running program', async () => {
    await install(own.name, 'export const answer = 42;');
    expect(await loadPackage(own, 'test://')).toMatchObject({ answer: 42 });
  });

  it('is found where the program is, when it was started through a link', async () => {
    await install(own.name, 'export const answer = 43;');
    await writeFile(join(folder.path, 'main.js'), '');
    const elsewhere = await mkdtemp(join(tmpdir(), 'cache-bin-'));
    await symlink(join(folder.path, 'main.js'), join(elsewhere, 'main'));
    process.argv[1] = join(elsewhere, 'main');
    expect(await loadPackage(own, 'test://')).toMatchObject({ answer: 43 });
    await rm(elsewhere, { recursive: true });
  });

  it('and is nowhere is an error that says what to install, with what it needs beside it', async () => {
    const { message } = await failing();
    expect(message).toMatch(/^test:\/\/ needs @cache-test\/backend and cache-test-client: /);
    expect(message).toMatch(/(add|install) @cache-test\/backend cache-test-client$/);
  });

  it('and lacks what it needs beside it is an error that says to install that alone', async () => {
    await install(own.name, `import 'cache-test-client'; export const answer = 1;`);
    const { message } = await failing();
    expect(message).toMatch(/(add|install) cache-test-client$/);
  });

  it('and breaks while it is loaded is an error with the cause, and not one about installing', async () => {
    await install(own.name, `throw new Error('broken on purpose');`);
    const { message, cause } = await failing();
    expect(message).toBe('test:// needs @cache-test/backend, which was found but could not be loaded');
    expect(cause).toEqual(new Error('broken on purpose'));
  });

  it('and cannot be resolved for another reason is that error', async () => {
    await install(own.name, '');
    await writeFile(join(folder.path, 'node_modules', own.name, 'package.json'), '{ broken');
    await expect(loadPackage(own, 'test://')).rejects.toThrow(/package\.json|JSON/);
  });

  it('is looked for without a program too, as in an embedded Node', async () => {
    process.argv.splice(1);
    try {
      expect((await failing()).message).toContain('needs @cache-test/backend');
    } finally {
      process.argv.push(program);
    }
  });
});
