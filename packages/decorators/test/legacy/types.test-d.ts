import { Cache, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expectTypeOf } from 'vitest';
import {
  cacheable,
  cacheEvict,
  cachePut,
  controls,
  entityCache,
  invalidateAfter,
  refreshAfter,
} from '../../src/index.ts';

// Compiled with experimentalDecorators and never run: what is said here is said to the compiler.

interface User {
  readonly id: number;
  readonly name: string;
}

const users: Cache<User> = new Cache<User>({ backend: memoryBackend<User>() });
const now: SyncCache<unknown> = new SyncCache<unknown>({ backend: memoryBackend() });

const byId = entityCache<User, { id: number }>({ name: 'user', key: ({ id }) => id, cache: users });

export class Service {
  readonly cache: Cache<User> = users;

  @cacheable(users, {
    key: (id, page) => `${id.toFixed()}:${page.length}`,
    unless: (user) => user.id > 1,
    when: ({ args }) => args[0] > 0,
  })
  async load(id: number, page: string): Promise<User> {
    return { id, name: page };
  }

  // Here `self` has to be annotated: these decorators are not told the class.
  @cacheable(({ self }: { self: Service }) => self.cache, { key: 'user:{0}' })
  async found(id: number): Promise<User> {
    return { id, name: '' };
  }

  // @ts-expect-error: "no placeholder {1}"
  @cacheable(users, { key: 'user:{1}' })
  async wrongIndex(id: number): Promise<User> {
    return { id, name: '' };
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
  @cacheable(users)
  wrongSync(id: number): User {
    return { id, name: '' };
  }

  @cacheable(now)
  sync(id: number): number {
    return id;
  }

  @cacheable(new Cache<unknown>({ backend: memoryBackend() }))
  async generic<T>(value: T): Promise<T> {
    return value;
  }

  @cacheable(users)
  get current(): Promise<User> {
    return Promise.resolve({ id: 1, name: '' });
  }

  @cacheable(users)
  static async first(): Promise<User> {
    return { id: 1, name: '' };
  }

  @cachePut(users, { key: (user) => `user:${user.id}` })
  async put(user: User): Promise<User> {
    return user;
  }

  @cacheEvict(users, { key: 'user:{0.id}' })
  async evict(user: User): Promise<void> {
    void user;
  }

  // The class is not known here, so any name compiles; a wrong one is refused at the first call.
  @invalidateAfter('load')
  async close(id: number, page: string): Promise<void> {
    void [id, page];
  }

  @refreshAfter('load', { args: (user) => [user.id, ''] })
  async save(user: User): Promise<void> {
    void user;
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
}

export function tools(service: Service): void {
  expectTypeOf(controls(service, 'load').invalidate).parameters.toEqualTypeOf<[id: number, page: string]>();
}
