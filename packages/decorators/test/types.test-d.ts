import { Cache, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expectTypeOf } from 'vitest';
import { cacheable, cacheEvict, cachePut, controls, entityCache, invalidateAfter, refreshAfter } from '../src/index.ts';

interface User {
  readonly id: number;
  readonly name: string;
}

const users: Cache<User> = new Cache<User>({ backend: memoryBackend<User>() });
const anything: Cache<unknown> = new Cache<unknown>({ backend: memoryBackend() });
const now: SyncCache<unknown> = new SyncCache<unknown>({ backend: memoryBackend() });

const byId = entityCache<User, { id: number }>({ name: 'user', key: ({ id }) => id, cache: users });

// Compiled and never run: what is said here is said to the compiler.

/** Unannotated options of a standard decorator know the method: its parameters, its result and its class. */
export class Service {
  readonly cache: Cache<User> = users;
  readonly now: SyncCache<number> = new SyncCache<number>({ backend: memoryBackend<number>() });
  readonly tenant: string = 'acme';
  private readonly secret = 's';

  @cacheable(({ self, args }) => (args[0] > 0 && self.tenant !== '' ? self.cache : undefined), {
    key: (id, page) => {
      expectTypeOf(id).toEqualTypeOf<number>();
      expectTypeOf(page).toEqualTypeOf<string | undefined>();
      return `${id}:${page}`;
    },
    unless: (user, { self, args }) => {
      expectTypeOf(user).toEqualTypeOf<User>();
      expectTypeOf(self).toEqualTypeOf<Service>();
      expectTypeOf(args).toEqualTypeOf<[id: number, page?: string | undefined]>();
      return user.name === self.tenant;
    },
    ttl: (user) => (user.id > 1 ? '5m' : null),
    tags: (user) => [`user:${user.id}`],
    when: ({ args }) => args[0] > 0,
    staleWhileRevalidate: '10s',
    timeout: { soft: 100 },
  })
  async load(id: number, page?: string): Promise<User> {
    return { id, name: page ?? this.secret };
  }

  @cacheable(users, { key: (id) => `fewer:${id.toFixed()}` })
  async fewer(id: number, _page: string): Promise<User> {
    return { id, name: '' };
  }

  @cacheable(users, { key: 'user:{0}:{1.id}:{this.tenant}' })
  async template(_id: number, user: User): Promise<User> {
    return user;
  }

