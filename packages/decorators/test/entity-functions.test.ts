import { Cache, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { entityCache } from '../src/index.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });
const User = z.object({ id: z.number(), name: z.string() });
type User = z.infer<typeof User>;
const ada: User = { id: 1, name: 'Ada' };

const usersOf = (cache: Cache<unknown>) =>
  entityCache({ name: 'user', key: ({ id }: { id: number }) => id, cache, schema: User });

describe('functions and methods of entities', () => {
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
});
