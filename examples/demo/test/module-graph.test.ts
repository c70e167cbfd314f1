import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { build } from './program.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
beforeAll(build, 60_000);

// Every module that Node resolves is written down, also those that are imported later.
const hooks = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  export async function resolve(specifier, context, next) {
    const found = await next(specifier, context);
    writeSync(2, found.url + '\\n');
    return found;
  }`)}`;
const register = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register(${JSON.stringify(hooks)});`)}`;

/** The packages that a program loads which stands in this application. */
function packagesLoadedBy(program: string): string[] {
  const args = ['--import', register, '--input-type=module', '--eval', program];
  const { PATH } = process.env;
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env: { PATH }, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const names = ['core', 'memory', 'redis', 'serializers', 'zod', 'ioredis', 'msgpackr', 'commander'];
  return names.filter((name) => new RegExp(`/(packages|node_modules)/${name}/`).test(stderr));
}

test.each([
  ['an import of core', `await import('@cache/core')`, ['core']],
  [
    'a cache of core and memory',
    `const { Cache } = await import('@cache/core'); const { memoryBackend } = await import('@cache/memory'); new Cache({ backend: memoryBackend() })`,
    ['core', 'memory'],
  ],
  [
    'memory by URL',
    `const { createCache } = await import('@cache/core'); await (await createCache('memory://?max=3')).close()`,
    ['core', 'memory'],
  ],
  [
    'memory by URL, with a serializer',
    `const { createCache } = await import('@cache/core'); await (await createCache('memory://?serializer=json')).close()`,
    ['core', 'memory'],
  ],
  [
    'two tiers by one URL',
    `const { createCache } = await import('@cache/core'); await (await createCache('memory://?near=memory://?nearTtl=1s')).close()`,
    ['core', 'memory'],
  ],
  [
    'memory by a config object',
    `const { createCache } = await import('@cache/core'); await (await createCache({ url: 'memory://' })).close()`,
    ['core', 'memory', 'zod'],
  ],
  [
    'a redis backend by URL',
    `const { backendFromUrl } = await import('@cache/core'); await backendFromUrl('redis://h')`,
    ['core', 'redis', 'ioredis'],
  ],
  ['what reads variables', `await import('@cache/core/config')`, ['core', 'zod']],
])('%s loads nothing that it does not use', (_, program, packages) => {
  expect(packagesLoadedBy(program)).toEqual(packages);
});
