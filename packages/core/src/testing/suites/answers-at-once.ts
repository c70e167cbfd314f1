import assert from 'node:assert/strict';
import { isPending } from '../../contract/awaitable.ts';
import type { Clause } from '../trial.ts';

/** A synchronous backend answers with values, never with promises. */
export const answersAtOnce: readonly Clause[] = [
  {
    title: 'every method answers at once, without a promise',
    async check({ backend, key, value, prefix }) {
      const calls: Readonly<Record<string, () => unknown>> = {
        start: () => backend.start(),
        set: () => backend.set(key('a'), value(1)),
        get: () => backend.get(key('a')),
        getMany: () => backend.getMany([key('a')]),
        getEntry: () => backend.getEntry(key('a')),
        getEntries: () => backend.getEntries([key('a')]),
        setMany: () => backend.setMany([[key('b'), value(2)]]),
        has: () => backend.has(key('a')),
        expire: () => backend.expire(key('a'), 60_000),
        ttl: () => backend.ttl(key('a')),
        delete: () => backend.delete(key('a')),
        deleteMany: () => backend.deleteMany([key('b')]),
        clear: () => backend.clear(prefix),
        close: () => backend.close(),
      };
      assert.equal(typeof (backend.keys(prefix) as Partial<Iterable<string>>)[Symbol.iterator], 'function', 'keys');
      for (const [name, call] of Object.entries(calls)) {
        const answer = call();
        assert.ok(!isPending(answer as PromiseLike<unknown> as Promise<unknown>), `${name} gave a promise`);
      }
    },
  },
];
