import { type FaultyProxy, type RedisServer, startFaultyProxy, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';
import { surviving, TIMEOUT } from './under-load.ts';

let server: RedisServer;
let admin: Redis;
let proxy: FaultyProxy;
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis({ ...server.address });
  proxy = await startFaultyProxy(server.address);
});
afterAll(async () => {
  admin.disconnect();
  await proxy.stop();
  await server.stop();
});
afterEach(() => {
  proxy.fault = 'none';
});

const report = process.env.CACHE_FAULT_REPORT === '1';

describe('while the network fails, every operation settles in time and the cache is back soon after (D39)', () => {
  const lost = ['TIMEOUT', 'CONNECTION', 'OUTCOME_UNKNOWN'];
  it.each([
    ['black hole', lost],
    ['held', lost],
    ['reset after the server applied', lost],
    ['half reply', lost],
    ['garbage', [...lost, 'BACKEND']],
    ['trickle', lost],
    ['refused', lost],
  ] as const)('%s', async (name, codes) => {
    const seen = await surviving({ url: proxy.url }, () => admin, {
      begin: () => {
        proxy.fault = name;
      },
      end: () => {
        proxy.fault = 'none';
      },
      codes,
    });
    if (report) console.log(name, { ...seen, failures: Object.fromEntries(seen.failures) });
    expect(seen.warnings.length).toBeLessThanOrEqual(1);
    expect(seen.failures.size).toBeGreaterThan(0);
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it('connections that are cut', async () => {
    await surviving({ url: proxy.url }, () => admin, { begin: () => proxy.cut(), end: () => proxy.cut(), codes: lost });
    await expect.poll(() => proxy.connections).toBe(0);
  });
});

it(`a black hole costs the timeout (${TIMEOUT} ms) once; then operations fail at once`, async () => {
  const seen = await surviving({ url: proxy.url }, () => admin, {
    begin: () => {
      proxy.fault = 'black hole';
    },
    end: () => {
      proxy.fault = 'none';
    },
    lasts: 1500,
    codes: ['TIMEOUT', 'CONNECTION', 'OUTCOME_UNKNOWN'],
  });
  expect(seen.failures.get('CONNECTION')).toBeGreaterThan(2 * (seen.failures.get('TIMEOUT') ?? 0));
});

it('start says within connectTimeout that there is no connection, also when it is called again in a black hole', async () => {
  const backend = redisBackend({ url: proxy.url, timeout: TIMEOUT, connectTimeout: 300, logger: { warn: () => {} } });
  await backend.start();
  proxy.fault = 'black hole';
  await expect(backend.get('k')).rejects.toMatchObject({ code: 'TIMEOUT' });
  for (const attempt of [1, 2]) {
    const began = performance.now();
    await expect(backend.start(), `attempt ${attempt}`).rejects.toMatchObject({ name: 'CacheConnectionError' });
    expect(performance.now() - began).toBeLessThan(300 + 500);
  }
  await backend.close();
});
