import { Cache, CacheKeyError, CacheValidationError, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { cached, entityCache } from '../src/index.ts';

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

  test('cached, invalidateAfter and refreshAfter wrap functions; the update answers with its own result (B8, B9, B10, R27)', async () => {
    const users = usersOf(fresh());
    const table = new Map([[1, ada]]);
    let reads = 0;
    const load = users.cached(async ({ id }: { id: number }) => {
      reads++;
      return table.get(id) as User;
    });
    const byId = users.cached(async (id: number) => table.get(id) as User, { args: (id) => ({ id }) });
    expect([await load({ id: 1 }), await load({ id: 1 }), await byId(1)]).toEqual([ada, ada, ada]);
    expect(reads).toBe(1);
    const rename = users.invalidateAfter(async ({ id }: { id: number }, name: string) => {
      table.set(id, { id, name });
      return 'renamed';
    });
    expect(await rename({ id: 1 }, 'Grace')).toBe('renamed');
    expect((await load({ id: 1 })).name).toBe('Grace');
    const failing = users.invalidateAfter(async (_user: { id: number }) => {
      throw new Error('no');
    });
    await expect(failing({ id: 1 })).rejects.toThrow('no');
    expect((await users.getByKey(1))?.name).toBe('Grace');
    const again = users.refreshAfter(async ({ id }: { id: number }, _name: string) => table.get(id) as User);
    const update = again(async ({ id }: { id: number }, name: string) => {
      table.set(id, { id, name });
      return 'updated';
    });
    expect(await update({ id: 1 }, 'Edsger')).toBe('updated');
    expect((await users.getByKey(1))?.name).toBe('Edsger');
    const throughReader = users.refreshAfter(load)(async ({ id }: { id: number }) => {
      table.set(id, { id, name: 'Barbara' });
    });
    await throughReader({ id: 1 });
    expect((await users.getByKey(1))?.name).toBe('Barbara');
    expect(reads).toBe(3);
  });

  test('methods, by decorators', async () => {
    const users = usersOf(fresh());
    class Users {
      reads = 0;
      @users.cached
      async find({ id }: { id: number }): Promise<User> {
        this.reads++;
        return { id, name: `user ${id}` };
      }
      @users.cached({ args: (id) => ({ id }) })
      async load(id: number): Promise<User> {
        this.reads++;
        return { id, name: `user ${id}` };
      }
      @users.invalidateAfter({ args: (id) => ({ id }) })
      async drop(id: number): Promise<number> {
        return id;
      }
    }
    const service = new Users();
    await service.find({ id: 1 });
    await service.load(1);
    expect(service.reads).toBe(1);
    await service.drop(1);
    await service.load(1);
    expect(service.reads).toBe(2);
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

  test('a reader that finds none answers undefined: the schema is not asked, and nothing is stored', async () => {
    const users = usersOf(fresh());
    const table = new Map<number, User>();
    let reads = 0;
    const find = async (id: number): Promise<User | undefined> => {
      reads++;
      return table.get(id);
    };
    const byId = users.cached(find, { args: (id) => ({ id }) });
    expectTypeOf(byId).returns.resolves.toEqualTypeOf<User | undefined>();
    expect(await Promise.all([byId(1), byId(1), users.getOrSet({ id: 1 }, ({ id }) => find(id))])).toEqual(
      Array(3).fill(undefined),
    );
    expect(reads).toBe(1);
    const add = users.refreshAfter(({ id }: { id: number }) => find(id));
    await add(async ({ id }: { id: number }) => `nothing to show for ${id}`)({ id: 1 });
    expect([await byId(1), reads]).toEqual([undefined, 3]);
    table.set(1, ada);
    expect([await byId(1), await byId(1), reads]).toEqual([ada, ada, 4]);
    // @ts-expect-error: no user
    () => users.cached(async (_args: { id: number }) => 'Ada');
    const now = entityCache({
      name: 'user',
      key: ({ id }: { id: number }) => id,
      cache: new SyncCache<unknown>({ backend: memoryBackend() }),
      schema: User,
    });
    const at = now.cached(({ id }: { id: number }) => (id === 1 ? ada : undefined));
    expect([at({ id: 1 }), at({ id: 2 }), now.getOrSet({ id: 3 }, () => undefined)]).toEqual([
      ada,
      undefined,
      undefined,
    ]);
    const later = now.cached(({ id }: { id: number }) => Promise.resolve(id === 1 ? ada : undefined));
    expect([await later({ id: 5 }), await later({ id: 5 })]).toEqual([undefined, undefined]);
  });

  test('null is an entity like any other (D31)', async () => {
    const maybe = entityCache<User | null, { id: number }>({ name: 'maybe', key: ({ id }) => id, cache: fresh() });
    let reads = 0;
    const load = maybe.cached(async (_user: { id: number }) => {
      reads++;
      return null;
    });
    expect([await load({ id: 1 }), await load({ id: 1 }), reads]).toEqual([null, null, 1]);
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
