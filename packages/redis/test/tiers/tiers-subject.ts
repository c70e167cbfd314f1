import { plainJson, serialized, tiered, type Wire } from '@cache/core';
import { type MakeSubject, manualClock } from '@cache/core/testing';
import { memoryBackend } from '@cache/memory';
import type { Cluster, Redis } from 'ioredis';
import { type RedisBackendOptions, redisBackend } from '../../src/index.ts';
import { redisSubject } from '../redis-subject.ts';

/** Memory above what `options` reach. Near is in this process and far on the server: time passes for both. */
export function tiersSubject(options: RedisBackendOptions, admin: Redis | Cluster): MakeSubject<unknown> {
  return async (scope) => {
    const server = await redisSubject(options, admin)(scope);
    const clock = manualClock();
    const make = () =>
      serialized<unknown, Wire>(
        tiered(memoryBackend({ clock }), redisBackend({ ...options, observe: [scope.prefix] })),
        plainJson,
      );
    return {
      backend: make(),
      peer: make,
      async advance(ms) {
        await server.advance(ms);
        clock.advance(ms);
      },
    };
  };
}

/** What plain JSON carries. */
export const jsonValues: readonly unknown[] = [null, undefined, 0, '', false, 'é🔑', [], {}, { a: [1, null] }];
