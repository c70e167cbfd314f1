import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe as chapter, expect, test } from 'vitest';
import { cacheConfigFromEnv, configFromUrl, configToUrl, describe } from '../../src/config/index.ts';
import { resolve } from '../../src/config/resolve.ts';
import { type BackendSchemes, createCache } from '../../src/index.ts';
import { example, fakeRedis } from './example-schemes.ts';

const backends = [example, fakeRedis()];

test('the effective configuration says of each value where it comes from, and no secret', async () => {
  const env = {
    CACHE_URL: 'redis://ada:hunter2@h:6380/2?connectTimeout=1s&ttl=1m',
    CACHE_REDIS__DB: '',
    CACHE_JITTER: '0.1',
    CACHE_MAX_VALUE_BYTES: 'Infinity',
  };
  const description = await describe({ ...cacheConfigFromEnv(env), ttl: '5m', backends });
  expect(String(description)).toMatchInlineSnapshot(`
    "redis://
      host            h         CACHE_URL host
      port            6380      CACHE_URL port
      username        ada       CACHE_URL user name
      password        ***       CACHE_URL password
      db              2         CACHE_URL path (db)
      tls             false     default
      timeout         500ms     default
      connectTimeout  1s        CACHE_URL parameter "connectTimeout"
      ttl             5m        code
      jitter          0.1       CACHE_JITTER
      maxValueBytes   Infinity  CACHE_MAX_VALUE_BYTES"
  `);
  expect(description.url).toMatchInlineSnapshot(
    `"redis://ada:***@h:6380/2?connectTimeout=1s&ttl=5m&jitter=0.1&maxValueBytes=Infinity"`,
  );
  expect(inspect(description, { depth: 9 }) + JSON.stringify(description)).not.toContain('hunter2');
});

test('of tiers too, whether a URL, a section or nothing names their backend', async () => {
  const env = {
    CACHE_URL: 'redis://h',
    CACHE_NEAR__NEAR_TTL: '5s',
    CACHE_FALLBACK: 'redis://:hunter2@i',
    CACHE_FALLBACK__MIRROR: 'always',
    CACHE_TIMEOUT__HARD: '3s',
  };
  const fromEnv = cacheConfigFromEnv(env);
  const memory = { memory: { ...example.example, scheme: 'memory', parameters: {} } } as BackendSchemes;
  const serializer = { name: 'own', serialize: () => '', deserialize: () => undefined };
  const code = {
    serializer,
    earlyExpiration: { beta: 2 },
    version: 3,
    timeout: { ...fromEnv.timeout, soft: '1s' as const },
    ttl: undefined,
    backends: [...backends, memory],
  };
  const description = await describe({ ...fromEnv, ...code });
  expect(String(description)).toMatchInlineSnapshot(`
    "redis://
      host                     h            CACHE_URL host
      port                     6379         default
      db                       0            default
      tls                      false        default
      timeout                  500ms        default
      connectTimeout           2s           default
      version                  3            code
      earlyExpiration          set in code  code
      serializer               own          code
      timeout.hard             3s           CACHE_TIMEOUT__HARD
      timeout.soft             1s           code
      near                     memory://    default
      near.nearTtl             5s           CACHE_NEAR__NEAR_TTL
      fallback                 redis://     CACHE_FALLBACK
      fallback.host            i            CACHE_FALLBACK host
      fallback.port            6379         default
      fallback.password        ***          CACHE_FALLBACK password
      fallback.db              0            default
      fallback.tls             false        default
      fallback.timeout         500ms        default
      fallback.connectTimeout  2s           default
      fallback.mirror          always       CACHE_FALLBACK__MIRROR"
  `);
  const bare = await describe({
    url: 'redis://h',
    near: { memory: {} },
    fallback: { redis: { host: 'i' } },
    backends: code.backends,
  });
  expect(bare.values.filter(({ name }) => name === 'near' || name === 'fallback')).toEqual([
    { name: 'near', value: 'memory://', from: 'default', where: undefined },
    { name: 'fallback', value: 'redis://', from: 'code', where: undefined },
  ]);
});

/** All that a URL says, its tiers included. */
async function resolved(text: string) {
  const { settings, cache, near, fallback } = await resolve({ url: { text, what: 'url', from: 'code' }, backends });
  const tier = (one: typeof near) => one && { scheme: one.scheme.scheme, settings: one.settings, options: one.cache };
  return { settings, cache, near: tier(near), fallback: tier(fallback) };
}

