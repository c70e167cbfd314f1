import { Cache, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expectTypeOf } from 'vitest';
import { cached } from '../src/index.ts';

interface User {
  readonly id: number;
  readonly name: string;
}

const users: Cache<User> = new Cache<User>({ backend: memoryBackend<User>() });
const anything: Cache<unknown> = new Cache<unknown>({ backend: memoryBackend() });
const now: SyncCache<unknown> = new SyncCache<unknown>({ backend: memoryBackend() });

// Compiled and never run: what is said here is said to the compiler.

export function functions(): void {
  const load = cached(
    users,
    { key: (id, page) => `${id.toFixed()}:${page.length}`, unless: (user) => user.id > 1 },
    async (id: number, page: string) => ({ id, name: page }),
  );
  expectTypeOf(load).parameters.toEqualTypeOf<[id: number, page: string]>();
  expectTypeOf(load.keyFor).parameters.toEqualTypeOf<[id: number, page: string]>();
  expectTypeOf(load.peek).returns.toEqualTypeOf<Promise<{ id: number; name: string } | undefined>>();
  expectTypeOf(load.refresh).returns.toEqualTypeOf<Promise<{ id: number; name: string }>>();
  expectTypeOf(load.invalidate).returns.toEqualTypeOf<Promise<boolean>>();
  // @ts-expect-error: wrong argument
  () => load.invalidate('x', 'y');

  const double = cached(now, { key: (value) => `d:${value.toFixed()}` }, (value: number) => value * 2);
  expectTypeOf(double).returns.toEqualTypeOf<number>();
  expectTypeOf(double.peek).returns.toEqualTypeOf<number | undefined>();
  expectTypeOf(double.invalidate).returns.toEqualTypeOf<boolean>();
  // @ts-expect-error: a sync function needs a SyncCache
  cached(anything, { key: 'k' }, (value: number) => value * 2);
  // @ts-expect-error: the cache holds users
  cached(users, { key: 'k' }, async (value: number) => value * 2);
  // @ts-expect-error: "no placeholder {1}"
  cached(anything, { key: 'k:{1}' }, async (value: number) => value * 2);

  function find(id: number): Promise<User>;
  function find(name: string): Promise<User[]>;
  async function find(_by: number | string): Promise<User | User[]> {
    return [];
  }
  const found = cached(anything, { key: (by) => String(by) }, find);
  expectTypeOf(found(1)).toEqualTypeOf<Promise<User>>();
  expectTypeOf(found('x')).toEqualTypeOf<Promise<User[]>>();
  expectTypeOf(found.keyFor).parameters.toEqualTypeOf<[name: string]>(); // the last overload

  const same = cached(anything, { key: (value) => String(value) }, async <T>(value: T): Promise<T> => value);
  expectTypeOf(same(5 as const)).toEqualTypeOf<Promise<5>>();

  const curried = cached(users, { key: (id: number) => `c:${id}` })(async (id: number) => ({ id, name: '' }));
  expectTypeOf(curried.keyFor).parameters.toEqualTypeOf<[id: number]>();
  const bare = cached(users, { ttl: '5m' })(async function loadUser(id: number) {
    return { id, name: '' };
  });
  expectTypeOf(bare).parameters.toEqualTypeOf<[id: number]>();

  // @ts-expect-error: an async function does not answer at once
  cached(now, { key: 'k', mode: 'sync' }, async (value: number) => value);
  // @ts-expect-error: a stale window and ifNotExists
  cached(anything, { key: 'k', ifNotExists: true, staleWhileRevalidate: 1_000 }, async (value: number) => value);
  const added = cached(anything, { key: (id) => id.toFixed(), ifNotExists: true }, async (id: number) => id);
  expectTypeOf(added.refresh).parameters.toEqualTypeOf<[id: number]>();
}
