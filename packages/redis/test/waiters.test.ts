import { randomUUID } from 'node:crypto';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { redisBackend } from '../src/index.ts';

const { url, prefix: run } = inject('redis');
afterEach(() => {
  vi.useRealTimers();
});

it('who waits for a load that ended before this process could hear of it is told as soon as it can', async () => {
  // No look now and then: only what is heard, or looked for once it can be heard.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const key = `${run}${randomUUID()}`;
  const loading = redisBackend({ url });
  const waiting = redisBackend({ url });
  const { lease } = await loading.acquire(key, 60_000);
  await waiting.isAvailable(); // connected, and nothing has made it listen yet
  const settled = waiting.settled(key, AbortSignal.timeout(20_000));
  await loading.set(key, 'v', { lease, ttl: 60_000 });
  const began = performance.now();
  await settled;
  expect(performance.now() - began).toBeLessThan(10_000);
  await loading.delete(key);
  await Promise.all([loading.close(), waiting.close()]);
});
