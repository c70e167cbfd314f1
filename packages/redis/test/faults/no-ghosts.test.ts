import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultyProxy, type RedisServer, startFaultyProxy, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RedisBackend, type RedisBackendOptions, redisBackend } from '../../src/index.ts';

const rounds = process.env.CACHE_TEST_LONG === '1' ? 20 : 3;
const timeout = 150;

let server: RedisServer;
let admin: Redis;
let proxy: FaultyProxy;
const open: RedisBackend[] = [];
const newKey = (): string => `ghost:${randomUUID()}`;
const outcome = (operation: unknown): Promise<string> =>
  Promise.resolve(operation).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
async function started(options: RedisBackendOptions): Promise<RedisBackend> {
  const backend = redisBackend({ timeout, connectTimeout: 500, logger: { warn: () => {} }, ...options });
  open.push(backend);
  await backend.start();
  return backend;
}
beforeAll(async () => {
  server = await startRedis({ listen: 'tcp' });
  admin = new Redis({ ...server.address });
  proxy = await startFaultyProxy(server.address as { host: string; port: number });
});
afterEach(async () => {
  proxy.fault = 'none';
  for (const backend of open.splice(0)) await backend.close();
});
afterAll(async () => {
  admin.disconnect();
  await proxy.stop();
  await server.stop();
});

describe('a write that was given up does not land later', () => {
  it('when its bytes were held up on the way: the new connection has the old one killed first', async () => {
    for (let round = 0; round < rounds; round++) {
      const key = newKey();
      const backend = await started({ url: proxy.url });
      await backend.set(key, 'before');
      // The old connection's bytes are held; new connections go straight through, as on another path of the network.
      const way = proxy.hold();
      expect(await outcome(backend.set(key, 'OLD'))).toBe('TIMEOUT');
      await expect.poll(() => backend.isAvailable()).toBe(true);
      await admin.set(key, 'NEWER');
      way.release();
      await sleep(20);
      expect(await admin.get(key)).toBe('NEWER');
      await backend.close();
    }
  });

  it('under a lease, also when the whole server stood still: the server refuses the late fill', async () => {
    for (let round = 0; round < rounds; round++) {
      const key = newKey();
      const backend = await started({ url: server.url });
      const { lease } = await backend.acquire(key, 100);
      server.process.signal('SIGSTOP');
      expect(await outcome(backend.set(key, 'OLD', { lease }))).toBe('TIMEOUT');
      server.process.signal('SIGCONT');
      await expect.poll(() => backend.isAvailable()).toBe(true);
      await sleep(20);
      expect(await admin.get(key)).not.toBe('OLD');
    }
  });

  it('with fencedWrites, also when the whole server stood still', async () => {
    for (let round = 0; round < rounds; round++) {
      const key = newKey();
      const backend = await started({ url: server.url, fencedWrites: true });
      expect(await backend.set(key, 'before')).toBe(true);
      server.process.signal('SIGSTOP');
      expect(await outcome(backend.set(key, 'OLD'))).toBe('TIMEOUT');
      await sleep(20);
      server.process.signal('SIGCONT');
      await expect.poll(() => backend.isAvailable()).toBe(true);
      expect(await admin.get(key)).toBe('before');
      expect(await backend.set(key, 'after')).toBe(true);
    }
  });

  it('what was never sent is not sent later', async () => {
    const backend = await started({ url: proxy.url });
    proxy.fault = 'refused';
    await expect.poll(() => backend.isAvailable()).toBe(false);
    const key = newKey();
    expect(await outcome(backend.set(key, 'OLD'))).toBe('CONNECTION');
    proxy.fault = 'none';
    await expect.poll(() => backend.isAvailable()).toBe(true);
    await sleep(20);
    expect(await admin.exists(key)).toBe(0);
  });
});

describe('a delete that failed says so, and is made up for before the old value is read again', () => {
  it('while the server refuses writes', async () => {
    const key = newKey();
    const backend = await started({ url: server.url });
    await backend.set(key, 'v1');
    await admin.replicaof('127.0.0.1', 1);
    try {
      expect(await outcome(backend.delete(key))).toBe('READONLY');
      expect(await outcome(backend.get(key))).toBe('READONLY');
    } finally {
      await admin.replicaof('NO', 'ONE');
    }
    expect(await backend.get(key)).toEqual({ hit: false });
  });

  it.each(['black hole', 'refused'] as const)('while the network is gone (%s)', async (fault) => {
    const keys = [newKey(), newKey(), newKey()] as const;
    const tag = newKey();
    const backend = await started({ url: proxy.url });
    await backend.setMany(keys.map((key) => [key, 'v1'] as const));
    const tagged = newKey();
    await backend.set(tagged, 'v1', { tags: [tag] });
    proxy.fault = fault;
    if (fault === 'refused') await expect.poll(() => backend.isAvailable()).toBe(false);
    expect(await outcome(backend.deleteMany(keys.slice(1)))).not.toBe('done');
    expect(await outcome(backend.delete(keys[0]))).not.toBe('done');
    expect(await outcome(backend.invalidateTags([tag]))).not.toBe('done');
    proxy.fault = 'none';
    for (let found: unknown; found === undefined; )
      found = await Promise.resolve(backend.get(keys[0])).catch(() => sleep(1));
    expect(await backend.get(keys[0])).toEqual({ hit: false });
    expect((await backend.getMany(keys)).size).toBe(0);
    expect(await backend.get(tagged)).toEqual({ hit: false });
    await expect.poll(() => admin.exists(...keys)).toBe(0);
  });

  it('unless a new value has taken its place', async () => {
    const [key, other] = [newKey(), newKey()];
    const backend = await started({ url: server.url });
    await backend.set(key, 'v1');
    await backend.set(other, 'v1');
    await admin.replicaof('127.0.0.1', 1);
    try {
      expect(await outcome(backend.delete(key))).toBe('READONLY');
      expect(await outcome(backend.delete(other))).toBe('READONLY');
    } finally {
      await admin.replicaof('NO', 'ONE');
    }
    expect(await outcome(backend.set(key, 'v2'))).toBe('done');
    // What is owed is made up for all at once: when the one is gone, so would be the other.
    await expect.poll(() => admin.exists(other)).toBe(0);
    expect(await admin.get(key)).toBe('v2');
  });
});

it('observers are told when the signal is lost and when it is back, whoever lost it', async () => {
  const backend = redisBackend({ url: proxy.url, observe: ['ghost:'], timeout, logger: { warn: () => {} } });
  open.push(backend);
  const heard: string[] = [];
  backend.onInvalidate((change) =>
    heard.push('signal' in change ? change.signal : 'keys' in change ? 'keys' : 'other'),
  );
  expect(heard).toEqual(['lost']);
  await backend.start();
  await expect.poll(() => heard.at(-1)).toBe('restored');
  heard.length = 0;
  proxy.fault = 'black hole';
  await expect.poll(() => heard, { timeout: 3000 }).toEqual(['lost']);
  proxy.fault = 'none';
  await expect.poll(() => heard, { timeout: 3000 }).toEqual(['lost', 'restored']);
  await admin.set(newKey(), 'x');
  await expect.poll(() => heard).toContain('keys');
  heard.length = 0;
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await expect.poll(() => heard.slice(0, 2)).toEqual(['lost', 'restored']);
  await admin.flushall();
  await expect.poll(() => heard).toContain('other');
});
