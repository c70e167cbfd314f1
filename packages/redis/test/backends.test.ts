import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { backendFromUrl, createCache, createCaches } from '@cache/core';
import { cacheConfigFromEnv, describe as describeConfig } from '@cache/core/config';
import { readUrl } from '@cache/core/url';
import { startRedis } from '@cache-internal/lab';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { backends, redisBackend } from '../src/index.ts';
import { optionsFrom } from '../src/options-from.ts';
import { schemes } from '../src/schemes.ts';

const { url, prefix: run } = inject('redis');
const behaviour = { timeout: 500, connectTimeout: 2_000, allowClearAll: false, fencedWrites: false };
const folder = mkdtempSync(join(tmpdir(), 'cache-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a URL says what the options say (C13, R23)', () => {
  const file = join(folder, 'ca.pem');
  writeFileSync(file, 'certificate');
  test.each([
    ['redis://', { host: 'localhost', port: 6379, db: 0, ioredis: {} }],
    [
      'redis://us%40er:p%3Aw@[::1]:7/3?timeout=1s&family=6&keepAlive=0&connectionName=me&allowClearAll=yes',
      {
        host: '::1',
        port: 7,
        db: 3,
        username: 'us@er',
        password: 'p:w',
        timeout: 1_000,
        allowClearAll: true,
        ioredis: { family: 6, keepAlive: 0, connectionName: 'me' },
      },
    ],
    ['rediss://h', { host: 'h', port: 6379, db: 0, tls: {}, ioredis: {} }],
    [
      `rediss://h?ca=${file}&servername=cache.example`,
      {
        host: 'h',
        port: 6379,
        db: 0,
        tls: { ca: Buffer.from('certificate'), servername: 'cache.example' },
        ioredis: {},
      },
    ],
    ['redis://h?tls=true', { host: 'h', port: 6379, db: 0, tls: {}, ioredis: {} }],
    ['redis+unix:///tmp/a%20b.sock?db=1', { path: '/tmp/a b.sock', db: 1, ioredis: {} }],
    ['redis+unix://:pw@/tmp/b.sock', { path: '/tmp/b.sock', db: 0, password: 'pw', ioredis: {} }],
    ['redis+cluster://a:1,b', { cluster: [{ host: 'a', port: 1 }, { host: 'b' }], ioredis: {} }],
    [
      'redis+sentinel://a:1,[::2]:2/mymaster/3?sentinelPassword=s',
      {
        sentinels: [
          { host: 'a', port: 1 },
          { host: '::2', port: 2 },
        ],
        primary: 'mymaster',
        db: 3,
        ioredis: { sentinelPassword: 's' },
      },
    ],
  ])('%s', (given, options) => {
    expect(optionsFrom(readUrl(given, schemes))).toEqual({ ...behaviour, ...options });
  });
});

describe('a wrong URL is refused before anything is connected, and shows no secret', () => {
  test.each([
    'redis://:hunter2@h:0',
    'redis://:hunter2@h/x',
    'redis://:hunter2@h/-1',
    'redis://:hunter2@a,b',
    'redis://:hunter2@h?timeout=soon',
    'redis://:hunter2@h?timout=1s',
    'redis://:hunter2@h?lazyConnect=true',
    'redis://:hunter2@h?family=5',
    'redis://:hunter2@h?password=hunter2',
    'rediss://:hunter2@h?cert=/nowhere/cert.pem',
    'rediss://:hunter2@h?ca=/nowhere/ca.pem',
    'redis+unix://:hunter2@tmp/sock',
    'redis+unix://',
    'redis+cluster://',
    'redis+cluster://:hunter2@a/1',
    'redis+sentinel://a:1',
    'redis+sentinel://:hunter2@a/main/1/2?sentinelPasword=hunter2',
  ])('%s', async (wrong) => {
    const error = await backendFromUrl(wrong, { backends: [backends] }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'CacheConfigError' });
    expect(error.stack).not.toContain('hunter2');
    expect(error.message.replace(/ or of every cache \(.*?\)/, '')).toMatchSnapshot();
  });

  test('the option url of the backend knows the schemes of this package and no other', () => {
    expect(() => redisBackend({ url: 'memory://' })).toThrowErrorMatchingInlineSnapshot(
      `[CacheConfigError: url: expected one of redis://, rediss://, redis+unix://, redis+cluster://, redis+sentinel://, got "memory://"]`,
    );
  });
});

