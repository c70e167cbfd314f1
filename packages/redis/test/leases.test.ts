import { Cache } from '@cache/core';
import { expect, inject, it } from 'vitest';
import { redisBackend } from '../src/index.ts';
import { adminOf, freshKey, redisSubject } from './redis-subject.ts';

const { url, prefix: run } = inject('redis');

it('a lease whose key a stranger made last is over when its holder no longer renews it', async () => {
  const admin = adminOf(url);
  const prefix = freshKey(run);
  const { advance } = await redisSubject({ url }, admin)({ prefix });
  const dying = redisBackend({ url });
  const living = redisBackend({ url });
  const cache = new Cache<string>({ backend: living, prefix });
  const { lease } = await dying.acquire(`${prefix}a`, 60_000);
  expect(await admin.persist(`${prefix}a`)).toBe(1);
  expect(await living.acquire(`${prefix}a`, 60_000)).toEqual({ lease: undefined });
  await advance?.(60_000);
  expect(await admin.pttl(`${prefix}a`)).toBe(-1);
  expect(await living.get(`${prefix}a`)).toEqual({ hit: false });
  expect(await dying.renew(lease as never, 60_000)).toBe(false);
  expect(await dying.set(`${prefix}a`, '"late"', { lease, ttl: 60_000 })).toBe(false);
  expect(await cache.getOrSet('a', () => 'loaded', { ttl: '1m' })).toBe('loaded');
  expect(await admin.get(`${prefix}a`)).toBe('"loaded"');
  await cache.delete('a');
  await Promise.all([cache.close(), dying.close(), admin.quit()]);
});

it('a holder that renews its lease gives the key back the time that a stranger took from it', async () => {
  const admin = adminOf(url);
  const key = freshKey(run);
  const backend = redisBackend({ url });
  const { lease } = await backend.acquire(key, 30_000);
  await admin.persist(key);
  expect(await backend.renew(lease as never, 30_000)).toBe(true);
  expect(await admin.pttl(key)).toBeGreaterThan(20_000);
  await backend.release(lease as never);
  expect(await admin.exists(key)).toBe(0);
  await Promise.all([backend.close(), admin.quit()]);
});
