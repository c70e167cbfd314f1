import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheBackendError } from '@cache/core';
import { type RedisServer, startFaultyProxy, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';
import { noise } from '../noise.ts';
import { TIMEOUT } from './under-load.ts';

let server: RedisServer;
let admin: Redis;
beforeAll(async () => {
  server = await startRedis({ listen: 'tcp' });
  admin = new Redis(server.address);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

it('close settles what is pending within a second, and leaves the process nothing to wait for', async () => {
  const backend = redisBackend({ url: server.url, observe: ['x:'], timeout: 5000 });
  await backend.start();
  server.process.signal('SIGSTOP');
  const signal = new AbortController();
  const pending = [backend.get('a'), backend.set('b', 'x'), backend.delete('c'), backend.clear('d:')].map((one) =>
    Promise.resolve(one).then(
      () => 'done',
      (error: CacheBackendError) => error.code,
    ),
  );
  const waiting = backend.settled('e', signal.signal);
  await sleep(50);
  const began = performance.now();
  await backend.close();
  const outcomes = await Promise.all(pending);
  await waiting;
  expect(performance.now() - began).toBeLessThan(1_000 + noise());
  expect(outcomes).not.toContain('done');
  server.process.signal('SIGCONT');
  await expect(backend.get('a')).rejects.toMatchObject({ code: 'CONNECTION' });
  await backend.close();
  await expect.poll(async () => (await admin.client('LIST')) as string).not.toMatch(/sub=[1-9]/);
});

it('construction connects to nothing; start does, and the server has answered when it is over (K3, R21)', async () => {
  await using proxy = await startFaultyProxy(server.address);
  const backend = redisBackend({ url: proxy.url });
  await new Promise(setImmediate);
  expect(proxy.connections).toBe(0);
  expect(await backend.start()).toBeUndefined();
  expect(proxy.connections).toBeGreaterThan(0);
  await backend.close();
});

it('start throws when nobody is there, or warns where that is allowed; then operations fail at once (P6, R21)', async () => {
  const warnings: string[] = [];
  let attempts = 0;
  const nobody = createServer((socket) => {
    attempts++;
    socket.resetAndDestroy();
  }).listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as AddressInfo; // it listens on TCP
  const backend = redisBackend({
    host: '127.0.0.1',
    port,
    timeout: TIMEOUT,
    logger: { warn: (message) => warnings.push(message) },
  });
  await expect(backend.start()).rejects.toMatchObject({ name: 'CacheConnectionError', code: 'CONNECTION' });
  await backend.start({ required: false });
  expect(warnings[0]).toMatch(/^Redis cache unavailable at startup; degrading: redis at 127\.0\.0\.1:\d+\/0/);
  await expect(backend.get('k')).rejects.toMatchObject({ name: 'CacheConnectionError', key: 'k' });
  expect(await backend.isAvailable()).toBe(false);
  expect(await backend.health()).toMatchObject({ status: 'down', details: { server: `127.0.0.1:${port}/0` } });
  const before = attempts;
  await expect.poll(() => attempts, { timeout: 5_000 }).toBeGreaterThan(before + 3);
  expect(warnings.length).toBeLessThanOrEqual(2); // start's, and the outage's
  await backend.close();
  nobody.close();
});
