import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { silence } from '../src/connection/silence.ts';

it('a server is silent when nothing came for the whole time, however many replies are missed at once', async () => {
  await using server = await startRedis();
  const client = new Redis({ ...server.address, disableClientInfo: true });
  try {
    await client.ping();
    const quiet = silence(client, 200);
    quiet.look();
    await sleep(300);
    await client.ping();
    expect([quiet.tooLong(), quiet.tooLong(), quiet.tooLong()]).toEqual([false, false, false]);
    await sleep(300);
    expect(quiet.tooLong()).toBe(true);
  } finally {
    client.disconnect();
  }
});
