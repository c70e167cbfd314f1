import { randomUUID } from 'node:crypto';
import { Cache, CacheSerializationError, createCache } from '@cache/core';
import { backends as redis, redisBackend } from '@cache/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { serializerFromUrl } from '../src/index.ts';

const { url } = inject('redis');
const client = new Redis(url.replace(/^redis\+unix:\/\//, ''), { lazyConnect: true });
beforeAll(() => client.connect());
afterAll(() => client.quit());

const falsy = { undefined: undefined, null: null, zero: 0, text: '', no: false, nan: Number.NaN };
const values = { ...falsy, list: [1, { a: new Date(5) }], large: { text: 'some words, '.repeat(20_000) } };

describe.each(['json://', 'msgpack://', 'json+zlib://', 'msgpack+brotli://?threshold=0', 'v8+gzip://'])(
  '%s on Redis',
  (layers) => {
    const prefix = `${randomUUID()}:`;
    const cache = new Cache<unknown>({ backend: redisBackend({ url }), serializer: serializerFromUrl(layers), prefix });
    beforeAll(() => cache.start());
    afterAll(() => cache.close());

    test.each(Object.entries(values))('%s comes back as a hit (R2)', async (key, value) => {
      await cache.set(key, value);
      expect(await cache.lookup(key)).toStrictEqual({ hit: true, value });
    });

    test('a refused value changes nothing, and the error names key and path (K6)', async () => {
      const refused = cache.set('refused', { user: { avatar: () => 1 } });
      await expect(refused).rejects.toThrow(CacheSerializationError);
      await expect(refused).rejects.toThrow(/refused".*\$\.user\.avatar/);
      expect(await client.exists(`${prefix}refused`)).toBe(0);
    });

    test('foreign bytes are an error, not a miss (D26)', async () => {
      await client.set(`${prefix}foreign`, '\u0001 foreign');
      await expect(cache.get('foreign')).rejects.toThrow(CacheSerializationError);
    });
  },
);

test('configuration names them: json alone is plain JSON, json://?strict=0 carries more, a chain is as it is written', async () => {
  const when = new Date(5);
  for (const serializer of ['json://?strict=0', 'json+zlib', 'msgpack+zlib://?zlib.level=6']) {
    const cache = await createCache<unknown>({ url, backends: [redis], serializer, prefix: `${randomUUID()}:` });
    await cache.set('when', { when });
    expect(await cache.get('when')).toEqual({ when });
    await cache.close();
  }
  const strict = await createCache<unknown>({ url, backends: [redis], serializer: 'json', prefix: `${randomUUID()}:` });
  await expect(strict.set('when', { when })).rejects.toThrow(/\$\.when: expected what plain JSON carries/);
  await strict.close();
});

test.each(['json://', 'msgpack://', 'v8://'])(
  '%s gives back from Redis what memory gives back: what JSON would have made text or lost is as it was (P7)',
  async (layers) => {
    const prefix = `${randomUUID()}:`;
    const cache = new Cache<unknown>({ backend: redisBackend({ url }), serializer: serializerFromUrl(layers), prefix });
    const value = {
      at: new Date('2024-02-29T12:00:00.001Z'),
      roles: new Set(['admin']),
      counts: new Map([['a', 1n]]),
      bytes: Buffer.from([0, 255, 0xc3, 0x28]),
      ratio: Number.NaN,
      nothing: undefined,
    };
    await cache.set('k', value);
    expect(await cache.get('k')).toStrictEqual(value);
    await cache.close();
  },
);

test('GET of a json cache shows the JSON', async () => {
  const prefix = `${randomUUID()}:`;
  const cache = new Cache<unknown>({
    backend: redisBackend({ url }),
    serializer: serializerFromUrl('json://'),
    prefix,
  });
  await cache.start();
  await cache.set('tea', { id: 7, name: 'tea' });
  expect(await client.get(`${prefix}tea`)).toBe('{"id":7,"name":"tea"}');
  await cache.close();
});
