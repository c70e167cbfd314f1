import { chmod } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { redisBackend } from '@cache/redis';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Report } from '../src/report.ts';
import { project, small, write } from './fixture.ts';
import { build, type Ended, start } from './program.ts';

let server: RedisServer;
beforeAll(async () => {
  build();
  server = await startRedis({ listen: 'tcp', args: ['--requirepass', 'the-right-one'] });
}, 60_000);
afterAll(() => server.stop());

/** A URL of the server, in a database of the test's own. */
const urlOf = (password: string, db: number): string => server.url.replace('://', `://:${password}@`).concat(`/${db}`);

/** A server that accepts and never answers. */
async function silentServer(): Promise<number> {
  const silent: Server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  return (silent.address() as { port: number }).port;
}

function expectOneClearMessage({ code, stdout, stderr }: Ended): void {
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim()).not.toBe('');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('hunter2');
}

describe('wrong input ends in one clear message, without a stack or a secret', () => {
  test.each([
    [{ CACHE_URL: 'redsi://:hunter2@h' }, /^CACHE_URL: .*did you mean redis:\/\/\?/],
    [{ CACHE_URL: 'memory://?mx=3' }, /^CACHE_URL parameter "mx": .*did you mean "max"\?/],
    [{ CACHE_URL: 'memory://?max=many' }, /^CACHE_URL parameter "max": expected an integer .*, got "many"/],
    [{ CACHE_URL: 'memory://?serializer=msgpak' }, /^CACHE_URL parameter "serializer": .*expected one of .*msgpack/],
    [{ CACHE_URL: 'redis://u:hunter2@h:none' }, /^CACHE_URL: port: expected an integer from 1 to 65535/],
    [{ CACHE_URL: 'redis://u:hunter2@127.0.0.1:1' }, /^redis at 127\.0\.0\.1:1.*ECONNREFUSED/],
    [{ CACHE_URL: 'redis://u:hunter2@nowhere.invalid' }, /^redis at nowhere\.invalid/],
    [
      { CACHE_URL: 'redis+cluster://:hunter2@127.0.0.1:1' },
      /^redis at cluster of 127\.0\.0\.1:1.*are these servers running/,
    ],
    [
      { CACHE_URL: 'redis+sentinel://:hunter2@127.0.0.1:1/m' },
      /^redis at m of sentinels 127\.0\.0\.1:1.*are these serv/,
    ],
    [{ CACHE_ULR: 'memory://' }, /^CACHE_ULR: .*did you mean CACHE_URL\?/],
  ])('%j', async (env, message) => {
    const ended = await start([], env as unknown as Readonly<Record<string, string>>).ended;
    expectOneClearMessage(ended);
    expect(ended.stderr).toMatch(message);
  });

  test('a wrong password', async () => {
    const ended = await start([], { CACHE_URL: urlOf('hunter2', 0) }).ended;
    expectOneClearMessage(ended);
    expect(ended.stderr).toMatch(/password/i);
  });

  test('a server that accepts and never answers', async () => {
    const url = `redis://:hunter2@127.0.0.1:${await silentServer()}?connectTimeout=300ms`;
    const ended = await start([], { CACHE_URL: url }).ended;
    expectOneClearMessage(ended);
    expect(ended.stderr).toMatch(/300 ?ms|time/i);
  });

  test('a server that is no Redis', async () => {
    const web = createHttpServer((_request, response) => void response.end('hello'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void web.close());
    const url = `redis://:hunter2@127.0.0.1:${(web.address() as { port: number }).port}`;
    const ended = await start([], { CACHE_URL: url }).ended;
    expectOneClearMessage(ended);
    expect(ended.stderr).toMatch(/what answers there is no Redis/);
  });

  test.each([
    [['--dir', 'package.json'], /^--dir: expected a folder, got .*package\.json, which is a file/],
    [['--dir', '/nowhere/at/all'], /^--dir: expected a folder, got \/nowhere\/at\/all, which does not exist/],
    [['--dirr', 'x'], /Unknown option '--dirr'[\s\S]*Usage:/],
    [['more'], /Unexpected argument 'more'[\s\S]*Usage:/],
  ])('%j', async (words, message) => {
    const ended = await start(words).ended;
    expectOneClearMessage(ended);
    expect(ended.stderr).toMatch(message);
  });

  test('a folder without packages', async () => {
    const ended = await start(['--dir', await project({})]).ended;
    expectOneClearMessage(ended);
    expect(ended.stderr).toMatch(/^--dir: expected a project with installed packages/);
  });
});

test('--dir is read from where npm was called, and --json is one document', async () => {
  const root = await project(small);
  const { code, stdout, stderr } = await start(['--dir', 'node_modules', '--json'], { INIT_CWD: root }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(stdout) as Report;
  expect(report).toMatchObject({ root: `${root}/node_modules`, backend: 'memory', passes: { equalDigests: true } });
});

test('a broken manifest is named, the rest reported, and the exit is not zero', async () => {
  const root = await project({ ...small, 'node_modules/broken': '{' });
  const { code, stdout } = await start(['--dir', root]).ended;
  expect(code).toBe(1);
  expect(stdout).toContain(`${root}/node_modules/broken/package.json: expected a JSON object, got no JSON`);
  expect(stdout).toContain('6 packages listed');
});

test('so is that of the project itself', async () => {
  const root = await project(small);
  await write(root, 'package.json', '{');
  const { code, stdout } = await start(['--dir', root, '--json']).ended;
  expect(code).toBe(1);
  const { problems, findings } = JSON.parse(stdout) as Report;
  expect(problems).toEqual([`${root}/package.json: expected a JSON object, got no JSON`]);
  expect(findings.packages).toBe(6);
});

test('a file that cannot be read is named, the rest reported, and nothing of its package is kept', async () => {
  const root = await project(small);
  await write(root, 'node_modules/lib/locked.js', 'x');
  await chmod(`${root}/node_modules/lib/locked.js`, 0);
  // root may read anything, so the program runs as somebody else
  const { getuid } = process;
  const via = getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--clear-groups'] : [];
  await chmod(root, 0o755);
  const { code, stdout } = await start(['--dir', root, '--json'], {}, via).ended;
  const report = JSON.parse(stdout) as Report;
  expect(code).toBe(1);
  expect(report.problems).toEqual([`${root}/node_modules/lib/locked.js: EACCES`]);
  expect(report.findings.packages).toBe(6);
  // the measures of lib and the closures of lib and app, each asked for again
  expect(report.passes.warm.computed).toBeGreaterThan(0);
});

test('on Redis a second process is warm from its first call, and a changed manifest is computed again', async () => {
  const root = await project(small);
  const env = { CACHE_URL: urlOf('the-right-one', 1) };
  const run = async (): Promise<Report> =>
    JSON.parse((await start(['--dir', root, '--json'], env).ended).stdout) as Report;
  const first = await run();
  expect(first.passes).toMatchObject({ cold: { computed: 18 }, warm: { computed: 0 }, equalDigests: true });
  expect(first.entry).toMatchObject({ onServer: true, get: expect.stringMatching(/^"\{\\"files\\":2,/) });
  const second = await run();
  expect(second.passes).toMatchObject({
    cold: null,
    warm: { computed: 0, digest: first.passes.warm.digest },
    ratio: null,
  });
  await write(root, 'node_modules/other/package.json', '{"name":"other","version":"3.0.1"}');
  const third = await run();
  expect(third).toMatchObject({ changedSince: ['other@3.0.1'], passes: { cold: null, warm: { computed: 3 } } });
});

test('Ctrl-C in the cold pass says that the rest is kept, and leaves no half-written entry', async () => {
  const manifests = Array.from({ length: 150 }, (_, i) => [`node_modules/p${i}`, { name: `p${i}`, version: '1.0.0' }]);
  const root = await project(Object.fromEntries(manifests));
  for (let i = 0; i < 150; i++) await write(root, `node_modules/p${i}/large.bin`, 'x'.repeat(400_000));
  const env = { CACHE_URL: urlOf('the-right-one', 2) };
  const backend = redisBackend({ url: env.CACHE_URL });
  onTestFinished(async () => backend.close());
  const count = async (): Promise<number> => {
    let keys = 0;
    for await (const _key of backend.keys('cache:inspector:measure:')) keys++;
    return keys;
  };

  const { child, ended } = start(['--dir', root, '--json'], env);
  await expect.poll(count, { interval: 5, timeout: 20_000 }).toBeGreaterThan(0);
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr.trim()).toBe('Interrupted. What was computed is kept; the next run goes on from there.');
  const again = JSON.parse((await start(['--dir', root, '--json'], env).ended).stdout) as Report;
  expect(again.passes.cold).toBeNull(); // some was kept
  expect(again.passes.warm.computed).toBeGreaterThan(0); // and some was not there yet
  const memory = JSON.parse((await start(['--dir', root, '--json']).ended).stdout) as Report;
  expect(again.passes.warm.digest).toBe(memory.passes.warm.digest);
});
