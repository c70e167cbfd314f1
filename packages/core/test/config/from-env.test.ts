import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cacheConfigFromEnv, cachesConfigFromEnv } from '../../src/config/index.ts';
import { CacheConfigError, createCache } from '../../src/index.ts';
import { fakeRedis } from './example-schemes.ts';

const folder = mkdtempSync(join(tmpdir(), 'cache-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function messageOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(CacheConfigError);
    return (error as Error).message;
  }
  throw new Error('expected a CacheConfigError');
}

describe('variables become a config, in any case of their letters (P14, R22)', () => {
  test.each([
    [{}, {}],
    [{ CACHE_URL: 'memory://', HOME: '/', PATH: 'x' }, { url: 'memory://' }],
    [
      { cache_url: 'memory://', Cache_Ttl: '5m' },
      { url: 'memory://', ttl: 300_000 },
    ],
    [
      { CACHE_TTL: 'never', CACHE_ENABLED: 'off' },
      { ttl: null, enabled: false },
    ],
    [
      { CACHE_STALE_WHILE_REVALIDATE: '1m', CACHE_MAX_VALUE_BYTES: '1000', CACHE_ON_ERROR: 'bypass' },
      { staleWhileRevalidate: 60_000, maxValueBytes: 1_000, onError: 'bypass' },
    ],
    [{ CACHE_TIMEOUT__SOFT: '100ms', CACHE_TIMEOUT__HARD: '1s' }, { timeout: { soft: 100, hard: 1_000 } }],
    [
      { CACHE_REDIS__HOST: 'h', CACHE_REDIS__CONNECT_TIMEOUT: '1s', CACHE_MEMORY__MAX: '7' },
      { redis: { host: 'h', connectTimeout: '1s' }, memory: { max: '7' } },
    ],
    [
      { CACHE_REDIS__USE_SSL: 'yes', CACHE_REDIS__KEY_PREFIX: 'app:', CACHE_REDIS__SOCKET_TIMEOUT: '2s' },
      { redis: { tls: 'yes', timeout: '2s' }, prefix: 'app:' },
    ],
    [{ CACHE_REDIS__USERNAME: '', CACHE_REDIS__PASSWORD: '', CACHE_URL: '' }, {}],
    [{ CACHE_PREFIX: '' }, { prefix: '' }],
    [{ CACHE_DIR: '/tmp', CACHE_KEY: 'secret', CACHE_DISABLED_BY_SOMEBODY: '1' }, {}],
    [{ CACHE_CACHES__USERS__URL: 'redis://h' }, {}],
    [
      { CACHE_NEAR: 'memory://?max=7', cache_near__near_ttl: '30s', CACHE_NEAR__CLONE: 'yes' },
      { near: { url: 'memory://?max=7', nearTtl: 30_000, clone: true } },
    ],
    [
      { CACHE_FALLBACK__MEMORY__MAX: '7', CACHE_FALLBACK__MAX_JOURNAL_ENTRIES: '5', CACHE_FALLBACK__LATE_WRITES: '0' },
      { fallback: { memory: { max: '7' }, maxJournalEntries: 5, lateWrites: 0 } },
    ],
    [{ CACHE_FALLBACK__REDIS__HOST: 'h', CACHE_NEAR: '' }, { fallback: { redis: { host: 'h' } } }],
  ])('%j', (env, config) => {
    expect({ ...cacheConfigFromEnv(env) }).toEqual(expect.objectContaining(config));
    expect(Object.keys(cacheConfigFromEnv(env)).sort()).toEqual(Object.keys(config).sort());
  });

  test('a backend for when no variable names one', () => {
    const url = 'memory://';
    expect(cacheConfigFromEnv({}, { url }).url).toBe(url);
    expect(cacheConfigFromEnv({ CACHE_URL: 'redis://h' }, { url }).url).toBe('redis://h');
    expect(cacheConfigFromEnv({ CACHE_REDIS__HOST: 'h' }, { url }).url).toBeUndefined();
  });

  test('variables that are none, and options that do not exist', async () => {
    expect(await messageOf(() => cacheConfigFromEnv(null as never))).toBe(
      'env: expected variables by name, such as process.env, got null',
    );
    expect(await messageOf(() => cachesConfigFromEnv({}, { prefx: 'APP_' } as never))).toBe(
      'cacheConfigFromEnv: expected one of prefix, url, backends, got the unknown option "prefx"',
    );
  });

  test('what keys begin with, where names of variables are begun', async () => {
    expect(await messageOf(() => cacheConfigFromEnv({ CACHE_URL: 'redis://h' }, { prefix: 'app:' }))).toBe(
      'cacheConfigFromEnv: prefix: expected what the names of variables begin with, such as CACHE_, got "app:"; what keys begin with stands beside it: createCache({ prefix: \'app:\', ...cacheConfigFromEnv() })',
    );
  });

  test('under another prefix', () => {
    expect({ ...cacheConfigFromEnv({ MY_URL: 'memory://', CACHE_URL: 'x' }, { prefix: 'MY_' }) }).toMatchObject({
      url: 'memory://',
    });
  });

  test('a value from a file, without the line break at its end', () => {
    const password = file('password', 'hunter2\n');
    const env = {
      CACHE_REDIS__PASSWORD_FILE: password,
      CACHE_URL_FILE: file('url', 'memory://'),
      CACHE_FALLBACK__REDIS__PASSWORD_FILE: password,
    };
    expect({ ...cacheConfigFromEnv(env) }).toMatchObject({
      redis: { password: 'hunter2' },
      url: 'memory://',
      fallback: { redis: { password: 'hunter2' } },
    });
  });

  test('several caches by name', () => {
    const env = {
      CACHE_URL: 'memory://',
      CACHE_CACHES__USERS__TTL: '5m',
      CACHE_CACHES__USERS__REDIS__HOST: 'h',
      cache_caches__Orders__url: 'redis://o',
    };
    const { default: main, users, orders, ...rest } = cachesConfigFromEnv(env);
    expect([{ ...main }, { ...users }, { ...orders }]).toMatchObject([
      { url: 'memory://' },
      { ttl: 300_000, redis: { host: 'h' } },
      { url: 'redis://o' },
    ]);
    expect(rest).toEqual({});
  });

  test('spakky’s own variables mean what they meant there: seconds, and its defaults (K1, R22)', async () => {
    const env = {
      SPAKKY_REDIS__HOST: 'h',
      spakky_redis__socket_timeout: '2.5',
      SPAKKY_REDIS__USE_SSL: 't',
      SPAKKY_REDIS__DB: '3',
    };
    const config = cacheConfigFromEnv(env, { prefix: 'SPAKKY_REDIS__' });
    expect({ ...config }).toMatchObject({
      prefix: 'spakky:cache:',
      redis: { host: 'h', timeout: 2_500, tls: 't', db: '3' },
    });
    const unsaid = cacheConfigFromEnv({}, { prefix: 'SPAKKY_REDIS__' });
    expect({ ...unsaid }).toMatchObject({ prefix: 'spakky:cache:', redis: { host: 'localhost', timeout: 5_000 } });
    const cache = await createCache({ ...config, backends: [fakeRedis()] });
    expect(cache.prefix).toBe('spakky:cache:');
  });
});

