import { spawnSync } from 'node:child_process';
import { measure, measured, versionOf } from '../../harness/index.ts';

// What a program waits for before it has a cache: whole processes, from their start to their end.

const folder = new URL('../../..', import.meta.url); // of an application that has the packages

const programs = {
  "createCache('memory://')": `
    const { createCache } = await import('@cache/core');
    await (await createCache('memory://')).close();`,
  'an import of core': `await import('@cache/core');`,
  'core and memory by hand': `
    const { Cache } = await import('@cache/core');
    const { memoryBackend } = await import('@cache/memory');
    const cache = new Cache({ backend: memoryBackend() });
    await cache.start();
    await cache.close();`,
};

export const start = measure({
  title: 'start-up of a process, by a URL',
  unit: 'ms',
  better: 'lower',
  contestants: Object.entries(programs).map(([name, program]) =>
    measured({ name, version: versionOf('@cache/core'), value: () => millisecondsOf(program) }),
  ),
  rounds: 21,
  asks: [{ than: 'an import of core', atLeast: 1 / 1.3 }],
});

function millisecondsOf(program: string): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`expected exit 0, got ${status}\n${stderr}`);
  return performance.now() - began;
}
