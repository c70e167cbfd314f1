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
