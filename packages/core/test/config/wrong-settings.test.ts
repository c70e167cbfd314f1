import { expect, test } from 'vitest';
import { type CacheConfig, cachesConfigFromEnv } from '../../src/config/index.ts';
import { CacheConfigError, createCaches } from '../../src/index.ts';
import { example, fakeRedis } from './example-schemes.ts';

// One page for a reviewer: wrong-settings.txt beside this file has every message as a user sees it. Each is judged by:
// what was expected, what came (never a secret), the nearest right thing, and where it came from.

const urls = [
  '',
  ' ',
  'memory',
  'hunter2',
  'redis:hunter2@h',
  ' redis://h',
  'redis://h\n',
  '1redis://h',
  'redsi://:hunter2@h',
  'rediss+cluster://h',
  'postgres://h',
  'redis://:hunter2@',
  'redis://:hunter2',
  'redis://user:hunter2',
  'redis://:hunter2@h:0',
  'redis://:hunter2@h:65536',
  'redis://:hunter2@h:6379x',
  'redis://:hunter2/x@h',
  'redis://:hunter2?x@h',
  'redis://:hunter2#x@h',
  'redis://:hunter2%@h',
  'redis://:hunter2%ff@h',
  'redis://::1:6379',
  'redis://[::1',
  'redis://[::g]',
  'redis://a b',
  'redis://a,b',
  'redis://a,,b',
  'redis://h/one',
  'redis://h/-1',
  'redis://h/1.5',
  'redis://h/1/2',
  'redis://h?',
  'redis://h?tls',
  'redis://h?=1',
  'redis://h?tls=1&tls=0',
  'redis://h/1?db=2',
  'redis://h?TLS=maybe',
  'redis://h?tls=maybe',
  'redis://h?timeout=soon',
  'redis://h?timeout=0',
  'redis://h?timeout=-1s',
  'redis://h?timeout=1e3',
  'redis://h?time-out=1s&prt=1',
  'redis://h?lazyConnect=true',
  'redis://h?ttl=0',
  'redis://h?ttl=5 min',
  'redis://h?tll=5m',
  'redis://h?jitter=1.5',
  'redis://h?refreshAhead=often',
  'redis://h?onError=ignore',
  'redis://h?isolate=clne',
  'redis://h?maxValueBytes=0',
  'redis://h?enabled=nope',
  'example://?max=0',
  'example://?max=10_000',
  'example://?ratio=2',
  'example://?mode=fats',
  'example://?only=a,,b',
  'example://?idle=sometimes',
  'example://?token=hunter2&tokn=hunter2',
  'example+many://',
  'example+many://a:hunter2/group',
  'example+many://u:hunter2@a/group/more',
  'example+file://',
  'example+file://tmp/x',
  'dummy://h/path?max=1',
  'redis://h?near=',
  'redis://h?near=memory',
  'redis://h?near=exmaple://&fallback=redis://:hunter2@i:0',
  'redis://h?near=example://?nearTTL=5s',
  'redis://h?near=example://?ttl=5s',
  'redis://h?near=example://?maxStaleness=soon%26max=0',
  'redis://h?near=example://&nearTtl=5s',
  'redis://h?fallback=example://?mirror=allways%26errors=0%26errorRate=2',
  'redis://h?fallback=example://?near=example://',
];

const variables: readonly Readonly<Record<string, string>>[] = [
  {},
  { CACHE_URL: 'redis://h', CACHE_TLL: '5m' },
  { CACHE_URL: 'redis://h', CACHE_TTL: 'hourly', CACHE_ENABLED: 'ja', CACHE_JITTER: '-1' },
  { CACHE_URL: 'redis://h', CACHE_REDIS__PROT: '7' },
  { CACHE_URL: 'redis://h', CACHE_REDIS__PORT: '70000', CACHE_REDIS__DB: 'x', CACHE_REDIS__TLS: 'x' },
  { CACHE_URL: 'redis://h', CACHE_REDSI__HOST: 'h' },
  { CACHE_URL: 'redis://h', CACHE_REDIS__PASSWORD_FILE: '/nowhere/hunter2' },
  { CACHE_URL: 'redis://h', CACHE_MEMORY__MAX: '1' },
  { CACHE_MEMORY__MAX: '1', CACHE_REDIS__HOST: 'h' },
  { CACHE_URL: 'redis://h', CACHE_CACHES__USERS__TLL: '5m', CACHE_CACHES__ORDERS__URL: 'redis://:hunter2@h:0' },
  { CACHE_URL: 'redis://h', cache_url: 'redis://i' },
  { CACHE_URL: 'redis://h', CACHE_NEAR: 'example://', CACHE_NEAR__URL: 'example://' },
  { CACHE_URL: 'redis://h', CACHE_NAER: 'memory://' },
  { CACHE_URL: 'redis://h', CACHE_NEAR__NEAR_TLL: '5s' },
  { CACHE_URL: 'redis://h', CACHE_NEAR__SOMETHING: '5s' },
  { CACHE_URL: 'redis://h', CACHE_NEAR__REDSI__HOST: 'h' },
  { CACHE_URL: 'redis://h', CACHE_FALLBACK__REDIS__PROT: '7', CACHE_FALLBACK__PROBE_EVERY: '1s' },
  { CACHE_URL: 'redis://h', CACHE_FALLBACK__PROBE_EVERY: 'often', CACHE_FALLBACK: 'redis://:hunter2@i:0' },
  { CACHE_URL: 'redis://h', CACHE_TTL: 'hourly', CACHE_REDIS__PROT: '7', CACHE_ENABELD: 'no' },
  { CACHE_URL: 'redis://:hunter2@h:0', CACHE_TLL: '5m', CACHE_REDIS__DB: 'x' },
  { CACHE_URL: 'redsi://:hunter2@h?ttl=x&tll=5m', CACHE_JITTER: '2', CACHE_NEAR__NEAR_TLL: '5s' },
  { CACHE_REDIS__PROT: '7', CACHE_TTL: 'hourly', CACHE_CACHES__USERS__REDIS__DB: 'x', CACHE_CACHES__USERS__TTL: '0' },
  { CACHE_URL_FILE: '/nowhere/hunter2', CACHE_REDIS__PROT: '7', CACHE_CACHES__USERS__TTL: '0' },
  { CACHE_URL_FILE: '/nowhere/hunter2', CACHE_CACHES__USERS__TTL: '0' },
  { CACHE_URL: 'redis://h', CACHE_REFRESH_AHEAD: '1', CACHE_CACHES__USERS__STALE_IF_ERROR: 'x' },
];

