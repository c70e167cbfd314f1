import assert from 'node:assert/strict';
import type { Backend } from '../../contract/backend.ts';
import type { Clause, Trial } from '../trial.ts';

/** Several backend objects over the same entries, as several processes have. */
export const sharing: readonly Clause[] = [
  clause('what one backend writes, another reads; what one deletes, the other misses', async (trial, other) => {
    const { backend, key, value, isHit } = trial;
    await backend.set(key('a'), value(1));
    isHit(await other.get(key('a')), value(1));
    await other.set(key('a'), value(2));
    isHit(await backend.get(key('a')), value(2));
    assert.equal(await backend.delete(key('a')), true);
    assert.equal((await other.get(key('a'))).hit, false);
    assert.equal(await other.delete(key('a')), false);
  }),
  clause('one ifNotExists of a key wins, whichever backends are asked at once', async (trial, other) => {
    const { backend, key, value, isHit } = trial;
    const won = await Promise.all(
      Array.from({ length: 10 }, async (_, n) =>
        (n % 2 === 0 ? backend : other).set(key('a'), value(n), { ifNotExists: true }),
      ),
    );
    assert.equal(won.filter(Boolean).length, 1);
    isHit(await other.get(key('a')), value(won.indexOf(true)));
  }),
  clause('closing a backend leaves the entries to the others, and the others open', async (trial, other) => {
    const { backend, key, value, isHit } = trial;
    await backend.set(key('a'), value(1));
    await backend.close();
    isHit(await other.get(key('a')), value(1));
    await other.set(key('b'), value(2));
    isHit(await other.get(key('b')), value(2));
  }),
];

function clause(title: string, check: (trial: Trial, other: Backend<unknown>) => Promise<void>): Clause {
  return {
    title,
    async check(trial) {
      assert.ok(trial.hasPeer, 'expected a subject with a peer, as it is said to be shared');
      await check(trial, await trial.peer());
    },
  };
}
