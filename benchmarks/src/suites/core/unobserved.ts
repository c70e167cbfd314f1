import { assertKey, Cache, isPending, type SyncBackend } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { race, racer, versionOf } from '../../harness/index.ts';

const keys = Array.from({ length: 1024 }, (_, i) => `user:${i}`);

function filled(): SyncBackend<number> {
  const backend = memoryBackend<number>();
  for (const [i, key] of keys.entries()) backend.set(key, i);
  return backend;
}

/** A lookup as `Cache` does it, that checks, counts and answers, and has no events, no channels and no off switch. */
class Bare {
  readonly #backend = filled();
  readonly counts = { hits: 0, misses: 0 };

  async get(key: string): Promise<number | undefined> {
    assertKey(key);
    const answer = this.#backend.get(key);
    const found = isPending(answer) ? await answer : answer;
    if (found.hit) this.counts.hits++;
    else this.counts.misses++;
    return found.hit ? found.value : undefined;
  }
}

/** What events, tracing and the off switch cost a hit while nobody uses them. */
export const unobserved = race({
  title: 'an awaited hit, nobody listening, 1,024 entries',
  contestants: [
    racer({
      name: '@cache/core',
      version: versionOf('@cache/core'),
      setup: () => ({ cache: new Cache<number>({ backend: filled() }), keys }),
      op: ({ cache, keys }, i) => cache.get(keys[i & 1023] as string),
    }),
    racer({
      name: 'the same lookup without events',
      version: versionOf('@cache/core'),
      setup: () => ({ bare: new Bare(), keys }),
      op: ({ bare, keys }, i) => bare.get(keys[i & 1023] as string),
    }),
  ],
  asks: [{ than: 'the same lookup without events', atLeast: 0.9 }],
});
