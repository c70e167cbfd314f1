import { Cache, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expect, expectTypeOf, test } from 'vitest';

interface User {
  readonly id: number;
}

test('a cache says its type of value, or has it from its backend, or takes anything', () => {
  expectTypeOf(new Cache<User>({ backend: memoryBackend() }).get('a')).resolves.toEqualTypeOf<User | undefined>();
  expectTypeOf(new Cache({ backend: memoryBackend<User>() }).get('a')).resolves.toEqualTypeOf<User | undefined>();
  expectTypeOf(new Cache({ backend: memoryBackend() }).get('a')).resolves.toEqualTypeOf<unknown>();
  expectTypeOf(new SyncCache<User>({ backend: memoryBackend() }).get('a')).toEqualTypeOf<User | undefined>();
  expectTypeOf(new SyncCache({ backend: memoryBackend<User>() }).get('a')).toEqualTypeOf<User | undefined>();
  expectTypeOf(new SyncCache({ backend: memoryBackend() }).get('a')).toEqualTypeOf<unknown>();
});

test('what is no value of the cache does not compile', () => {
  const users = new SyncCache<User>({ backend: memoryBackend() });
  // @ts-expect-error a user has an id
  expect(users.set('a', { name: 'Ada' })).toBe(true);
  // @ts-expect-error the backend holds numbers
  new SyncCache<User>({ backend: memoryBackend<number>() });
});
