import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Packages by their path below a project, each with its manifest; a file `index.js` comes with each. */
export type Manifests = Readonly<Record<string, object | string>>;

/** A project of installed packages in a folder of its own, gone after the test. */
export async function project(manifests: Manifests): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'cache-demo-test-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, manifest] of Object.entries(manifests)) {
    await write(root, `${path}/package.json`, typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
    await write(root, `${path}/index.js`, `// ${path}\n`);
  }
  return root;
}

/** A file of a project, with the folders above it. */
export async function write(root: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** `app` needs `lib` and a tool, and both need a `leaf`, each its own version of it. */
export const small: Manifests = {
  'node_modules/app': { name: 'app', version: '1.0.0', license: 'MIT', dependencies: { lib: '*', '@s/tool': '*' } },
  'node_modules/lib': { name: 'lib', version: '2.0.0', license: 'MIT', dependencies: { leaf: '*' } },
  'node_modules/leaf': { name: 'leaf', version: '1.0.0', licenses: [{ type: 'ISC' }, { type: 'MIT' }] },
  'node_modules/@s/tool': { name: '@s/tool', version: '0.1.0', dependencies: { leaf: '*' } },
  'node_modules/@s/tool/node_modules/leaf': { name: 'leaf', version: '2.0.0', license: { type: 'BSD-3-Clause' } },
  'node_modules/other': { name: 'other', version: '3.0.0' },
};
