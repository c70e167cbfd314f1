import { describe, expect, test } from 'vitest';
import {
  type BackendSchemes,
  backendFromUrl,
  CacheConfigError,
  createCache,
  defineScheme,
  dummyBackend,
} from '../../src/index.ts';
import { example } from './example-schemes.ts';

const options = { backends: [example] };

async function settingsOf(url: string): Promise<unknown> {
  const backend = (await backendFromUrl(url, options)) as unknown as { settings: unknown };
  return backend.settings;
}

async function messageOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CacheConfigError);
  return (error as Error).message;
}

describe('a URL becomes settings', () => {
  test('with the defaults where it says nothing', async () => {
    expect(await settingsOf('example://')).toEqual({
      host: 'localhost',
      port: 1234,
      db: 0,
      tls: false,
      wait: 500,
      mode: 'fast',
    });
  });

  test('each of its type (K1)', async () => {
    const url =
      'example://us%40er:p%3Aw@[::1]:99/3?token=t&max=Infinity&ratio=0.5&tls=Yes&wait=1.5s&idle=never&mode=exact&only=a,b';
    expect(await settingsOf(url)).toEqual({
      host: '::1',
      port: 99,
      username: 'us@er',
      password: 'p:w',
      token: 't',
      db: 3,
      max: Number.POSITIVE_INFINITY,
      ratio: 0.5,
      tls: true,
      wait: 1500,
      idle: null,
      mode: 'exact',
      only: ['a', 'b'],
    });
  });

  test.each(['true', 'TRUE', '1', 'yes', 'on', 't', 'y', 'Y'])('%s is true (K1)', async (word) => {
    expect(await settingsOf(`example://?tls=${word}`)).toMatchObject({ tls: true });
  });

  test.each(['false', '0', 'no', 'off', 'f', 'n', 'OFF'])('%s is false (K1)', async (word) => {
    expect(await settingsOf(`example://?tls=${word}`)).toMatchObject({ tls: false });
  });

  test('several hosts and a path of names', async () => {
    expect(await settingsOf('example+many://a:1,[::2]/group')).toEqual({
      hosts: [{ host: 'a', port: 1 }, { host: '::2' }],
      name: 'group',
    });
  });

  test('a file with spaces', async () => {
    expect(await settingsOf('example+file:///tmp/a%20b/c d.sock')).toEqual({ path: '/tmp/a b/c d.sock' });
  });
});

describe('a wrong URL is refused before anything is created, with the nearest right thing (C13)', () => {
  test.each([
    'exmaple://',
    'redsi://h',
    'mysql://h',
    'example://?maxx=1',
    'example://?max=0',
    'example://?max=1e3',
    'example://?max=',
    'example://?max=1.5',
    'example://?ratio=1.5',
    'example://?ratio=Infinity',
    'example://?tls=maybe',
    'example://?wait=5 minutes',
    'example://?wait=0',
    'example://?wait=never',
    'example://?idle=-1',
    'example://?mode=exakt',
    'example://?only=a,,b',
    'example://h?host=other',
    'example://a,b',
    'example://h/x',
    'example://h/-1',
    'example://h/1/2',
    'example://u:secret@/1',
    'example://?ttl=0',
    'example://?enabled=perhaps',
    'example://?max=0&ratio=7&mod=fast&ttl=x',
    'example+many://',
    'example+many://u:secret@a/group',
    'example+many://a/group/more',
    'example+file://',
    'example+file://tmp/sock',
    'dummy://h',
    'dummy:///path',
    'dummy://?max=1',
  ])('%s', async (url) => {
    const message = await messageOf(backendFromUrl(url, options));
    expect(message).not.toContain('secret');
    expect(message).toMatchSnapshot();
  });

  test('a backend has no prefix: that is the cache’s', async () => {
    expect(await messageOf(backendFromUrl('dummy://?prefix=a:'))).toBe(
      'url parameter "prefix": expected none, it belongs to a cache and this makes a backend; use createCache',
    );
  });
});

test('a backend has the serializer that its URL names above it', async () => {
  const backend = await backendFromUrl('example://?serializer=json://', options);
  expect(backend.stores).toBe('values');
  await expect(Promise.resolve().then(() => backend.set('a', () => 1))).rejects.toMatchObject({
    code: 'SERIALIZATION',
  });
});

test.each([null, undefined, 7, []])('what is no configuration at all is refused: %j', async (config) => {
  expect(await messageOf(createCache(config as never))).toMatch(
    /^config: expected a URL or an object with a url, got /,
  );
});

test('a cache by URL is started, and closed again when it does not start', async () => {
  const calls: string[] = [];
  const cache = await createCache('dummy://?prefix=app:&ttl=5m');
  expect(await cache.get('a')).toBeUndefined();
  await cache.close();

  const failing: BackendSchemes = {
    failing: defineScheme({
      scheme: 'failing',
      description: 'does not start',
      parameters: {},
      create: () => ({
        ...dummyBackend(),
        start: () => Promise.reject(new Error('no')),
        close() {
          calls.push('close');
        },
      }),
    }),
  };
  await expect(createCache({ url: 'failing://', backends: [failing] })).rejects.toMatchObject({
    code: 'BACKEND',
    cause: { message: 'no' },
  });
  expect(calls).toEqual(['close']);
});
