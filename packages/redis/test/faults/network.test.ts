import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheError } from '@cache/core';
import { type FaultyProxy, type RedisServer, startFaultyProxy, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';
import { noise } from '../noise.ts';
import { limitedDescriptors } from './descriptors.ts';
import { neverWrongForLong, surviving, TIMEOUT } from './under-load.ts';

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
    ['lost reply', [...lost, 'BACKEND', 'SERIALIZATION']],
    ['endless reply', lost],
    ['trickle', lost],
    // A reply that lost its end swallows the next: what is read while it lasts may be anything, and nothing after it.
    ['flipped bits', [...lost, 'BACKEND', 'ERR', 'SERIALIZATION']],
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
      // The write that has no reply, the question that has none either, and then a new connection.
      heals: name === 'lost reply' || name === 'endless reply' || name === 'flipped bits' ? 1_000 : 600,
    });
    if (report) console.log(name, { ...seen, failures: Object.fromEntries(seen.failures) });
    // Between two spoilt replies a connection works: each of them is an outage of its own.
    expect(seen.warnings.length).toBeLessThanOrEqual(name === 'flipped bits' ? 20 : 1);
    expect(seen.failures.size).toBeGreaterThan(0);
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it('no file descriptor left in this process (64 of them): as if the server were gone, and back when there are', async () => {
    const descriptors = await limitedDescriptors(64);
    try {
      const seen = await surviving({ url: proxy.url }, () => admin, {
        async begin() {
          // Refused for a moment: a connection that is closed leaves the descriptor that the next one takes.
          proxy.fault = 'refused';
          await sleep(50);
          await descriptors.exhaust();
          proxy.fault = 'none';
        },
        end: () => descriptors.release(),
        codes: lost,
      });
      expect(seen.failures.get('CONNECTION')).toBeGreaterThan(50);
    } finally {
      await descriptors.release();
    }
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it('connections that are cut', async () => {
    await surviving({ url: proxy.url }, () => admin, { begin: () => proxy.cut(), end: () => proxy.cut(), codes: lost });
    await expect.poll(() => proxy.connections).toBe(0);
  });
});

it('a reply that is lost has those after it answer other questions for a second at the most, however busy the connection', () =>
  neverWrongForLong({ url: proxy.url }, proxy));

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
    expect(performance.now() - began).toBeLessThan(300 + 200 + noise());
  }
  await backend.close();
});

it('close leaves no socket behind, also while a connection is being made', async () => {
  const options = { url: proxy.url, timeout: TIMEOUT, connectTimeout: 30_000, observe: ['x:'] };
  const backend = redisBackend({ ...options, logger: { warn: () => {} } });
  proxy.fault = 'black hole';
  const starting = backend.start().then(
    () => 'started',
    (error: CacheError) => error.code,
  );
  const reading = Promise.resolve(backend.get('k')).catch((error: CacheError) => error.code);
  await expect.poll(() => proxy.connections).toBeGreaterThan(0);
  await backend.close();
  await expect.poll(() => proxy.connections).toBe(0);
  expect(await Promise.all([starting, reading])).toEqual(['CONNECTION', 'CONNECTION']);
});