chapter('every form round-trips', () => {
  test.each([
    'redis://',
    'redis://h',
    'redis://:p%40ss%2Fword@h:7/3?connectTimeout=1s&ttl=1m&prefix=a:&serializer=json&jitter=0.5',
    'redis://user@[::1]:7',
    'example://?max=Infinity&idle=never&only=a,b&ratio=0.25&mode=exact&tls=true',
    'example+many://a:1,[::2],c/group',
    'example+file:///tmp/a b/c%2Fd.sock',
    'dummy://?enabled=false&onError=bypass',
    'redis://h?near=example://?max=7%26nearTtl=5s%26clone=true&ttl=1m',
    'redis://h?fallback=example+file:///tmp/a%2520b%3ffallbackTtl=1m%26errors=5%26mirror=errors-only%26lateWrites=0',
    'redis://:p%40ss@h?near=dummy%3A%2F%2F%3FnearTtl%3D5s&fallback=redis%3A%2F%2F%3Ap%252540ss%40i%3FprobeEvery%3D1s',
  ])('%s', async (url) => {
    const { settings, cache, ...tiers } = await resolved(url);
    const config = { ...(await configFromUrl(url, { backends })), backends };
    const again = await configToUrl(config);
    expect(await resolved(again)).toEqual({ settings, cache, ...tiers });
    await (await createCache(config)).close();
  });

  test('any settings whatever', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    const settings = fc.record(
      {
        host: fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/),
        port: fc.integer({ min: 1, max: 65_535 }),
        db: fc.nat(),
        username: text,
        password: text,
        token: text,
        max: fc.oneof(fc.integer({ min: 1 }), fc.constant(Number.POSITIVE_INFINITY)),
        ratio: fc.double({ min: 0, max: 1, noNaN: true }).map((ratio) => Math.round(ratio * 1e6) / 1e6),
        idle: fc.oneof(fc.nat(), fc.constant(null)),
        tls: fc.boolean(),
        only: fc.array(fc.stringMatching(/^[a-z@%/?#]{1,5}$/), { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(settings, async (given) => {
        const entries = Object.entries(given).map(
          ([name, value]) => [name, { value, where: name, from: 'code' as const }] as const,
        );
        const wanted = {
          url: { text: 'example://', what: 'url', from: 'code' as const },
          over: new Map(entries),
          backends,
        };
        const first = await resolve(wanted);
        const { settingsToUrl } = await import('../../src/config/settings-to-url.ts');
        const values = new Map(Object.entries(given));
        const printed = settingsToUrl(first.scheme, values, { also: {}, secrets: true });
        const second = await resolve({ url: { text: printed, what: 'url', from: 'code' }, backends });
        expect(second.settings).toEqual(first.settings);
      }),
    );
  });
});

test('no secret comes out, whatever else is wrong and however it is encoded', async () => {
  const hidden = 'Xq7Zw9Kp';
  const encoded = [...hidden].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
  const around = fc.constantFrom('', ':', '@', '/', '?', '#', '%', '&', '=', ',', '[', ']', ' ', '\n', '%40', 'a', '1');
  const part = fc.tuple(around, fc.constantFrom(hidden, encoded), around).map((parts) => parts.join(''));
  const tail = fc.constantFrom(
    '',
    '@h',
    '@h:1',
    '@h:0',
    '@h/0',
    '@h/x',
    '@h?ttl=x',
    '@h?tll=1',
    '@a,b',
    '@',
    '@[::1]:1',
  );
  const scheme = fc.constantFrom('redis', 'redsi', 'example', 'example+many', 'example+file', 'dummy');
  await fc.assert(
    fc.asyncProperty(scheme, fc.constantFrom('', 'user'), part, tail, async (name, user, secret, end) => {
      const url = `${name}://${user}:${secret}${end}`;
      // Right behind the last @ stands a host, and a host is told.
      const at = Math.max(url.indexOf(hidden), url.indexOf(encoded));
      fc.pre(!url.slice(0, at).includes('@') || url.slice(at).includes('@'));
      const outputs: unknown[] = [];
      for (const attempt of [
        () => createCache({ url, backends }),
        () => describe({ url, backends }),
        async () => createCache({ ...cacheConfigFromEnv({ CACHE_URL: url }), backends }),
        async () => createCache({ ...cacheConfigFromEnv({ CACHE_URL: 'dummy://', CACHE_FALLBACK: url }), backends }),
        () => createCache({ url: `redis://h?fallback=${encodeURIComponent(url)}`, backends }),
        () => describe({ url: 'redis://h', near: { url, nearTtl: '1s' }, backends }),
      ]) {
        const outcome = await attempt().catch((error: unknown) => error);
        outputs.push(inspect(outcome, { depth: 9 }), JSON.stringify(outcome), String(outcome));
        if (outcome instanceof Error) outputs.push(outcome.stack, inspect(outcome.cause));
      }
      for (const output of outputs)
        for (const form of [hidden, encoded, encodeURIComponent(hidden)]) expect(String(output)).not.toContain(form);
    }),
    { numRuns: process.env.CACHE_TEST_LONG === '1' ? 10_000 : 300 },
  );
}, 120_000);
