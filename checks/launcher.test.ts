import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, rootManifest, run } from './workspace.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-launcher-'));
});
afterAll(() => rm(folder, { recursive: true }));

const floor = rootManifest.engines.node.replace('>=', '');

describe('an old Node gets one sentence', () => {
  test.each(['demo', 'test', 'bench', 'ci'])('from %s', async (command) => {
    // Only the version is old here; the real ones (14, 16, 18) can read the file that says it.
    const older = join(folder, 'older.cjs');
    await writeFile(older, `Object.defineProperty(process.versions, 'node', { value: '18.20.8' });`);
    const { code, stdout, stderr } = await run(process.execPath, ['--require', older, 'scripts/run.mjs', command]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(`Node: expected ${floor} or newer, got 18.20.8. Install a current Node and run this again.\n`);
  });
});

describe('npm test without a Redis says so before it runs anything', () => {
  test('where REDIS_SERVER_BIN is no program', async () => {
    const env = { REDIS_URL: undefined, REDIS_SERVER_BIN: join(folder, 'no-redis') };
    const { code, stdout, stderr } = await run('npm', ['--silent', 'test'], { env });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(oneMessage(stderr)).toMatch(/^REDIS_SERVER_BIN: expected .*no-redis/);
  });

  test('where nobody answers at REDIS_URL, without its password', async () => {
    const env = { REDIS_URL: 'redis://someone:sesame@127.0.0.1:1' };
    const { code, stdout, stderr } = await run('npm', ['--silent', 'test'], { env });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(oneMessage(stderr)).toMatch(/^REDIS_URL: expected .* got: .*ECONNREFUSED/);
    expect(stderr).not.toContain('sesame');
  });
});

/** What is said of installing and building aside. */
function oneMessage(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Installing'));
  expect(lines.filter((line) => /^\s+at /.test(line))).toEqual([]);
  expect(lines).toHaveLength(1);
  return lines[0] as string;
}

test('Ctrl-C ends npm run demo -- --redis, and leaves neither a server nor its folder', async () => {
  // A process group of its own, signalled as a terminal does it: all of them at once.
  const child = spawn('npm', ['run', '--silent', 'demo', '--', '--redis'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  let output = '';
  const socket = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const [, path] = /redis\+unix:\/\/(\S+):/.exec(output) ?? [];
      if (path !== undefined) resolve(path);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(`ended before there was a server:\n${output}`)));
  });
  expect(existsSync(socket)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 300)); // somewhere in the cold pass
  process.kill(-(child.pid as number), 'SIGINT');
  expect(await ended).not.toBe(0);
  expect(output).not.toMatch(/^\s+at /m);
  expect(existsSync(socket)).toBe(false);
  expect((await run('sh', ['-c', `ps ax | grep -F ${socket} | grep -v grep`])).stdout).toBe('');
});