  // @ts-expect-error: "no placeholder {1}"
  @cacheable(users, { key: 'user:{1}' })
  async wrongIndex(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: "no placeholder {0.nmae}"
  @cacheable(users, { key: 'user:{0.nmae}' })
  async wrongPath(user: User): Promise<User> {
    return user;
  }

  // @ts-expect-error: "no placeholder {this.secret}", which is private
  @cacheable(users, { key: 'user:{this.secret}' })
  async wrongField(user: User): Promise<User> {
    return user;
  }

  @cacheable(users, { key: 'user:{user.id}:{page=1}', params: ['user', 'page'] })
  async named(user: User, _page?: number): Promise<User> {
    return user;
  }

  // @ts-expect-error: "no placeholder {usr.id}"
  @cacheable(users, { key: 'user:{usr.id}', params: ['user'] })
  async wrongName(user: User): Promise<User> {
    return user;
  }

  // @ts-expect-error: a key function with parameters of another type
  @cacheable(users, { key: (id: string) => id })
  async wrongKey(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: the cache holds users
  @cacheable(users)
  async wrongValue(id: number): Promise<number> {
    return id;
  }

  // @ts-expect-error: a sync method needs a SyncCache
  @cacheable(anything)
  wrongSync(id: number): number {
    return id;
  }

  @cacheable(({ self }) => self.now, { key: (id) => `n:${id.toFixed()}`, unless: (value) => value > 5 })
  sync(id: number): number {
    return id;
  }

  // @ts-expect-error: nobody can wait in a sync method
  @cacheable(now, { timeout: { soft: 5 } })
  wrongOption(id: number): number {
    return id;
  }

  // @ts-expect-error: a key of its own is not hashed
  @cacheable(users, { key: 'user:{0}', hashed: true })
  async contradiction(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: params without a template
  @cacheable(users, { params: ['id'] })
  async contradiction2(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: a stale window, which is written again, and ifNotExists
  @cacheable(users, { key: 'user:{0}', ifNotExists: true, staleIfError: '1m' })
  async contradiction3(id: number): Promise<User> {
    return { id, name: '' };
  }

  @cacheable(users, { key: (id) => `user:${id.toFixed()}`, ifNotExists: true, ttl: (user) => user.id })
  async onlyNew(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: an async method does not answer at once
  @cacheable(users, { key: 'user:{0}', mode: 'sync' })
  async contradiction4(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: a promise from an option of a sync method
  @cacheable(now, { when: async () => true })
  wrongWhen(id: number): number {
    return id;
  }

  @cacheable(anything, { key: (value) => String(value) })
  async generic<T>(value: T): Promise<T> {
    return value;
  }

  @cacheable(anything)
  get total(): Promise<number> {
    return Promise.resolve(1);
  }

  @cachePut(users, { keyFromResult: (user, id) => `${user.name}:${id.toFixed()}`, ttl: (user) => user.id })
  async put(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: one of the two
  @cachePut(users, { key: 'a', keyFromResult: () => 'b' })
  async wrongPut(id: number): Promise<User> {
    return { id, name: '' };
  }

  @cacheEvict(users, { key: (id) => `user:${id.toFixed()}`, tags: (count) => [count.toFixed()] })
  async evict(id: number): Promise<number> {
    return id;
  }

  // @ts-expect-error: removes nothing
  @cacheEvict(users, {})
  async wrongEvict(id: number): Promise<number> {
    return id;
  }

  // @ts-expect-error: a sync method over an async cache cannot wait for the removal
  @cacheEvict(users, { all: true })
  wrongSyncEvict(id: number): number {
    return id;
  }

  @invalidateAfter('load', { args: (user) => [user.id] })
  async save(user: User): Promise<void> {
    void user;
  }

  @refreshAfter('load', { argsFromResult: (id, user) => [id, user.name] })
  async replace(user: User): Promise<number> {
    return user.id;
  }

  @byId.cached({ args: (id) => ({ id }) })
  async entity(id: number, _deep?: boolean): Promise<User | undefined> {
    return { id, name: '' };
  }

  @byId.cached
  async whole(who: { id: number }): Promise<User> {
    return { ...who, name: '' };
  }

  @byId.invalidateAfter({ args: (id: number) => ({ id }) })
  async rename(id: number, name: string): Promise<string> {
    return `${id}${name}`;
  }

  // @ts-expect-error: the first argument does not identify an entity: give args
  @byId.cached
  async positional(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: no user
  @byId.cached({ args: (id: number) => ({ id }) })
  async other(id: number): Promise<string> {
    return `${id}`;
  }

  // @ts-expect-error: no such method
  @invalidateAfter('lod')
  async wrongReader(user: User): Promise<void> {
    void user;
  }
}

export function tools(): void {
  const service = new Service();
  const { load, sync, total } = {
    load: controls(service, 'load'),
    sync: controls(service, 'sync'),
    total: controls(service, 'total'),
  };
  expectTypeOf(load.invalidate).parameters.toEqualTypeOf<[id: number, page?: string | undefined]>();
  expectTypeOf(load.peek).returns.toEqualTypeOf<Promise<User | undefined>>();
  expectTypeOf(sync.peek).returns.toEqualTypeOf<number | undefined>();
  expectTypeOf(total.invalidate).parameters.toEqualTypeOf<[]>();
  // @ts-expect-error: no such member
  controls(service, 'nothing');
}
