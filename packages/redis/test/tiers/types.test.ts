import { Cache, plainJson, serialized, type TieredBackend, tiered, type Wire } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expectTypeOf, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';

interface User {
  readonly name: string;
}

it('tiers have the type of what far holds, and a cache above them that of its values', () => {
  const url = 'redis://localhost';
  const observe = ['cache:'];
  const bytes = tiered(memoryBackend(), redisBackend({ url, observe }));
  expectTypeOf(bytes).toEqualTypeOf<TieredBackend<Wire>>();
  expectTypeOf(tiered(memoryBackend<User>(), redisBackend({ url, observe }))).toEqualTypeOf<TieredBackend<Wire>>();
  const values = tiered(
    memoryBackend<User>(),
    serialized<User, Wire>(redisBackend({ url, observe }), plainJson as never),
  );
  expectTypeOf(values).toEqualTypeOf<TieredBackend<User>>();
  expectTypeOf(new Cache<User>({ backend: bytes })).toEqualTypeOf<Cache<User>>();
  expectTypeOf(new Cache({ backend: values })).toEqualTypeOf<Cache<User>>();
});
