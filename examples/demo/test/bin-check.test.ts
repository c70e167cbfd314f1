import { redisBackend } from '@cache/redis';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cache, cacheProcess, cacheUnread } from './bin.ts';
import { build } from './program.ts';

let server: RedisServer;
beforeAll(async () => {
  build();
  server = await startRedis({ listen: 'tcp', args: ['--requirepass', 'hunter2'] });
}, 60_000);
afterAll(() => server.stop());

test('a deployment is checked by its variables: settings, connection, a value there and back, and nothing is left', async () => {
  const url = server.url.replace('://', '://:hunter2@');
  const { status, stdout, stderr } = await cache(['check'], {
    CACHE_URL: url,
    CACHE_TTL: '5m',
    CACHE_SERIALIZER: 'msgpack',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^redis:\/\/:\*\*\*@127\.0\.0\.1:\d+\?ttl=5m&serializer=msgpack$/m);
  expect(stdout).toMatch(/^ {2}ttl +5m {2}\(CACHE_TTL\)$/m);
  expect(stdout).toMatch(/^connected in [\d.]+ ms$/m);
  expect(stdout).toMatch(/^keys begin with "cache:"$/m);
  expect(stdout).toMatch(/^up: server 127\.0\.0\.1:\d+\/0, .*latencyMs [\d.]+, version (Redis|Valkey) \d+\./m);
  expect(stdout).toMatch(/^a value there and back in [\d.]+ ms$/m);
  expect(stdout).toMatch(/All is well\.\n$/);
  expect(stdout).not.toContain('hunter2');
  const backend = redisBackend({ url });
  for await (const key of backend.keys('')) expect.unreachable(`left ${key}`);
  await backend.close();
});

test('--json is one document', async () => {
  const { status, stdout } = await cache(['check', 'memory://?max=3', '--json']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    problem: null,
    caches: { default: { ok: true, url: 'memory://?max=3', problem: null } },
  });
});

test.each([
  [['check', 'redsi://h'], 1, /did you mean redis:\/\/\?/],
  [['check', 'redis://:hunter2@127.0.0.1:1'], 1, /ECONNREFUSED/],
  [['check', 'redis://:hunter2@127.0.0.1:1', '--json'], 1, /"ok": false/],
  [['check'], 1, /^CACHE_URL: expected a URL/],
  [['chekc'], 2, /unknown command 'chekc'\n\(Did you mean check\?\)/],
  [['check', '--jsn'], 2, /unknown option '--jsn'\n\(Did you mean --json\?\)/],
  [['check', 'dummy://'], 0, /All is well/],
])('%j ends with %i', async (words, code, output) => {
  const { status, stdout, stderr } = await cache(words);
  expect(status).toBe(code);
  expect(stdout + stderr).toMatch(output);
  expect(stdout + stderr).not.toContain('hunter2');
});

test('every cache that the variables name is checked, and one that fails is the one named', async () => {
  const env = { CACHE_URL: server.url.replace('://', '://:hunter2@'), CACHE_CACHES__USERS__TTL: '5m' };
  const both = await cache(['check'], env);
  expect(both.status, both.stdout).toBe(0);
  expect(both.stdout).toMatch(/^default:\n[\s\S]*^users:\n[\s\S]* ttl +5m {2}\(CACHE_CACHES__USERS__TTL\)$/m);
  const { status, stdout } = await cache(['check', '--json'], {
    ...env,
    CACHE_CACHES__ORDERS__URL: 'redis://127.0.0.1:1',
  });
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    caches: {
      default: { ok: true },
      users: { ok: true },
      orders: { ok: false, problem: expect.stringContaining('ECONNREFUSED') },
    },
  });
});

test('a failure that the application would bypass is told all the same', async () => {
  const { status, stdout } = await cache(['check', 'redis://127.0.0.1:1?onError=bypass']);
  expect(status).toBe(1);
  expect(stdout).toContain('ECONNREFUSED');
});

test('a server that a fallback answers for is a failure, said once; one that serves beside tiers is well', async () => {
  const tiers = { CACHE_NEAR: 'memory://?max=10', CACHE_FALLBACK: 'memory://' };
  const env = { CACHE_URL: server.url.replace('://', '://:hunter2@'), ...tiers };
  const well = await cache(['check'], env);
  expect(well).toMatchObject({ status: 0, stderr: '' });
  expect(well.stdout).toMatch(
    /^up: circuit closed, journal 0, near memory, signal restored\n {2}primary {3}up: server /m,
  );
  expect(well.stdout).toMatch(/^ {2}fallback {2}up$/m);
  const { status, stdout, stderr } = cacheProcess(['check'], { CACHE_URL: 'redis://127.0.0.1:1', ...tiers });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatch(/^ {2}primary {3}down: .*ECONNREFUSED/m);
  expect(stdout).toMatch(/^expected the primary to be up, got down: .*is the server running there\?\n$/m);
  expect(stdout).not.toMatch(/All is well|connected in|there and back/);
});

test('as a process of its own it ends with these codes, and with none of its own when nobody reads on', async () => {
  expect(cacheProcess(['check', 'memory://'])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('All is well'),
  });
  expect(cacheProcess(['check', 'redis://127.0.0.1:1'])).toMatchObject({ status: 1, stderr: '' });
  expect(cacheProcess(['chekc'])).toMatchObject({ status: 2, stdout: '' });
  expect(await cacheUnread(['check', 'memory://'], {})).toBe(0);
});
