import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { tiered } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { ioredisAddress } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { redisBackend } from '../src/index.ts';

const prefix = `${inject('redis').prefix}entry:${randomUUID()}:`;
const address = ioredisAddress(inject('redis').url);
const admin = new Redis(address);
// What lies between PTTL and GET, for whom it is not nothing.
let between: (() => Promise<unknown>) | undefined;
const sent: string[] = [];
const client = new Redis(address);
for (const name of ['pttl', 'get', 'evalsha'] as const) {
  const method = `${name}Buffer` as 'getBuffer';
  const original = client[method].bind(client);
  client[method] = (async (...args: [string]) => {
    sent.push(name);
    if (name === 'get') await between?.();
    return original(...args);
  }) as never;
}
const far = redisBackend({ client, observe: [prefix] });
const signals: string[] = [];
beforeAll(async () => {
  far.onInvalidate((told) => 'signal' in told && signals.push(told.signal));
  await far.start();
  while (signals.at(-1) !== 'restored') await sleep(5);
});
afterAll(async () => {
  await far.close();
  client.disconnect();
  admin.disconnect();
});

async function read(key: string) {
  sent.length = 0;
  return { entry: await far.getEntry(key), sent: [...sent] };
}

describe('an entry whose changes are told', () => {
  it('is read by two plain commands in one write, windows included', async () => {
    await far.set(`${prefix}plain`, 'v', { ttl: 120_000 });
    await far.set(`${prefix}never`, 'v');
    await far.set(`${prefix}window`, 'v', { ttl: 50, staleFor: 120_000 });
    await far.set(`${prefix}marked`, Buffer.from([0xc1, 1]), { ttl: 120_000 });
    await read(`${prefix}plain`); // whatever the last one was, this is plain
    const plain = await read(`${prefix}plain`);
    expect(plain.sent).toEqual(['pttl', 'get']);
    expect(plain.entry?.freshFor).toBe(plain.entry?.expiresIn);
    expect(plain.entry?.freshFor).toBeGreaterThan(59_000);
    expect((await read(`${prefix}never`)).entry).toMatchObject({ freshFor: null, expiresIn: null });
    await expect.poll(async () => (await read(`${prefix}window`)).entry?.freshFor).toBeLessThan(0);
    expect(sent).toEqual(['pttl', 'get']);
    expect((await read(`${prefix}window`)).entry?.expiresIn).toBeGreaterThan(59_000);
    expect((await read(`${prefix}marked`)).entry?.value).toEqual(Buffer.from([0xc1, 1]));
    expect((await read(`${prefix}absent`)).entry).toBeUndefined();
  });

  it('is read by the script where it carries tags, and so is the next one', async () => {
    await far.set(`${prefix}plain`, 'v', { ttl: 60_000 });
    await far.set(`${prefix}tagged`, 'v', { ttl: 60_000, tags: [`${prefix}tag`] });
    await read(`${prefix}plain`);
    const first = await read(`${prefix}tagged`);
    expect(first.sent).toEqual(['pttl', 'get', 'evalsha']);
    expect(first.entry?.tags).toEqual([`${prefix}tag`]);
    expect((await read(`${prefix}tagged`)).sent).toEqual(['evalsha']);
    expect((await read(`${prefix}plain`)).sent).toEqual(['evalsha']);
    expect((await read(`${prefix}plain`)).sent).toEqual(['pttl', 'get']);
  });

  it('that appears between the two commands is read again, with its own time', async () => {
    const key = `${prefix}appears`;
    between = () => admin.set(key, 'v', 'PX', 120_000);
    const { entry } = await read(key);
    between = undefined;
    expect(String(entry?.value)).toBe('v');
    expect(entry?.expiresIn).toBeGreaterThan(59_000);
  });

  it('that is replaced between the two commands does not outlive itself near: the change is told', async () => {
    const key = `${prefix}replaced`;
    const tiers = tiered(memoryBackend(), far);
    await admin.set(key, 'old', 'PX', 60_000);
    await read(`${prefix}never`);
    let replaced = 0;
    between = async () => {
      if (replaced++ === 0) await admin.set(key, 'new', 'PX', 1_000);
    };
    const found = await tiers.get(key);
    between = undefined;
    expect(found.hit && String(found.value)).toBe('new');
    await expect.poll(() => tiers.get(key)).toEqual({ hit: false }); // `old` would be there for a minute
  });
});

it('an entry whose changes are not told is read by the script alone', async () => {
  const key = `other:${prefix}`;
  await admin.set(key, 'v', 'PX', 60_000);
  expect(await read(key)).toMatchObject({ entry: { value: Buffer.from('v') }, sent: ['evalsha'] });
  await admin.unlink(key);
});
