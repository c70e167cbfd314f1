import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { redisBackend } from '@cache/redis';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from './program.ts';

let server: RedisServer;
beforeAll(async () => {
  build();
  server = await startRedis({ listen: 'tcp', args: ['--requirepass', 'hunter2'] });
}, 60_000);
afterAll(() => server.stop());

const folder = fileURLToPath(new URL('..', import.meta.url));
const bin = fileURLToPath(new URL('../../../packages/core/dist/bin/main.js', import.meta.url));

function check(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { PATH } = process.env;
  return spawnSync(process.execPath, [bin, ...words], { cwd: folder, env: { PATH, ...env }, encoding: 'utf8' });
}

test('a deployment is checked by its variables: settings, connection, a value there and back, and nothing is left', async () => {
  const url = server.url.replace('://', '://:hunter2@');
  const { status, stdout, stderr } = check(['check'], { CACHE_URL: url, CACHE_TTL: '5m', CACHE_SERIALIZER: 'msgpack' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^redis:\/\/:\*\*\*@127\.0\.0\.1:\d+\?ttl=5m&serializer=msgpack$/m);
  expect(stdout).toMatch(/^ {2}ttl +5m {2}\(CACHE_TTL\)$/m);
  expect(stdout).toMatch(/^connected in [\d.]+ ms$/m);
  expect(stdout).toMatch(/^a value there and back in [\d.]+ ms$/m);
  expect(stdout).toMatch(/All is well\.\n$/);
  expect(stdout).not.toContain('hunter2');
  const backend = redisBackend({ url });
  for await (const key of backend.keys('')) expect.unreachable(`left ${key}`);
  await backend.close();
});

test('--json is one document', () => {
  const { status, stdout } = check(['check', 'memory://?max=3', '--json']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, url: 'memory://?max=3', problem: null });
});

test.each([
  [['check', 'redsi://h'], 1, /did you mean redis:\/\/\?/],
  [['check', 'redis://:hunter2@127.0.0.1:1'], 1, /ECONNREFUSED/],
  [['check', 'redis://:hunter2@127.0.0.1:1', '--json'], 1, /"ok": false/],
  [['check'], 1, /^CACHE_URL: expected a URL/],
  [['chekc'], 2, /^Usage: cache check/],
  [['check', '--jsn'], 2, /Unknown option '--jsn'/],
  [['check', 'dummy://'], 0, /All is well/],
])('%j ends with %i', (words, code, output) => {
  const { status, stdout, stderr } = check(words);
  expect(status).toBe(code);
  expect(stdout + stderr).toMatch(output);
  expect(stdout + stderr).not.toContain('hunter2');
});
