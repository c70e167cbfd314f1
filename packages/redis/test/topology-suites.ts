import { readFileSync } from 'node:fs';
import type { Wire } from '@cache/core';
import { describeBackend, type MakeSubject } from '@cache/core/testing';
import {
  freePort,
  ioredisAddress,
  makeCertificates,
  startRedis,
  startRedisCluster,
  startRedisSentinels,
} from '@cache-internal/lab';
import { Cluster, Redis } from 'ioredis';
import { afterAll, describe, inject, it } from 'vitest';
import { redisCapabilities as capabilities, redisSubject } from './redis-subject.ts';
import { jsonValues, tiersSubject } from './tiers/tiers-subject.ts';

// What `@cache/redis` and these suites import as ioredis is what the test file that calls them says it is.

const long = process.env.CACHE_TEST_LONG === '1';

function keepsTheContract(name: string, subject: MakeSubject<Wire>, prefix = ''): void {
  describeBackend(name, subject, { ...capabilities, prefix }, { describe, it });
}

/** A near tier above the same; only in the long command, since the contract is the same and the server is what differs. */
function tiersKeepTheContract(name: string, subject: MakeSubject<unknown>): void {
  if (long) describeBackend(`${name}, two tiers`, subject, { ...capabilities, values: jsonValues }, { describe, it });
}

/** The least a user needs for everything but administration; docs/redis.md says what is for what. */
export const LEAST_RIGHTS: readonly string[] = [
  ...['~kit:*', '~?{tags}*', '&?wake', '&__redis__:invalidate'],
  ...['+ping', '+time', '+client|info', '+client|kill', '+client|id', '+client|tracking', '+subscribe', '+publish'],
  ...['+get', '+mget', '+set', '+unlink', '+pttl', '+pexpire', '+persist', '+getrange', '+setrange', '+scan'],
  ...['+evalsha', '+eval', '+zadd', '+zrange', '+zrevrange', '+zscore', '+zcard', '+zremrangebyrank'],
];

export function oneServer(library: string): void {
  const { url, prefix } = inject('redis');
  const admin = new Redis(ioredisAddress(url));
  afterAll(() => admin.disconnect());
  keepsTheContract(`${library} on a unix socket`, redisSubject({ url }, admin), prefix);
}

export async function cluster(library: string): Promise<void> {
  const servers = await startRedisCluster();
  const admin = new Cluster([...servers.addresses]);
  const client = new Cluster([...servers.addresses], { enableAutoPipelining: true });
  afterAll(async () => {
    admin.disconnect();
    client.disconnect();
    await servers.stop();
  });
  keepsTheContract(`${library} on a cluster`, redisSubject({ url: servers.url }, admin));
  tiersKeepTheContract(`${library} on a cluster`, tiersSubject({ url: servers.url }, admin));
  if (long)
    keepsTheContract(`${library} with a client of a cluster that it was given`, redisSubject({ client }, admin));
}

export async function sentinel(library: string): Promise<void> {
  const servers = await startRedisSentinels();
  const admin = new Redis({ sentinels: [...servers.addresses], name: servers.primary });
  afterAll(async () => {
    admin.disconnect();
    await servers.stop();
  });
  keepsTheContract(`${library} by sentinels`, redisSubject({ url: servers.url }, admin));
  tiersKeepTheContract(`${library} by sentinels`, tiersSubject({ url: servers.url }, admin));
}

export async function tlsAndRights(library: string): Promise<void> {
  const pem = await makeCertificates();
  const port = await freePort();
  const files = ['--tls-cert-file', pem.server.cert, '--tls-key-file', pem.server.key, '--tls-ca-cert-file', pem.ca];
  const server = await startRedis({
    listen: 'tcp',
    port,
    args: ['--port', '0', '--tls-port', String(port), ...files],
  });
  const tls = { ca: readFileSync(pem.ca), cert: readFileSync(pem.client.cert), key: readFileSync(pem.client.key) };
  const admin = new Redis({ host: 'localhost', port, tls });
  await admin.call('ACL', 'SETUSER', 'app', 'reset', 'on', '>p@ss:word', 'resetkeys', 'resetchannels', ...LEAST_RIGHTS);
  afterAll(async () => {
    admin.disconnect();
    await server.stop();
    await pem[Symbol.asyncDispose]();
  });
  const query = `ca=${pem.ca}&cert=${pem.client.cert}&key=${pem.client.key}`;
  const url = `rediss://app:${encodeURIComponent('p@ss:word')}@localhost:${port}?${query}`;
  keepsTheContract(`${library} over TLS, with a client certificate and the least rights`, redisSubject({ url }, admin));
}

export function givenClient(library: string): void {
  const { url, prefix } = inject('redis');
  const admin = new Redis(ioredisAddress(url));
  const client = new Redis(ioredisAddress(url));
  const pipelining = new Redis(ioredisAddress(url), { enableAutoPipelining: true });
  afterAll(() => {
    for (const one of [admin, client, pipelining]) one.disconnect();
  });
  keepsTheContract(`${library} with a client that it was given`, redisSubject({ client }, admin), prefix);
  if (long)
    keepsTheContract(
      `${library} with a client that pipelines by itself`,
      redisSubject({ client: pipelining }, admin),
      prefix,
    );
}
