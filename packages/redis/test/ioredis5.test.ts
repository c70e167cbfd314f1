import { expect, it, vi } from 'vitest';
import { cluster, givenClient, oneServer, sentinel, tlsAndRights } from './topology-suites.ts';

vi.mock('ioredis', () => import('ioredis5'));

it('this file runs on ioredis 5', async () => {
  const { Redis } = await import('ioredis');
  expect(Redis).toBe((await import('ioredis5')).Redis);
});

if (process.env.CACHE_TEST_LONG === '1') {
  oneServer('ioredis 5');
  await cluster('ioredis 5');
  await sentinel('ioredis 5');
  await tlsAndRights('ioredis 5');
  givenClient('ioredis 5');
}
