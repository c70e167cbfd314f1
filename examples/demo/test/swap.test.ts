import { randomUUID } from 'node:crypto';
import { createCache } from '@cache/core';
import { cacheConfigFromEnv } from '@cache/core/config';
import {
  type Certificates,
  freePort,
  makeCertificates,
  type RedisCluster,
  type RedisSentinels,
  type RedisServer,
  startRedis,
  startRedisCluster,
  startRedisSentinels,
} from '@cache-internal/lab';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { build } from './program.ts';

/** What a program does with its cache, whatever that is: the same calls, and answers that are right either way. */
async function program(env: Readonly<Record<string, string>>): Promise<void> {
  await using cache = await createCache<{ readonly name: string }>(cacheConfigFromEnv(env));
  const keeps = !env.CACHE_URL?.startsWith('dummy');
  const ada = { name: 'Ada' };

  let loads = 0;
  const load = async (): Promise<{ readonly name: string }> => {
    loads++;
    return ada;
  };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => cache.getOrSet('user:1', load, { tags: ['users'] })),
  );
  expect(answers).toEqual(Array.from({ length: 20 }, () => ada));
  expect(loads).toBe(1);
  expect(await cache.get('user:1')).toEqual(keeps ? ada : undefined);

  await cache.invalidateTags(['users']);
  expect(await cache.has('user:1')).toBe(false);

  await cache.setMany([
    ['a', ada],
    ['b', { name: 'Bob' }],
  ]);
  expect(await cache.getMany(['b', 'a', 'none'])).toEqual(
    new Map(
      keeps
        ? [
            ['b', { name: 'Bob' }],
            ['a', ada],
          ]
        : [],
    ),
  );
  expect(await cache.set('a', ada, { ttl: '1m', ifNotExists: true })).toBe(!keeps);
  expect(await cache.delete('a')).toBe(keeps);
  expect(await cache.lookup('a')).toEqual({ hit: false });

  const names = cache.namespace<number>('numbers');
  await names.set('one', 0);
  await cache.clear();
  expect(await names.get('one', -1)).toBe(-1);
}

let certificates: Certificates;
let server: RedisServer;
let onSocket: RedisServer;
let tls: RedisServer;
let cluster: RedisCluster;
let sentinels: RedisSentinels;
beforeAll(async () => {
  build(); // core imports the packages of the schemes as an application has them
  certificates = await makeCertificates();
  const port = await freePort();
  const { cert, key } = certificates.server;
  const words = ['--port', '0', '--tls-port', `${port}`, '--tls-cert-file', cert, '--tls-key-file', key];
  const others = ['--tls-ca-cert-file', certificates.ca, '--tls-auth-clients', 'no'];
  tls = await startRedis({ listen: 'tcp', port, args: [...words, ...others] });
  server = await startRedis({ listen: 'tcp' });
  onSocket = await startRedis();
  cluster = await startRedisCluster();
  sentinels = await startRedisSentinels();
}, 120_000);
afterAll(async () => {
  await Promise.all([
    server?.stop(),
    onSocket?.stop(),
    tls?.stop(),
    cluster?.stop(),
    sentinels?.stop(),
    certificates?.[Symbol.asyncDispose](),
  ]);
});

const near = 'memory://?max=1000';
const fallback = 'memory://?max=500&errors=2';
const ofRun = inject('redis');
const variables: readonly (readonly [string, () => Readonly<Record<string, string>>])[] = [
  ['memory', () => ({ CACHE_URL: 'memory://?max=1000' })],
  ['memory that serializes', () => ({ CACHE_URL: 'memory://?serializer=msgpack%2Bzlib' })],
  ['dummy', () => ({ CACHE_URL: 'dummy://' })],
  ['the Redis of this run', () => ({ CACHE_URL: ofRun.url })],
  ['redis://', () => ({ CACHE_URL: server.url })],
  ['redis+unix://', () => ({ CACHE_URL: onSocket.url })],
  [
    'rediss://',
    () => ({ CACHE_URL: `${tls.url.replace('redis:', 'rediss:')}?ca=${encodeURIComponent(certificates.ca)}` }),
  ],
  ['redis+cluster://', () => ({ CACHE_URL: cluster.url })],
  ['redis+sentinel://', () => ({ CACHE_URL: sentinels.url })],
  ['a near tier', () => ({ CACHE_URL: server.url, CACHE_NEAR: near })],
  ['a near tier, in the one URL', () => ({ CACHE_URL: `${server.url}?near=${encodeURIComponent(near)}` })],
  ['a near tier over a cluster', () => ({ CACHE_URL: cluster.url, CACHE_NEAR: near })],
  ['a near tier over Sentinels', () => ({ CACHE_URL: sentinels.url, CACHE_NEAR: near })],
  ['a fallback', () => ({ CACHE_URL: onSocket.url, CACHE_FALLBACK: fallback })],
  ['another server as the fallback', () => ({ CACHE_URL: server.url, CACHE_FALLBACK: onSocket.url })],
  ['a near tier in front of both', () => ({ CACHE_URL: server.url, CACHE_NEAR: near, CACHE_FALLBACK: fallback })],
  [
    'both, with msgpack',
    () => ({
      CACHE_URL: server.url,
      CACHE_NEAR__MEMORY__MAX: '9',
      CACHE_FALLBACK__MEMORY__MAX: '9',
      CACHE_SERIALIZER: 'msgpack',
    }),
  ],
];
test.each(variables)('one program runs on %s, by variables alone', async (_, env) => {
  await program({ ...env(), CACHE_PREFIX: `${ofRun.prefix}${randomUUID()}:` });
});

test('one program runs on settings without a URL, with the password in a file', async () => {
  await using server = await startRedis({ listen: 'tcp', args: ['--requirepass', 'hunter2'] });
  const { port } = server.address as { readonly port: number };
  await program({
    CACHE_REDIS__HOST: '127.0.0.1',
    CACHE_REDIS__PORT: `${port}`,
    CACHE_REDIS__PASSWORD: 'hunter2',
    CACHE_PREFIX: 'p:',
  });
});
