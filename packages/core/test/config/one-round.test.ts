import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheParameters } from '../../src/config/cache-parameters.ts';
import { cacheConfigFromEnv, cachesConfigFromEnv, type Environment } from '../../src/config/index.ts';
import type { Asking } from '../../src/config/load-package.ts';
import { requiring } from '../../src/config/require-package.ts';
import { CacheConfigError, createCache, createCaches } from '../../src/index.ts';
import { example, fakeRedis } from './example-schemes.ts';
import { programFolder } from './program-folder.ts';

const everyCache = Object.keys(cacheParameters).join(', ');

const right = {
  CACHE_URL: 'redis://h',
  CACHE_NEAR: 'example://',
  CACHE_NEAR__NEAR_TTL: '5s',
  CACHE_FALLBACK: 'redis://i',
};

/** Each is one mistake, of which the message begins with what stands beside it, or with the variable. */
const mistakes: readonly (readonly [variable: string, value: string, origin?: string])[] = [
  ['CACHE_TTL', 'hourly'],
  ['CACHE_JITTER', '2'],
  ['CACHE_ENABELD', 'no'],
  ['CACHE_REDSI__HOST', 'h'],
  ['CACHE_REDIS__PROT', '1'],
  ['CACHE_REDIS__PORT', 'none'],
  ['CACHE_REDIS__PASSWORD_FILE', '/nowhere'],
  ['CACHE_SERIALIZER', 'yaml'],
  ['CACHE_MEMORY__MAX', '1'], // of another backend
  ['CACHE_NEAR', 'example://?maxx=1', 'CACHE_NEAR parameter "maxx"'],
  ['CACHE_NEAR__NEAR_TTL', 'x'],
  ['CACHE_NEAR__MAX_STALENES', '5s'],
  ['CACHE_FALLBACK', 'redis://i:0', 'CACHE_FALLBACK: port'],
  ['CACHE_FALLBACK__REDIS__DB', 'x'],
  ['CACHE_FALLBACK__MIRROR', 'x'],
  ['CACHE_CACHES__USERS__TTL', '0'],
  ['CACHE_CACHES__USERS__REDIS__PROT', '1'],
  ['CACHE_CACHES__USERS__SERIALIZER', 'toml'],
  ['CACHE_CACHES__ORDERS__URL', 'redsi://h'],
  ['CACHE_CACHES__ORDERS__STALE_IF_ERROR', 'x'],
  ['CACHE_CACHES__ORDERS__SCHEMA', 'x'],
];

async function problemsOf(env: Environment): Promise<readonly string[]> {
  try {
    const caches = await createCaches(cachesConfigFromEnv(env, { backends: [example, fakeRedis()] }));
    await caches.close();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(CacheConfigError);
    const [first = '', ...listed] = (error as Error).message.split('\n');
    return listed.length === 0 ? [first] : listed.map((line) => line.slice('- '.length));
  }
}

const { install } = programFolder();

const serializers = `
  export function serializerFromUrl(url) {
    throw Object.assign(new Error('expected another scheme than ' + url), { name: 'CacheConfigError' });
  }`;

test('whatever is wrong with the variables is told in one error, once each, and nothing else', async () => {
  await install('@cache/serializers', serializers);
  await fc.assert(
    fc.asyncProperty(fc.subarray([...mistakes]), async (made) => {
      const problems = await problemsOf({ ...right, ...Object.fromEntries(made) });
      const origins = made.map(([variable, , origin = variable]) => origin);
      for (const origin of origins)
        expect(problems.filter((problem) => problem.startsWith(origin)).length, origin).toBe(1);
      expect(problems.length).toBe(made.length);
    }),
    { numRuns: 300, verbose: 1 },
  );
});

