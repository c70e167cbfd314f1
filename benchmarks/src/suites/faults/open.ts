import { type Backend, CacheConnectionError, failover } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { race, racer, versionOf } from '../../harness/index.ts';

const keys: readonly string[] = Array.from({ length: 1_000 }, (_, i) => `user:${i}`);

function filled(backend: Backend<number>): { readonly backend: Backend<number>; readonly keys: readonly string[] } {
  for (const [i, key] of keys.entries()) backend.set(key, i);
  return { backend, keys };
}

const fail = (): never => {
  throw new CacheConnectionError('expected an answer, got none');
};

export const open = race({
  title: 'a read while the primary is dead and the circuit open',
  contestants: [
    racer({
      name: '@cache/core failover',
      version: versionOf('@cache/core'),
      setup() {
        const dead = { ...failover(memoryBackend<number>(), memoryBackend<number>()), get: fail, set: fail };
        const backend = failover<number>(dead, memoryBackend<number>(), {
          errors: 1,
          probeEvery: '1h',
          logger: { warn() {} },
        });
        return filled(backend);
      },
      op: ({ backend, keys }, i) => backend.get(keys[i % 1_000] as string),
    }),
    racer({
      name: 'the fallback alone',
      version: versionOf('@cache/memory'),
      setup: () => filled(memoryBackend<number>()),
      op: ({ backend, keys }, i) => backend.get(keys[i % 1_000] as string),
    }),
  ],
  asks: [{ than: 'the fallback alone', atLeast: 1 / 5 }],
});
