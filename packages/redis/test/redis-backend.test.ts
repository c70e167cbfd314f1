import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { redisBackend } from '../src/index.ts';

const { url, prefix: run } = inject('redis');

it('stores bytes and strings and gives bytes back', async () => {
  const backend = redisBackend({ url });
  const key = `${run}${randomUUID()}`;
  await backend.set(key, 'grüße', { ttl: 60_000 });
  expect(await backend.get(key)).toEqual({ hit: true, value: Buffer.from('grüße') });
  await backend.set(key, new Uint8Array([0, 255, 1]));
  expect(await backend.get(key)).toEqual({ hit: true, value: Buffer.from([0, 255, 1]) });
  expect(await backend.delete(key)).toBe(true);
  await backend.close();
});

it('counts hits, misses, writes and what was deleted; clears and invalidations once for each call (K14)', async () => {
  const backend = redisBackend({ url });
  const prefix = `${run}${randomUUID()}:`;
  await backend.set(`${prefix}a`, 'x', { ttl: 60_000 });
  await backend.setMany([
    [`${prefix}b`, 'x'],
    [`${prefix}c`, 'x'],
  ]);
  await backend.get(`${prefix}a`);
  await backend.get(`${prefix}none`);
  await backend.getMany([`${prefix}a`, `${prefix}b`, `${prefix}none`]);
  await backend.delete(`${prefix}a`);
  await backend.delete(`${prefix}a`);
  await backend.deleteMany([`${prefix}b`, `${prefix}none`]);
  await backend.invalidateTags([`${prefix}tag`, `${prefix}other`]);
  await backend.clear(prefix);
  const counted = { type: 'redis', hits: 3, misses: 2, requests: 5, hitRate: 0.6, writes: 3, deletes: 2 };
  expect(backend.stats()).toMatchObject({ ...counted, clears: 1, tagInvalidations: 1 });
  await backend.close();
});

it('health says which server, how long a round trip took or what is wrong, and no credential (K15, P15)', async () => {
  const up = redisBackend({ url });
  expect(await up.health()).toMatchObject({
    status: 'up',
    details: { topology: 'server', connection: 'ready', latencyMs: expect.any(Number) },
  });
  await up.close();
  const down = redisBackend({ url: 'redis://someone:hunter2@127.0.0.1:1/3', logger: { warn: () => {} } });
  const health = await down.health();
  expect(health).toMatchObject({ status: 'down', details: { server: '127.0.0.1:1/3', error: expect.any(String) } });
  expect(JSON.stringify(health)).not.toMatch(/hunter2|someone/);
  await down.close();
});

it('ping gives the milliseconds of a round trip or rejects; isAvailable says which, and never rejects (K16, P6)', async () => {
  const up = redisBackend({ url });
  expect(await up.ping()).toBeGreaterThan(0);
  expect(await up.isAvailable()).toBe(true);
  await up.close();
  const down = redisBackend({ host: '127.0.0.1', port: 1, logger: { warn: () => {} } });
  await expect(down.ping()).rejects.toMatchObject({ name: 'CacheConnectionError', code: 'CONNECTION' });
  expect(await down.isAvailable()).toBe(false);
  await down.close();
  await expect(down.ping()).rejects.toMatchObject({ code: 'CONNECTION' });
});
