import assert from 'node:assert/strict';
import type { Clause, Trial } from '../trial.ts';

const MINUTE = 60_000;

/** After its deadline, and for `staleFor` more, an entry is stale: seen by few methods, and said to be stale by them. */
export const staleWindows: readonly Clause[] = [
  {
    title: 'an entry with a stale window is fresh until its deadline',
    async check({ backend, key, value, advance, margin, isHit, isAbout }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE, staleFor: 2 * MINUTE });
      const entry = await backend.getEntry(key('a'));
      isAbout(entry?.freshFor, MINUTE);
      isAbout(entry?.expiresIn, 3 * MINUTE);
      isAbout(await backend.ttl(key('a')), MINUTE);
      await advance(MINUTE - margin);
      isHit(await backend.get(key('a')), value(1));
      assert.equal(await backend.has(key('a')), true);
    },
  },
  {
    title: 'a stale entry is absent for get',
    check: (trial) => stale(trial, async () => assert.equal((await trial.backend.get(trial.key('a'))).hit, false)),
  },
  {
    title: 'a stale entry is absent for has',
    check: (trial) => stale(trial, async () => assert.equal(await trial.backend.has(trial.key('a')), false)),
  },
  {
    title: 'a stale entry is absent for ttl',
    check: (trial) => stale(trial, async () => assert.equal(await trial.backend.ttl(trial.key('a')), undefined)),
  },
  {
    title: 'getEntry shows a stale entry, and that it is stale',
    check: (trial) =>
      stale(trial, async ({ backend, key, value, isValue, isAbout }) => {
        const entry = await backend.getEntry(key('a'));
        assert.ok(entry, 'expected an entry');
        isValue(entry.value, value(1));
        assert.ok(
          entry.freshFor !== null && entry.freshFor <= 0,
          `freshFor: expected at most 0, got ${entry.freshFor}`,
        );
        isAbout(entry.expiresIn, 2 * MINUTE - trial.margin);
      }),
  },
  {
    title: 'a stale entry survives being looked at by those who must not see it',
    check: (trial) =>
      stale(trial, async ({ backend, key, value, isValue }) => {
        await backend.get(key('a'));
        await backend.has(key('a'));
        await backend.ttl(key('a'));
        isValue((await backend.getEntry(key('a')))?.value, value(1));
      }),
  },
  {
    title: 'at the end of its window an entry is gone, exactly as if it had never been',
    async check({ backend, key, value, advance, margin }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE, staleFor: 2 * MINUTE });
      await advance(3 * MINUTE - margin);
      assert.ok(await backend.getEntry(key('a')), 'expected it within the window');
      await advance(margin);
      assert.equal(await backend.getEntry(key('a')), undefined);
      assert.equal(await backend.expire(key('a'), MINUTE), false);
      assert.equal(await backend.delete(key('a')), false);
    },
  },
  {
    title: 'delete removes a stale entry and says that there was one',
    check: (trial) =>
      stale(trial, async ({ backend, key }) => {
        assert.equal(await backend.delete(key('a')), true);
        assert.equal(await backend.getEntry(key('a')), undefined);
        assert.equal(await backend.delete(key('a')), false);
      }),
  },
  {
    title: 'a stale entry does not stand in the way of ifNotExists',
    check: (trial) =>
      stale(trial, async ({ backend, key, value, isHit, isAbout }) => {
        assert.equal(await backend.set(key('a'), value(2), { ifNotExists: true, ttl: MINUTE }), true);
        isHit(await backend.get(key('a')), value(2));
        isAbout((await backend.getEntry(key('a')))?.expiresIn, MINUTE);
      }),
  },
  {
    title: 'expire makes a stale entry fresh again and keeps the length of its window',
    check: (trial) =>
      stale(trial, async ({ backend, key, value, isHit, isAbout }) => {
        assert.equal(await backend.expire(key('a'), 5 * MINUTE), true);
        isHit(await backend.get(key('a')), value(1));
        const entry = await backend.getEntry(key('a'));
        isAbout(entry?.freshFor, 5 * MINUTE);
        isAbout(entry?.expiresIn, 7 * MINUTE);
      }),
  },
  {
    title: 'expire moves the fresh deadline of a fresh entry and keeps the length of its window',
    async check({ backend, key, value, advance, margin, isAbout }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE, staleFor: 2 * MINUTE });
      await advance(10_000);
      assert.equal(await backend.expire(key('a'), 30_000), true);
      const entry = await backend.getEntry(key('a'));
      isAbout(entry?.freshFor, 30_000);
      isAbout(entry?.expiresIn, 150_000);
      await advance(30_000 + margin);
      assert.equal(await backend.has(key('a')), false);
      assert.ok(await backend.getEntry(key('a')), 'expected it within the window');
    },
  },
  {
    title: 'expire with null makes a stale entry fresh for ever',
    check: (trial) =>
      stale(trial, async ({ backend, key, value, advance, isHit }) => {
        assert.equal(await backend.expire(key('a'), null), true);
        await advance(10 * MINUTE);
        isHit(await backend.get(key('a')), value(1));
        const entry = await backend.getEntry(key('a'));
        assert.equal(entry?.freshFor, null);
        assert.equal(entry?.expiresIn, null);
      }),
  },
  {
    title: 'setting again without a window takes the old one away',
    async check({ backend, key, value, advance, margin, isAbout }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE, staleFor: 2 * MINUTE });
      await backend.set(key('a'), value(2), { ttl: MINUTE });
      isAbout((await backend.getEntry(key('a')))?.expiresIn, MINUTE);
      await advance(MINUTE + margin);
      assert.equal(await backend.getEntry(key('a')), undefined);
    },
  },
  {
    title: 'a window on an entry that never expires changes nothing',
    async check({ backend, key, value, advance, isHit }) {
      await backend.set(key('a'), value(1), { ttl: null, staleFor: MINUTE });
      await advance(5 * MINUTE);
      isHit(await backend.get(key('a')), value(1));
      const entry = await backend.getEntry(key('a'));
      assert.equal(entry?.freshFor, null);
      assert.equal(entry?.expiresIn, null);
    },
  },
];

