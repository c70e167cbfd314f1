import { createCache } from '@cache/core';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cache, cacheOnTerminal, cacheProcess } from './bin.ts';
import { build } from './program.ts';

let server: RedisServer;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  build();
  server = await startRedis({ listen: 'tcp', args: ['--requirepass', 'hunter2'] });
  const url = server.url.replace('://', '://:hunter2@');
  env = { CACHE_URL: url, CACHE_PREFIX: 'app:', CACHE_SERIALIZER: 'msgpack', CACHE_CACHES__OTHER__TTL: '1m' };
}, 60_000);
afterAll(() => server.stop());

beforeEach(async () => {
  await using entries = await createCache(`${env.CACHE_URL}?prefix=app:&serializer=msgpack`);
  await entries.clear();
  await entries.set('user:1', { name: 'Ada', born: new Date(0) }, { ttl: '2h', tags: ['people'] });
  await entries.set('user:2', { name: 'Bob' });
  await entries.set('order:1', 7n);
  await entries.set('other:x', 'of the other cache');
});

const left = async (): Promise<string[]> => {
  await using entries = await createCache(`${env.CACHE_URL}?prefix=app:`);
  const keys: string[] = [];
  for await (const key of entries.keys()) keys.push(key);
  return keys.sort();
};

describe('cache inspect', () => {
  test('shows one entry: its key on the server, bytes, times, tags and value', async () => {
    const { status, stdout, stderr } = await cache(['inspect', 'user:1'], env);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^key +app:user:1$/m);
    expect(stdout).toMatch(/^bytes +\d+$/m);
    expect(stdout).toMatch(/^fresh for +(2h|1h 59m( \d+s)?)$/m);
    expect(stdout).toMatch(/^tags +people$/m);
    expect(stdout).toMatch(/^value +\{ name: 'Ada', born: 1970-01-01T00:00:00.000Z \}$/m);
  });

  test('as one JSON document, where what JSON cannot carry is text', async () => {
    expect(JSON.parse((await cache(['inspect', 'user:2', '--json'], env)).stdout)).toMatchObject({
      key: 'app:user:2',
      found: true,
      freshFor: null,
      tags: [],
      value: { name: 'Bob' },
    });
    expect(JSON.parse((await cache(['inspect', 'order:1', '--json'], env)).stdout)).toMatchObject({ value: '7n' });
  });

  test('of one of the caches that the variables name, also of one that is switched off', async () => {
    const { stdout } = await cache(['inspect', 'x', '--cache', 'other'], { ...env, CACHE_ENABLED: 'false' });
    expect(stdout).toMatch(/^value +'of the other cache'$/m);
    const { status, stderr } = await cache(['inspect', 'x', '--cache', 'otter'], env);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '--cache: expected one of default, other, got "otter"\n' });
  });

  test.each([
    [['inspect', 'nobody'], 1, /^app:nobody: no entry\n$/],
    [['inspect', ''], 1, /^key: expected a non-empty string/],
    [['inspect'], 2, /missing required argument 'key'/],
    [['inspect', 'user:1', '--url', 'redis://:wrong@127.0.0.1:1'], 1, /ECONNREFUSED/],
    [['inspect', 'user:1', '--url', 'memory://'], 1, /^memory:\/\/ is in the process that uses it/],
  ])('%j ends with %i and a sentence', async (words, code, message) => {
    const { status, stdout, stderr } = await cache(words, env);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/hunter2|wrong|^\s+at /m);
  });

  test('an entry that cannot be read is an error that names it', async () => {
    const { status, stderr } = await cache(['inspect', 'user:1'], { ...env, CACHE_SERIALIZER: 'json' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^entry of key "app:user:1": expected bytes that json wrote/);
  });
});

describe('cache keys', () => {
  test('lists keys without the prefix of the cache', async () => {
    const { status, stdout, stderr } = await cache(['keys', 'user:'], env);
    expect({ status, lines: stdout.trim().split('\n').sort() }).toEqual({ status: 0, lines: ['user:1', 'user:2'] });
    expect(stderr).toBe('2 keys\n');
    expect(JSON.parse((await cache(['keys', '--json'], env)).stdout)).toHaveLength(4);
  });

  test('no more than were asked for', async () => {
    const { stdout, stderr } = await cache(['keys', '--limit', '1'], env);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toBe('1 key, perhaps more\n');
    expect(await cache(['keys', '--limit', 'some'], env)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('expected a number of at least 1'),
    });
  });
});

describe('cache clear', () => {
  test('without a terminal it removes nothing unless told --yes', async () => {
    expect(await cache(['clear', 'user:'], env)).toMatchObject({
      status: 2,
      stderr: 'clear: expected --yes, since there is no terminal to ask on\n',
    });
    expect(cacheProcess(['clear', 'user:'], env, 'y\n').status).toBe(2);
    expect(await left()).toHaveLength(4);
    expect(await cache(['clear', 'user:', '--yes'], env)).toMatchObject({ status: 0, stderr: 'Removed 2 entries.\n' });
    expect(await left()).toEqual(['order:1', 'other:x']);
    expect(JSON.parse((await cache(['clear', '', '--yes', '--json'], env)).stdout)).toEqual({ cleared: 'app:' });
    expect(await left()).toEqual([]);
  });

  // where there is no `script` to make a terminal, the test above is all there is
  const linux = process.platform === 'linux';
  const why = linux ? '' : ' (skipped: only Linux has the script that makes a terminal)';
  test.runIf(linux)(`on a terminal it asks, and takes only yes for a yes${why}`, async () => {
    const question =
      /Remove 2 entries whose keys begin with app:user: from redis:\/\/:\*\*\*@127\.0\.0\.1:\d+\S*\? \[y\/N\]/;
    for (const answer of ['\r', 'n\r', 'yesterday\r', '\u0003', '\u0004']) {
      const { code, shown } = await cacheOnTerminal(['clear', 'user:'], env, answer);
      expect(shown).toMatch(question);
      expect(shown).toContain('Nothing was removed.');
      expect(shown).not.toContain('hunter2');
      expect(code).toBe(1);
    }
    expect(await left()).toHaveLength(4);
    const { code, shown } = await cacheOnTerminal(['clear', 'user:'], env, 'y\r');
    expect({ code, removed: shown.includes('Removed 2 entries.') }).toEqual({ code: 0, removed: true });
    expect(await left()).toEqual(['order:1', 'other:x']);
  });
});
