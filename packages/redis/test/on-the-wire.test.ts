import { randomUUID } from 'node:crypto';
import { Cache, CacheBackendError, CacheSerializationError, InvalidTtlError } from '@cache/core';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisBackend } from '../src/index.ts';

let server: RedisServer;
let admin: Redis;
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis({ ...server.address });
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

it('no ttl is no PX, any other is PX in milliseconds, and a wrong one is refused before anything is sent (K5)', async () => {
  const prefix = `${randomUUID()}:`;
  await using cache = new Cache<number>({ backend: redisBackend({ url: server.url }), prefix });
  await cache.set('never', 1, { ttl: null });
  expect(await admin.pttl(`${prefix}never`)).toBe(-1);
  await cache.set('brief', 1, { ttl: 61_900.7 });
  const left = await admin.pttl(`${prefix}brief`);
  expect(left).toBeGreaterThan(1_901);
  expect(left).toBeLessThanOrEqual(61_901);
  for (const ttl of [0, -1, 0.5, Number.NaN])
    await expect(cache.set('wrong', 1, { ttl }), String(ttl)).rejects.toThrow(InvalidTtlError);
  expect(await admin.exists(`${prefix}wrong`)).toBe(0);
});

it('what its serializer cannot read is an error for get, and getOrSet loads over it (P5)', async () => {
  const prefix = `${randomUUID()}:`;
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  await using cache = new Cache<number>({ backend: redisBackend({ url: server.url }), prefix, logger });
  await admin.set(`${prefix}k`, 'no JSON');
  await expect(cache.get('k')).rejects.toThrow(CacheSerializationError);
  expect(await admin.get(`${prefix}k`)).toBe('no JSON');
  expect(await cache.getOrSet('k', () => 1)).toBe(1);
  expect(await admin.get(`${prefix}k`)).toBe('1');
  expect(warnings.join()).toMatch(/expected JSON/);
  expect(warnings.join()).not.toMatch(/no JSON/);
});

describe('a reply that the command cannot have is an error, of a server that calls another command by its name', () => {
  const calling = (name: string, another: string): Promise<RedisServer> =>
    startRedis({ args: ['--rename-command', name, `REAL${name}`, '--rename-command', another, name] });

  it('nothing is a miss, bytes are a hit, and a number is neither (K7)', async () => {
    const backend = redisBackend({ url: server.url });
    const key = randomUUID();
    expect(await backend.get(key)).toEqual({ hit: false });
    await admin.set(key, '7');
    expect(await backend.get(key)).toEqual({ hit: true, value: Buffer.from('7') });
    await backend.close();
    await using odd = await calling('GET', 'STRLEN');
    const wrong = redisBackend({ url: odd.url });
    const error = await Promise.resolve(wrong.get(key)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CacheBackendError);
    expect(error).toMatchObject({ code: 'BACKEND', key, cause: expect.any(Error) });
    expect(await wrong.isAvailable()).toBe(true); // its replies are in order: the connection stays
    await wrong.close();
  });

  it('delete says whether there was an entry, and not that it is done when the reply counts nothing (K8)', async () => {
    const backend = redisBackend({ url: server.url });
    const key = randomUUID();
    await admin.set(key, 'x');
    expect([await backend.delete(key), await backend.delete(key)]).toEqual([true, false]);
    await backend.close();
    await using odd = await calling('EVALSHA', 'MGET');
    const wrong = redisBackend({ url: odd.url });
    await expect(Promise.resolve(wrong.delete(key))).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', key });
    await wrong.close();
  });
});