describe('what code says wins over variables, and they over the parameters of a URL', () => {
  test('a ttl', async () => {
    const env = { CACHE_URL: 'redis://h?ttl=1m&prefix=a:', CACHE_PREFIX: 'b:' };
    const cache = await createCache({ ...cacheConfigFromEnv(env), backends: [fakeRedis()] });
    expect(cache.prefix).toBe('b:');
    const again = await createCache({ ...cacheConfigFromEnv(env), prefix: 'c:', backends: [fakeRedis()] });
    expect(again.prefix).toBe('c:');
  });

  test('a password beside the URL', async () => {
    const diary: string[] = [];
    const env = { CACHE_URL: 'redis://h/2', CACHE_REDIS__PASSWORD: 'p' };
    await createCache({ ...cacheConfigFromEnv(env), backends: [fakeRedis(diary)] });
    expect(diary).toEqual(['create h/2', 'start h/2']);
  });
});

describe('a wrong variable is named, with the nearest right one', () => {
  test.each([
    { CACHE_TLL: '5m' },
    { CACHE_ULR: 'memory://' },
    { CACHE_TTL: '5 minutes' },
    { CACHE_TTL: '0' },
    { CACHE_ENABLED: 'perhaps' },
    { CACHE_ON_ERROR: 'bypas' },
    { CACHE_REDSI__HOST: 'h' },
    { CACHE_SOMETHING__ELSE: 'x' },
    { CACHE_REDIS__HOST__NAME: 'x' },
    { CACHE_TIMEOUT__SOFTT: '1s' },
    { CACHE_TIMEOUT__SOFT: 'soon' },
    { CACHE_CACHES__USERS__ULR: 'x' },
    { CACHE_CACHES__USERS__SOMETHING: 'x' },
    { CACHE_CACHES__USERS__REDSI__HOST: 'x' },
    { CACHE_CACHES__USERS: 'x' },
    { CACHE_TTL: '5m', cache_ttl: '6m' },
    { CACHE_PREFIX: 'a:', CACHE_REDIS__KEY_PREFIX: 'b:' },
    { CACHE_REDIS__PASSWORD_FILE: '/nowhere/hunter2' },
    { CACHE_REDIS__PASSWORD_FILE: `/${'x'.repeat(300)}` },
    { CACHE_NEAR__MEMORY__MAX__SIZE: '1' },
    { CACHE_TLL: '5m', CACHE_ENABLED: 'perhaps', CACHE_JITTER: '2' },
  ])('%j', async (env) => {
    const message = await messageOf(() => cacheConfigFromEnv(env));
    expect(message).not.toContain('hunter2');
    expect(message).toMatchSnapshot();
  });

  test.each([
    {},
    { CACHE_URL: 'redsi://h' },
    { CACHE_URL: 'redis://:hunter2@h:0' },
    { CACHE_URL: 'redis://:hunter2@h?tmeout=1s' },
    { CACHE_REDIS__PROT: '1' },
    { CACHE_REDIS__PORT: 'hunter' },
    { CACHE_REDIS__PORT: '0', CACHE_REDIS__DB: '-1', CACHE_REDIS__TLS: 'maybe', CACHE_REDIS__TIMEOUT: 'soon' },
    { CACHE_URL: 'dummy://', CACHE_REDIS__HOST: 'h', CACHE_REDIS__PASSWORD: 'hunter2' },
    { CACHE_MEMORY__MAX: '1', CACHE_REDIS__HOST: 'h' },
  ])('and so are settings of the backend: %j', async (env) => {
    const message = await messageOf(() => createCache({ ...cacheConfigFromEnv(env), backends: [fakeRedis()] }));
    expect(message).not.toContain('hunter2');
    expect(message).toMatchSnapshot();
  });

  test('spakky’s other variables are its own', () => {
    expect(cacheConfigFromEnv({ SPAKKY_REDIS__HEALTH_CHECK: '1' }, { prefix: 'SPAKKY_REDIS__' }).redis).toEqual({
      host: 'localhost',
      timeout: 5_000,
    });
  });

  test.each([
    { SPAKKY_REDIS__PROT: '1' },
    { SPAKKY_REDIS__SOCKET_TIMEOUT: '0' },
    { SPAKKY_REDIS__SOCKET_TIMEOUT: '5s' },
    { SPAKKY_REDIS__HOST__NAME: 'x' },
  ])('and spakky’s: %j', async (env) => {
    expect(await messageOf(() => cacheConfigFromEnv(env, { prefix: 'SPAKKY_REDIS__' }))).toMatchSnapshot();
  });
});
