import { describe, expect, test } from 'vitest';
import { cachesConfigFromEnv } from '../../src/config/index.ts';
import { type BackendSchemes, CacheConfigError, createCaches, dummyBackend } from '../../src/index.ts';
import { fakeRedis } from './example-schemes.ts';

describe('several caches by name', () => {
  test('share the connections of a server, each under a prefix of its own, and close them together', async () => {
    const diary: string[] = [];
    const caches = await createCaches({
      default: { url: 'redis://h?prefix=app:', backends: [fakeRedis(diary)] },
      users: { ttl: '5m' },
      orders: { url: 'redis://h/0', prefix: 'o:', backends: [fakeRedis(diary)] },
      other: { url: 'redis://h/1', backends: [fakeRedis(diary)] },
    });
    expect(diary.filter((line) => line.startsWith('create'))).toEqual(['create h/0', 'create h/1']);
    expect([caches.default.prefix, caches.users.prefix, caches.orders.prefix]).toEqual(['app:', 'app:users:', 'o:']);
    await caches.users.close();
    await caches.default.close();
    expect(diary).not.toContain('close h/0');
    await caches.close();
    expect(diary.filter((line) => line.startsWith('close')).sort()).toEqual(['close h/0', 'close h/1']);
  });

  test('of which two would have one prefix on one server are refused before anything is created', async () => {
    const diary: string[] = [];
    const backends = [fakeRedis(diary)];
    const creating = createCaches({
      users: { url: 'redis://h/0?prefix=app:', backends },
      orders: { url: 'redis://h/1?prefix=app:', backends },
      people: { url: 'redis://h', prefix: 'app:', backends },
    });
    await expect(creating).rejects.toThrow(
      'people: expected a prefix of its own, got "app:", which users has on the same server',
    );
    await expect(
      createCaches({ a: { url: 'redis://h', backends }, b: { url: 'redis://h', backends } }),
    ).resolves.toBeDefined();
    expect(diary.filter((line) => line.startsWith('create'))).toHaveLength(1);
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['redis://app:secret@h', 'a text that is not shown'],
    [['memory://'], 'a list'],
  ])('are wanted as an object, and not as %o', async (given, got) => {
    await expect(createCaches(given as never)).rejects.toThrow(
      new CacheConfigError(`caches: expected an object of configs by name, got ${got}`),
    );
  });

  test('from variables', async () => {
    const env = { CACHE_REDIS__HOST: 'h', CACHE_TTL: '1m', CACHE_CACHES__USERS__PREFIX: 'u:' };
    const { default: main, users } = cachesConfigFromEnv(env);
    const backends = [fakeRedis()];
    await using caches = await createCaches({ default: { ...main, backends }, users: { ...users, backends } });
    expect(caches.users.prefix).toBe('u:');
  });

  test('when the second does not start, the first is closed', async () => {
    const diary: string[] = [];
    const backends = [fakeRedis(diary, 'b')];
    const creating = createCaches({
      one: { url: 'redis://a', backends },
      two: { url: 'redis://b', backends },
      three: { url: 'redis://c', backends },
    });
    await expect(creating).rejects.toMatchObject({ cause: { message: 'b/0 does not start' } });
    expect(diary.filter((line) => line.startsWith('start'))).toEqual(['start a/0', 'start b/0']);
    expect(diary.filter((line) => line.startsWith('close')).sort()).toEqual(['close a/0', 'close b/0', 'close c/0']);
  });

  test('are all closed although one of them does not close, which is told', async () => {
    const diary: string[] = [];
    const backends = [fakeRedis(diary)];
    const caches = await createCaches({
      one: { url: 'redis://a', backends },
      two: { url: 'redis://b', backends },
    });
    caches.two.close = () => Promise.reject(new Error('stuck'));
    await expect(caches.close()).rejects.toThrow('stuck');
    expect(diary.filter((line) => line.startsWith('close'))).toEqual(['close a/0']);
  });

  test('what only their settings together show to be wrong is told of all of them, and what was created is closed', async () => {
    const diary: string[] = [];
    const backends = [fakeRedis(diary)];
    const create = () => {
      const { invalidateTags: _, ...tagless } = dummyBackend();
      return tagless;
    };
    const tagless = { redis: { ...backends[0]?.redis, create } } as BackendSchemes;
    const creating = createCaches({
      one: { url: 'redis://a', backends },
      two: { url: 'redis://b', tags: true, backends: [tagless] },
      three: { url: 'redis://c', near: 'dummy://', backends },
    });
    await expect(creating).rejects.toThrow(/2 problems:\n- tags: expected .*\n- near: expected nearTtl/);
    expect(diary).toEqual(['create a/0', 'create c/0', 'close a/0']);
  });

  test('what is wrong with any of them is told at once, and nothing is created', async () => {
    const diary: string[] = [];
    const backends = [fakeRedis(diary)];
    const creating = createCaches({
      default: { url: 'redis://:hunter2@h?tll=1m', backends },
      users: { url: 'redis://h:0', backends },
      orders: { ttl: 'soon' as never },
    });
    await expect(creating).rejects.toThrowErrorMatchingSnapshot();
    await expect(createCaches({})).rejects.toThrow('caches: expected at least one, got none');
    await expect(createCaches({ close: 'dummy://' })).rejects.toThrow(/^close: expected another name/);
    expect(diary).toEqual([]);
  });
});
