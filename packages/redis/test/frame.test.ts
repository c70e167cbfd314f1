import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CacheSerializationError } from '@cache/core';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { frameOf, readFrame, readTags, tagsToCheck } from '../src/frame/frame.ts';
import { redisBackend } from '../src/index.ts';
import { adminOf } from './redis-subject.ts';

interface Golden {
  readonly name: string;
  readonly bytes: string;
  readonly payload?: string;
  readonly tags?: readonly string[];
  readonly staleFor?: number;
  readonly freshUntil?: number;
  readonly lease?: boolean;
  readonly absent?: boolean;
  readonly invalid?: boolean;
}

// Released forms: what is in this file is never changed, only added to.
const golden = JSON.parse(readFileSync(new URL('./golden/frames-0.json', import.meta.url), 'utf8')) as Golden[];
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const { url, prefix: run } = inject('redis');
const admin = adminOf(url);
const backend = redisBackend({ url });
afterAll(async () => {
  admin.disconnect();
  await backend.close();
});

describe.each(golden)('the stored form of $name', (form) => {
  it('is read as it says', () => {
    const bytes = bytesOf(form.bytes);
    if (form.invalid === true) {
      expect(() => readTags(readFrame(bytes, 'k').tags, 'k')).toThrow(CacheSerializationError);
      return;
    }
    const frame = readFrame(bytes, 'k');
    expect(frame.absent).toBe(form.absent ?? false);
    if (form.absent === true) return;
    expect(frame.payload.toString('hex')).toBe(form.payload);
    expect(readTags(frame.tags, 'k').map(({ tag }) => tag)).toEqual(form.tags);
    expect(tagsToCheck(frame.tags)).toEqual(readTags(frame.tags, 'k'));
    if (frame.tags.length > 0) expect(tagsToCheck(frame.tags.subarray(0, -1))).toEqual([]);
    expect(frame.staleFor).toBe(form.staleFor);
    expect(frame.freshUntil).toBe(form.freshUntil);
  });

  it('means the same to the server', async () => {
    const key = `${run}${randomUUID()}`;
    await admin.set(key, bytesOf(form.bytes), 'PX', 120_000);
    const untagged = form.invalid !== true && form.absent !== true && form.tags?.length === 0;
    if (form.invalid !== true) expect((await backend.get(key)).hit).toBe(untagged);
    if (untagged)
      expect(Buffer.from((await backend.getEntry(key))?.value as Buffer).toString('hex')).toBe(form.payload);
    if (form.absent === true) expect(await backend.delete(key)).toBe(false);
    await admin.unlink(key);
  });
});

it('what the server writes has the form that the page gives', async () => {
  const key = `${run}${randomUUID()}`;
  await backend.set(key, 'ab', { ttl: 60_000, staleFor: 30_000, tags: [`${key}:t`] });
  const before = Date.now();
  const bytes = (await admin.getBuffer(key)) as Buffer;
  expect([...bytes.subarray(0, 2)]).toEqual([0xc1, 6]);
  expect(bytes.readUIntBE(2, 6)).toBe(30_000);
  expect(Math.abs(bytes.readUIntBE(8, 6) - before - 60_000)).toBeLessThan(10_000);
  const length = bytes.readUInt16BE(14);
  expect(bytes.readUInt16BE(16)).toBe(Buffer.byteLength(`${key}:t`));
  const version = bytes.toString('latin1', 16 + length - 8, 16 + length);
  expect(await admin.get(`\0{tags}:${key}:t`)).toBe(version);
  expect(bytes.toString('utf8', 16 + length)).toBe('ab');
  await backend.delete(key);
});

it('bytes that begin with the mark come back as they were, and any others are stored as they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.boolean(), async (some, marked) => {
      const key = `${run}${randomUUID()}`;
      const value = marked ? Buffer.concat([Buffer.from([0xc1]), some]) : Buffer.from(some);
      await backend.set(key, value, { ttl: 60_000 });
      expect(await backend.get(key)).toEqual({ hit: true, value });
      expect(await admin.getBuffer(key)).toEqual(value[0] === 0xc1 ? frameOf(value) : value);
    }),
    { numRuns: 200 },
  );
});