describe('what a package knows is told with the rest, by variables alone', () => {
  const redis = `
    const parameters = { port: { type: 'integer', min: 1, description: 'its port' } };
    export const backends = { redis: { scheme: 'redis', description: '', parameters, create() {} } };`;
  const env = { CACHE_URL: 'redis://', CACHE_TTL: 'hourly', CACHE_REDIS__PORT: 'none', CACHE_REDIS__PROT: '1' };

  function messageOf(variables: Environment): string {
    try {
      cacheConfigFromEnv(variables);
    } catch (error) {
      expect(error).toBeInstanceOf(CacheConfigError);
      return (error as Error).message;
    }
    return '';
  }

  test('the package is loaded at once', async () => {
    await install('@cache/redis', redis);
    await install('@cache/serializers', serializers);
    expect(messageOf({ ...env, CACHE_SERIALIZER: 'yaml' })).toBe(
      `the configuration has 4 problems:
- CACHE_TTL: expected a duration (milliseconds, or 250ms 1.5s 5m 2h 7d) or never, got "hourly"
- CACHE_SERIALIZER: expected another scheme than yaml://
- CACHE_REDIS__PROT: expected a parameter of redis:// (port) or of every cache (${everyCache}); did you mean "port"?
- CACHE_REDIS__PORT: expected an integer of at least 1, got "none"`,
    );
  });

  test('one that has no such scheme, or a serializer that fails by mistake, is told as that', async () => {
    await install('@cache/redis', redis);
    await install('@cache/serializers', `export function serializerFromUrl() { throw new TypeError('a mistake') }`);
    expect(messageOf({ ...env, CACHE_URL: 'rediss://' })).toContain(
      '\n- CACHE_URL: @cache/redis is installed and has no scheme rediss://; expected a version of it that fits this @cache/core',
    );
    await expect(createCache('redis+unix:///tmp/x')).rejects.toThrow(
      /^url: @cache\/redis is installed and has no scheme/,
    );
    expect(() => cacheConfigFromEnv({ ...env, CACHE_SERIALIZER: 'yaml://?x=1' })).toThrow(TypeError);
  });

  test('and only where something else is wrong: a program that is right imports it when it creates the cache', async () => {
    await install('@cache/redis', `globalThis.loadedTooEarly = true; ${redis}`);
    expect(messageOf({ ...env, CACHE_TTL: '5m' })).toBe('');
    expect(globalThis).not.toHaveProperty('loadedTooEarly');
  });

  test('that it, or what it needs, is not installed is one of the problems', async () => {
    await install('@cache/redis', `import 'ioredis'; ${redis}`);
    expect(messageOf(env)).toMatch(
      /\n- CACHE_TTL: .*\n- CACHE_URL: redis:\/\/ needs @cache\/redis and ioredis: \S+ \w+ ioredis \(a bundled application passes `backends` here too\)$/,
    );
    const own = { name: '@cache-test/backend', peers: ['cache-test-client'] };
    const asking = function* (): Asking<unknown> {
      return yield { from: own, need: 'test://' };
    };
    expect(() => requiring(asking())).toThrow(
      /^test:\/\/ needs @cache-test\/backend and cache-test-client: \S+ \w+ @cache-test\/backend cache-test-client \(/,
    );
    await install(own.name, 'export const answer = 42;');
    expect(requiring(asking())).toMatchObject({ answer: 42 });
  });

  test.each([
    ['has to be waited for', `await Promise.resolve(); ${redis}`],
    ['breaks while it is loaded', `throw new Error('broken on purpose');`],
  ])('one that %s is left for createCache to tell of', async (_, source) => {
    await install('@cache/redis', source);
    expect(messageOf(env)).toMatch(/^CACHE_TTL: expected a duration [^\n]*$/);
  });

  test('what is missing may come from code, and is no problem yet', () => {
    expect(messageOf({ CACHE_TTL: 'hourly' })).toMatch(/^CACHE_TTL: [^\n]*$/);
    expect(messageOf({ CACHE_TTL: 'hourly', CACHE_MEMORY__MAX: '1', CACHE_REDIS__PORT: '1' })).toMatch(
      /^CACHE_TTL: [^\n]*$/,
    );
  });
});