/** The bulk clauses that need stale windows. */
export const bulkStale: readonly Clause[] = [
  {
    title: 'getMany leaves stale entries out, getEntries shows them',
    check: (trial) =>
      stale(trial, async ({ backend, key, value, isValue }) => {
        await backend.set(key('b'), value(2));
        const keys = [key('a'), key('b')];
        assert.deepEqual([...(await backend.getMany(keys)).keys()], [key('b')]);
        const entries = await backend.getEntries(keys);
        assert.deepEqual([...entries.keys()], keys);
        isValue(entries.get(key('a'))?.value, value(1));
        const left = entries.get(key('a'))?.freshFor;
        assert.ok(typeof left === 'number' && left <= 0, `freshFor: expected at most 0, got ${String(left)}`);
      }),
  },
  {
    title: 'setMany gives every entry its window, and deleteMany counts stale entries',
    async check({ backend, key, value, advance, margin }) {
      const keys = ['a', 'b'].map(key);
      await backend.setMany(
        keys.map((one, n) => [one, value(n)]),
        { ttl: MINUTE, staleFor: 2 * MINUTE },
      );
      await advance(MINUTE + margin);
      assert.equal((await backend.getEntries(keys)).size, 2);
      assert.equal(await backend.deleteMany(keys), 2);
      assert.equal((await backend.getEntries(keys)).size, 0);
    },
  },
];

/** The clauses of iteration and of prefixes that need stale windows. */
export const staleKeys: Clause = {
  title: 'keys does not show a stale entry',
  check: (trial) =>
    stale(trial, async ({ backend, key, value, keys }) => {
      await backend.set(key('b'), value(2));
      assert.deepEqual(await keys(), ['b']);
    }),
};

export const staleClear: Clause = {
  title: 'clear removes stale entries as well',
  check: (trial) =>
    stale(trial, async ({ backend, key, prefix }) => {
      await backend.clear(prefix);
      assert.equal(await backend.getEntry(key('a')), undefined);
      assert.equal(await backend.expire(key('a'), MINUTE), false);
    }),
};

async function stale(trial: Trial, check: (trial: Trial) => Promise<void>): Promise<void> {
  const { backend, key, value, advance, margin } = trial;
  await backend.set(key('a'), value(1), { ttl: MINUTE, staleFor: 2 * MINUTE });
  await advance(MINUTE + margin);
  await check(trial);
}