test('a cache by URL keeps its entries on the real server at exactly prefix and key (K4)', async () => {
  const prefix = `${run}${randomUUID()}:`;
  const named = `${url}${url.includes('?') ? '&' : '?'}prefix=${encodeURIComponent(prefix)}`;
  const cache = await createCache({ url: named, backends: [backends] });
  await cache.set('user', { name: 'Ada' }, { ttl: '1m' });
  const backend = redisBackend({ url });
  const found = await backend.get(`${prefix}user`);
  expect(found.hit && Buffer.from(found.value).toString()).toBe('{"name":"Ada"}');
  await Promise.all([cache.close(), backend.close()]);
});

test('what a connection comes down to is told without its credentials, which are passed apart (K2)', async () => {
  const env = { CACHE_REDIS__USERNAME: 'ada', CACHE_REDIS__PASSWORD: 'hunter2', CACHE_REDIS__TLS: 'yes' };
  const description = await describeConfig({ ...cacheConfigFromEnv(env), backends: [backends] });
  const values = Object.fromEntries(description.values.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({ host: 'localhost', port: '6379', db: '0', tls: 'true', password: '***' });
  expect(description.url).toBe('redis://ada:***@localhost?tls=true');
  expect(JSON.stringify(description) + String(description)).not.toContain('hunter2');
});

test('no secret comes out of a connection that fails: not by message, stack, cause, inspection, JSON or warning', async () => {
  const secret = 'Xq7%Zw9/Kp';
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
  await using guarded = await startRedis({ listen: 'tcp', args: ['--requirepass', 'another'] });
  const told: unknown[] = [];
  const logger = { warn: (message: string) => void told.push(message) };
  for (const url of [
    `redis://ada:${encodeURIComponent(secret)}@127.0.0.1:1`,
    guarded.url.replace('://', `://:${encodeURIComponent(secret)}@`),
    `redis+sentinel://:${encodeURIComponent(secret)}@127.0.0.1:1/m?sentinelPassword=${encodeURIComponent(secret)}`,
    `redis+cluster://:${encodeURIComponent(secret)}@127.0.0.1:1`,
  ]) {
    const error = await createCache({ url, backends: [backends], logger }).catch((thrown: unknown) => thrown);
    told.push(error, (error as Error).stack, inspect(error, { depth: 9 }), JSON.stringify(error));
    const soft = createCache({ url, backends: [backends], logger, fallback: 'redis://127.0.0.1:1', onError: 'bypass' });
    told.push(inspect(await soft.catch((thrown: unknown) => thrown), { depth: 9 }));
  }
  expect(told.length).toBeGreaterThan(16);
  for (const output of told) for (const form of forms) expect(String(output)).not.toContain(form);
});

test('the logger of a configuration is told of outages of its server; without one, the process is', async () => {
  await using server = await startRedis({ listen: 'tcp' });
  const told: string[] = [];
  const logger = { warn: (message: string) => void told.push(message) };
  const warned: Error[] = [];
  const listen = (warning: Error): void => void warned.push(warning);
  process.on('warning', listen);
  await using one = await createCache({ url: server.url, backends: [backends], logger });
  await using several = await createCaches({ users: { url: `${server.url}/1`, backends: [backends], logger } });
  await using silent = await createCache({ url: `${server.url}/2`, backends: [backends] });
  await server.stop();
  for (const cache of [one, several.users, silent]) await expect(cache.get('a')).rejects.toThrow();
  const outage = /^redis at .+\. Until it is back, operations fail at once; trying again\.$/;
  const refused = /is the server running there\? Until it is back/;
  await expect.poll(() => told.length + warned.length).toBe(3);
  process.off('warning', listen);
  expect(told).toHaveLength(2);
  for (const line of told) expect(line).toMatch(line.includes('REFUSED') ? refused : outage);
  expect(warned[0]).toMatchObject({ name: 'CacheWarning', message: expect.stringContaining('Until it is back') });
});

test('settings without a URL are those of redis://, and one of another scheme says what names it, also among other problems', async () => {
  const hint =
    /CACHE_REDIS__PRIMARY: expected a parameter of redis:\/\/ .+; redis:\/\/ is meant as long as CACHE_URL names no other/;
  const env = { CACHE_REDIS__PRIMARY: 'mymaster' };
  await expect(createCache(cacheConfigFromEnv(env))).rejects.toThrow(hint);
  const both = { ...env, CACHE_TTL: 'hourly' };
  expect(() => cacheConfigFromEnv(both, { backends: [backends] })).toThrow(hint);
  expect(() => cacheConfigFromEnv(both, { backends: [backends] })).toThrow(/CACHE_TTL: expected a duration/);
  const named = { ...both, CACHE_URL: 'redis://h' };
  expect(() => cacheConfigFromEnv(named, { backends: [backends] })).not.toThrow(/is meant as long as/);
});