const configs: readonly unknown[] = [
  null,
  7,
  {},
  { ulr: 'memory://' },
  { url: 7 },
  { url: 'redis://h', ttl: '5 minutes' },
  { url: 'redis://h', ttl: true },
  { url: 'redis://h', ttl: { minute: 5 } },
  { url: 'redis://h', enabled: 'yes' },
  { url: 'redis://h', onError: 'ignore', isolate: 'deep' },
  { url: 'redis://h', jitter: '1' },
  { url: 'redis://h', timeout: { softly: 1 } },
  { url: 'redis://h', serializer: {} },
  { url: 'redis://h', schema: {}, clock: {}, logger: {} },
  { url: 'redis://h', backends: 'redis' },
  { url: 'redis://h', redis: { port: 'none', password: ['hunter2'], db: -1 } },
  { url: 'redis://h', redis: 'redis://:hunter2@h' },
  { redis: { scheme: 'redis+sock', host: 'h' } },
  { memory: {}, redis: {} },
  { url: 'redis://h', near: 7 },
  {
    url: 'redis://h',
    near: { url: 'example://', nearTll: '5s' },
    fallback: { url: 'redis://:hunter2@i', errors: 'many' },
  },
  { url: 'redis://h', near: { url: 'example://', nearTtl: '5 s', nearFor: 'all' } },
  { url: 'redis://h', fallback: { redis: { host: 'i', password: ['hunter2'] }, reconcile: 'merge' } },
  { url: 'redis://:hunter2@h:0', ttl: '5 minutes', near: { url: 'example://', nearTtl: 'x' } },
  { url: 'redsi://:hunter2@h?jitter=2', ttl: '5 minutes', redis: { port: 'none' }, fallback: 'redis://:hunter2@i:0' },
  { url: 7, redis: { prot: 7 }, jitter: 2 },
  { url: 'redis://h', timeout: { soft: 'soon' }, jitter: 2 },
  { url: 'redis://h', timeout: { soft: '2s', hard: '1s' }, near: { url: 'example://', nearTtl: 'x' } },
  { url: 'redis://h', earlyExpiration: { beta: -1 } },
];

const backends = [example, fakeRedis()];

async function messageOf(config: unknown): Promise<string> {
  const complete = typeof config === 'object' && config !== null ? { backends, ...config } : config;
  const error = await createCaches({ default: complete as CacheConfig }).catch((thrown: unknown) => thrown);
  return described(error);
}

function described(error: unknown): string {
  expect(error).toBeInstanceOf(CacheConfigError);
  const { message, stack } = error as Error;
  expect(stack).not.toContain('hunter2');
  // the list of what every cache has is the same in all of them
  return message
    .replaceAll(/ or of every cache \([^)]*\)/g, ' or of every cache (…)')
    .replaceAll(/expected one of url, [\w, ]*/g, 'expected one of url, …');
}

test('each of these wrong settings is refused with its own message', async () => {
  const page: string[] = [];
  for (const url of urls) page.push(`url ${JSON.stringify(url)}\n${await messageOf({ url })}`);
  for (const env of variables) {
    let message: string;
    try {
      message = await createCaches(cachesConfigFromEnv(env, { backends })).then(String, described);
    } catch (error) {
      message = described(error);
    }
    page.push(`variables ${JSON.stringify(env)}\n${message}`);
  }
  for (const config of configs) page.push(`config ${JSON.stringify(config)}\n${await messageOf(config)}`);
  expect(page.length).toBeGreaterThan(90);
  await expect(`${page.join('\n\n')}\n`).toMatchFileSnapshot('wrong-settings.txt');
});
