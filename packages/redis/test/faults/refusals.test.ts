import { randomUUID } from 'node:crypto';
import { Cache, CacheBackendError, CacheSerializationError } from '@cache/core';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';

let server: RedisServer;
let admin: Redis;
beforeAll(async () => {
  server = await startRedis({ listen: 'tcp' });
  admin = new Redis(server.address);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const outcome = async (operation: () => unknown): Promise<unknown> => {
  try {
    return await operation();
  } catch (error) {
    return error;
  }
};

const counted = async (keys: AsyncIterable<string> | Iterable<string>): Promise<number> => {
  let count = 0;
  for await (const _ of keys) count++;
  return count;
};

describe('what is refused is a cache error with its cause, that says what to do and shows no value (K10)', () => {
  it('a key that holds something else (D37)', async () => {
    const backend = redisBackend({ url: server.url });
    const key = `wrong:${randomUUID()}`;
    await admin.rpush(key, 'a list');
    const error = await Promise.resolve(backend.get(key)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CacheBackendError);
    expect(error).toMatchObject({ code: 'WRONGTYPE', key, cause: expect.any(Error) });
    await expect(backend.getEntry(key)).rejects.toMatchObject({ code: 'WRONGTYPE' });
    await expect(backend.getMany([key])).resolves.toEqual(new Map()); // MGET says nil for what is no string
    expect(await backend.delete(key)).toBe(true);
    await backend.close();
  });

  it('a missing right', async () => {
    await admin.call('ACL', 'SETUSER', 'poor', 'on', '>secret-of-poor', '~*', '+ping', '+get');
    const backend = redisBackend({ url: server.url.replace('//', '//poor:secret-of-poor@') });
    await backend.start();
    expect(await backend.get('absent')).toEqual({ hit: false });
    for (const operation of [
      () => backend.set('k', 'the value'),
      () => backend.clear('k:'),
      () => backend.delete('k'),
    ]) {
      const error = (await Promise.resolve(operation()).catch((thrown: unknown) => thrown)) as CacheBackendError;
      expect(error).toBeInstanceOf(CacheBackendError);
      expect(error).toMatchObject({ code: 'NOPERM', cause: expect.any(Error) });
      expect(error.message).toMatch(/lacks a right/);
      expect(JSON.stringify([error, error.cause, error.message, error.stack])).not.toMatch(/the value|secret-of-poor/);
    }
    await backend.close();
  });

  it('a missing right that only a script needs', async () => {
    await admin.call('ACL', 'SETUSER', 'scripted', 'on', '>secret', '~k*', '&*', '+@all', '-unlink');
    const backend = redisBackend({ url: server.url.replace('//', '//scripted:secret@'), logger: { warn: () => {} } });
    await backend.set('k', 'the value');
    for (const refused of [
      () => backend.delete('k'),
      () => backend.invalidateTags(['t']), // keys of tags are not ~k*
    ])
      await expect(refused()).rejects.toMatchObject({
        code: 'NOPERM',
        message: expect.stringMatching(/lacks a right/),
      });
    await backend.close();
  });

  it('a wrong password, at start', async () => {
    await admin.call('ACL', 'SETUSER', 'someone', 'on', '>right', '~*', '+@all');
    const backend = redisBackend({ url: server.url.replace('//', '//someone:wr0ng@'), logger: { warn: () => {} } });
    const error = (await backend.start().catch((thrown: unknown) => thrown)) as CacheBackendError;
    expect(error).toMatchObject({ name: 'CacheConnectionError', code: 'NOAUTH' });
    expect(error.message).toMatch(/check the user name and password/);
    expect(`${error.message}${error.stack}${JSON.stringify(error.cause)}`).not.toMatch(/wr0ng/);
    await backend.close();
  });

  it('flipped bits in a stored frame are a miss, a value or a corrupt entry, and never anything else', async () => {
    const backend = redisBackend({ url: server.url });
    const key = `flip:${randomUUID()}`;
    await backend.set(key, 'payload', { ttl: 60_000, staleFor: 60_000, tags: [`${key}:tag`] });
    const frame = (await admin.getBuffer(key)) as Buffer;
    expect(frame[0]).toBe(0xc1);
    for (let bit = 8; bit < frame.length * 8; bit++) {
      const spoilt = Buffer.from(frame);
      spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
      await admin.set(key, spoilt, 'PX', 60_000);
      for (const read of [
        () => backend.get(key),
        () => backend.getEntry(key),
        () => backend.has(key),
        () => backend.ttl(key),
      ]) {
        const error = await Promise.resolve(read()).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined) expect(error).toBeInstanceOf(CacheSerializationError);
      }
      await backend.delete(key);
    }
    await backend.close();
  });

  it('a damaged frame is there for who does not look at it, and an error for who reads it', async () => {
    const backend = redisBackend({ url: server.url });
    const key = `damaged:${randomUUID()}`;
    const reading = {
      get: () => backend.get(key),
      getMany: () => backend.getMany([key]),
      getEntry: () => backend.getEntry(key),
      getEntries: () => backend.getEntries([key]),
      acquire: () => backend.acquire(key, 60_000),
    };
    const unseeing: Readonly<Record<string, readonly [() => unknown, unknown]>> = {
      has: [() => backend.has(key), true],
      ttl: [() => backend.ttl(key), null],
      keys: [() => counted(backend.keys(key)), 1],
      ifNotExists: [() => backend.set(key, 'new', { ifNotExists: true }), false],
      expire: [() => backend.expire(key, null), true],
      delete: [() => backend.delete(key), true],
    };
    const tags = [4, 0, 4, 0, 50, 1, 1]; // four bytes of tags, of which the first would be fifty long
    for (const rest of [[], [255, 1], [8, 1], [1, 2, 3], [9, 2, 3], [2, 0, 0], [4, 0], [4, 0, 50, 1], tags]) {
      const bytes = Buffer.from([0xc1, ...rest]);
      for (const [name, read] of Object.entries(reading)) {
        await admin.set(key, bytes);
        expect(await outcome(read), `${name} of ${bytes.toString('hex')}`).toBeInstanceOf(CacheSerializationError);
      }
      for (const [name, [ask, answer]] of Object.entries(unseeing)) {
        await admin.set(key, bytes);
        expect(await ask(), `${name} of ${bytes.toString('hex')}`).toBe(answer);
      }
    }
    await backend.close();
  });

  it('a damaged frame is loaded over, whatever is damaged, and nobody waits for a lease of it', async () => {
    const backend = redisBackend({ url: server.url });
    const cache = new Cache<string>({ backend, prefix: 'damaged:' });
    await cache.set('whole', 'old', { tags: ['a', 'tag'] });
    const frame = (await admin.getBuffer('damaged:whole')) as Buffer;
    const damaged = [
      ...[[], [1], [1, 2, 3], [2, 0, 0, 0], [4, 0xff, 0xff, 1], [8], [255, 1, 2, 3], Array(40).fill(255)],
      ...[2, 3, 5, 9, 13].map((length) => [...frame.subarray(1, length)]),
    ];
    for (const rest of damaged) {
      const bytes = Buffer.from([0xc1, ...rest]);
      for (const ttl of [1, 60_000]) {
        await admin.set('damaged:key', bytes);
        if (ttl > 1) await admin.pexpire('damaged:key', ttl);
        expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded');
        expect(await admin.get('damaged:key')).toBe('"loaded"');
      }
      await admin.set('damaged:key', bytes);
      expect((await backend.acquire('damaged:key', 60_000, Number.POSITIVE_INFINITY)).lease).toBeDefined();
      await expect(outcome(() => backend.get('damaged:key'))).resolves.not.toMatchObject({ hit: true });
    }
    await cache.close();
  });
});
