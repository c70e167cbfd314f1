import { inspect } from 'node:util';
import { Cache, CacheKeyError, CacheValidationError, SyncCache } from '@cache/core';
import { manualClock } from '@cache/core/testing';
import { memoryBackend } from '@cache/memory';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { cached, controls, entityCache } from '../src/index.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });
const User = z.object({ id: z.number(), name: z.string() });
type User = z.infer<typeof User>;
const ada: User = { id: 1, name: 'Ada' };

const usersOf = (cache: Cache<unknown>) =>
  entityCache({ name: 'user', key: ({ id }: { id: number }) => id, cache, schema: User });

describe('entity caches', () => {
  test('set, get, getByKey, invalidate (B4, B5, B6, R24)', async () => {
    const cache = fresh();
    const users = usersOf(cache);
    expect(await users.get({ id: 1 })).toBe(undefined);
    expect(await users.set(ada)).toBe(true);
    expect([await users.get({ id: 1 }), await users.getByKey(1)]).toEqual([ada, ada]);
    expect(users.keyFor({ id: 1 })).toBe('user:1');
    expect(await cache.get('user:1')).toEqual(ada);
    expect([
      await users.invalidate({ id: 1 }),
      await users.invalidate({ id: 1 }),
      await users.invalidateByKey(9),
    ]).toEqual([true, false, false]);
    await users.set({ id: 2, name: 'Bob' }, { id: 3 });
    expect(await users.getByKey(3)).toEqual({ id: 2, name: 'Bob' });
    await users.clear();
    expect(await users.getByKey(3)).toBe(undefined);
  });

  test('an entity cache is made of a name, a primary key and a schema, and says so in a log, entities apart (B2, B12)', async () => {
    const users = entityCache({
      name: 'user',
      key: ({ id }: { id: number }) => id,
      cache: fresh(),
      schema: User,
      ttl: '10m',
    });
    await users.set(ada);
    expect(inspect(users)).toBe("entityCache user { ttl: '10m', schema: 'zod' }");
    const load = users.cached(async (id: number) => ({ id, name: 'Ada' }), { args: (id) => ({ id }) });
    expect([load.keyFor(1), users.keyFor({ id: 1 })]).toEqual(['user:1', 'user:1']);
    class Service {
      @users.cached({ args: (id) => ({ id }) })
      async load(id: number): Promise<User> {
        return { id, name: 'Ada' };
      }
    }
    expect(controls(new Service(), 'load').keyFor(1)).toBe('user:1');
  });

  test('ttl and the off switch: an expired entity is gone, a disabled cache stores and finds none, invalidate still removes (B4, B5, B6)', async () => {
    const clock = manualClock(1);
    const cache = new Cache<unknown>({ backend: memoryBackend({ clock, max: 2, eviction: 'lru' }), clock });
    const users = entityCache({ name: 'user', key: ({ id }: { id: number }) => id, cache, schema: User, ttl: '10s' });
    await users.set(ada);
    clock.advance(9_999);
    expect(await users.get({ id: 1 })).toEqual(ada);
    clock.advance(1);
    expect(await users.getByKey(1)).toBe(undefined);
    for (const id of [1, 2]) await users.set({ id, name: `user ${id}` });
    await users.get({ id: 1 });
    await users.set({ id: 3, name: 'user 3' });
    // Reading counts as use: the other one made room.
    expect((await users.getMany([{ id: 1 }, { id: 2 }, { id: 3 }])).map((user) => user?.id)).toEqual([1, undefined, 3]);
    cache.enabled = false;
    await users.set({ id: 1, name: 'not stored' });
    expect(await users.get({ id: 1 })).toBe(undefined);
    expect(await users.invalidate({ id: 3 })).toBe(true);
    cache.enabled = true;
    expect([(await users.getByKey(1))?.name, await users.getByKey(3)]).toEqual(['user 1', undefined]);
  });

  test('N missing entities make one query, answered in the order asked for', async () => {
    const users = usersOf(fresh());
    await users.set(ada);
    const queries: number[][] = [];
    const load = async (missing: { id: number }[]) => {
      queries.push(missing.map(({ id }) => id));
      return missing
        .filter(({ id }) => id < 100)
        .map(({ id }) => ({ id, name: `user ${id}` }))
        .reverse();
    };
    const asked = [3, 1, 2, 100, 3].map((id) => ({ id }));
    const names = (found: (User | undefined)[]) => found.map((user) => user?.name);
    expect(names(await users.getOrSetMany(asked, load))).toEqual(['user 3', 'Ada', 'user 2', undefined, 'user 3']);
    expect(queries).toEqual([[3, 2, 100]]);
    expect(names(await users.getMany(asked))).toEqual(['user 3', 'Ada', 'user 2', undefined, 'user 3']);
    await Promise.all([
      users.getOrSetMany([{ id: 5 }, { id: 6 }], load),
      users.getOrSetMany([{ id: 6 }, { id: 7 }], load),
    ]);
    expect(queries.slice(1).flat().sort()).toEqual([5, 6, 7]);
    expect(await users.getOrSet({ id: 8 }, async ({ id }) => ({ id, name: 'eight' }))).toEqual({
      id: 8,
      name: 'eight',
    });
  });

  test('the schema is checked on writing and on reading (R25)', async () => {
    const cache = fresh();
    const users = usersOf(cache);
    await expect(users.set({ id: 1 } as User)).rejects.toThrow(CacheValidationError);
    await cache.set('user:2', { old: 'shape' });
    expect(await users.getByKey(2)).toBe(undefined);
    const load = users.cached(async ({ id }: { id: number }) => ({ id, name: 'new' }));
    expect(await load({ id: 2 })).toEqual({ id: 2, name: 'new' });
  });

  test('primary keys of every kind; what is none is refused before anything runs (B3, R24)', async () => {
    const things = entityCache<number, { pk: unknown }>({
      name: 'thing',
      key: ({ pk }) => pk as string,
      cache: fresh(),
    });
    for (const pk of ['a', 1, 5n, true, { tenant: 'x', id: 1 }, [1, 2], { toCacheKey: () => 'own' }])
      expect(await things.set(1, { pk })).toBe(true);
    expect(things.keyFor({ pk: { id: 1, tenant: 'x' } })).toBe(things.keyFor({ pk: { tenant: 'x', id: 1 } }));
    for (const pk of [undefined, null, '', Number.NaN, () => 1, Symbol('x')]) {
      expect(() => things.keyFor({ pk })).toThrow(CacheKeyError);
      expect(() => things.set(1, { pk })).toThrow(CacheKeyError);
    }
    let runs = 0;
    const load = things.cached(async (_pk: number) => ++runs, { args: (_pk) => ({ pk: undefined }) });
    await expect(load(1)).rejects.toThrow(CacheKeyError);
    const positional = things.cached((async (_pk: number) => ++runs) as never) as unknown as (
      pk: number,
    ) => Promise<number>;
    await expect(positional(1)).rejects.toThrow(/expected an object as first argument, got number; `args` tells/);
    expect(runs).toBe(0);
  });

  test('a bounded memory makes room without an error (D29), and two kinds do not meet on one cache', async () => {
    const small = new Cache<unknown>({ backend: memoryBackend({ max: 1 }) });
    const users = usersOf(small);
    await users.set(ada);
    await users.set({ id: 2, name: 'Bob' });
    expect(
      (await users.getMany([{ id: 1 }, { id: 2 }])).filter((user) => user !== undefined).length,
    ).toBeLessThanOrEqual(1);
    const cache = fresh();
    const [a, b] = ['a', 'b'].map((name) => entityCache<string, { id: number }>({ name, key: ({ id }) => id, cache }));
    await a?.set('of a', { id: 1 });
    expect(await b?.get({ id: 1 })).toBe(undefined);
  });

  test('answers at once over a SyncCache, in types and at run time', () => {
    const cache = new SyncCache<unknown>({ backend: memoryBackend() });
    const users = entityCache({ name: 'user', key: ({ id }: { id: number }) => id, cache, schema: User });
    expect(users.set(ada)).toBe(true);
    expect(users.get({ id: 1 })).toEqual(ada);
    expectTypeOf(users.get({ id: 1 })).toEqualTypeOf<User | undefined>();
    expect(
      users.getOrSetMany([{ id: 1 }, { id: 2 }], (missing) => missing.map(({ id }) => ({ id, name: 'x' }))),
    ).toEqual([ada, { id: 2, name: 'x' }]);
    const load = users.cached(({ id }: { id: number }) => ({ id, name: 'sync' }));
    expect(load({ id: 1 })).toEqual(ada);
    expect(load.peek({ id: 5 })).toBe(undefined);
  });

  test('a cache that is found at each call, or none', async () => {
    let cache: Cache<unknown> | undefined;
    const users = entityCache({ name: 'user', key: ({ id }: { id: number }) => id, cache: () => cache, schema: User });
    expect([
      await users.get({ id: 1 }),
      await users.set(ada),
      await users.invalidate({ id: 1 }),
      await users.getMany([{ id: 1 }]),
    ]).toEqual([undefined, true, false, [undefined]]);
    expect(await users.getOrSetMany([{ id: 1 }], async () => [ada])).toEqual([ada]);
    const load = users.cached(async (_user: { id: number }) => ada);
    expect(await load({ id: 1 })).toEqual(ada);
    cache = fresh();
    await load({ id: 1 });
    expect(await users.getByKey(1)).toEqual(ada);
  });

  test('the types are the schema’s, and functions that do not fit do not compile', () => {
    const users = usersOf(fresh());
    expectTypeOf(users.getByKey).returns.resolves.toEqualTypeOf<User | undefined>();
    expectTypeOf(users.getMany).returns.resolves.toEqualTypeOf<(User | undefined)[]>();
    // @ts-expect-error: not a user
    () => users.set({ id: 1, name: 5 });
    // @ts-expect-error: not what identifies one
    () => users.get({ name: 'x' });
    // @ts-expect-error: the first argument does not identify an entity: give args
    () => users.cached(async (id: number) => ({ id, name: '' }));
    // @ts-expect-error: a sync function needs a SyncCache
    () => users.cached(({ id }: { id: number }) => ({ id, name: '' }));
    expectTypeOf(cached).toBeFunction();
  });
});
