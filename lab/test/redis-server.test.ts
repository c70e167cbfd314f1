import { existsSync } from 'node:fs';
import { freePort, ioredisAddress, type RedisServer, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';

async function ping(server: RedisServer): Promise<string> {
  const redis = new Redis(ioredisAddress(server.url), { retryStrategy: null });
  try {
    return await redis.ping();
  } finally {
    redis.disconnect();
  }
}

test('the shared server of a run answers and says its version', async () => {
  const { url, version } = inject('redis');
  const redis = new Redis(ioredisAddress(url));
  expect(await redis.ping()).toBe('PONG');
  expect(version).toMatch(/^(Redis|Valkey) \d+\.\d+\.\d+/);
  redis.disconnect();
});

test.each(['socket', 'tcp'] as const)(
  'a server on a %s answers, and is gone with its directory when stopped',
  async (listen) => {
    const server = await startRedis({ listen });
    expect(await ping(server)).toBe('PONG');
    await server.stop();
    await server.stop();
    expect(existsSync(server.directory)).toBe(false);
    expect(() => process.kill(server.process.pid, 0)).toThrow('ESRCH');
  },
);

test('a server that died can come back on its port', async () => {
  const port = await freePort();
  const first = await startRedis({ listen: 'tcp', port });
  first.process.signal('SIGKILL');
  await first.process.exited;
  await first.stop();
  await using second = await startRedis({ listen: 'tcp', port });
  expect(second.url).toBe(first.url);
  expect(await ping(second)).toBe('PONG');
});

test('a stopped process can still be ended', async () => {
  const server = await startRedis();
  server.process.signal('SIGSTOP');
  await server.stop();
  expect(() => process.kill(server.process.pid, 0)).toThrow('ESRCH');
});

test('a word the server does not know rejects with what the server said', async () => {
  await expect(startRedis({ args: ['--no-such-word', 'x'] })).rejects.toThrow(/no-such-word/);
});
