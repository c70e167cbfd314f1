import assert from 'node:assert/strict';
import type { Clause, Trial } from '../trial.ts';

const MINUTE = 60_000;
const TTL_BEYOND_A_TIMER = 2 ** 31 + MINUTE;

/** Deadlines. Expired and missing are the same to every method. */
export const ttl: readonly Clause[] = [
  {
    title: 'an entry is fresh until its deadline and gone at it',
    async check({ backend, key, value, advance, margin, isHit }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      await advance(MINUTE - margin);
      isHit(await backend.get(key('a')), value(1));
      await advance(margin);
      assert.equal((await backend.get(key('a'))).hit, false);
    },
  },
  {
    title: 'an expired entry is absent for has, before anything else looked at it',
    check: (trial) => expired(trial, async () => assert.equal(await trial.backend.has(trial.key('a')), false)),
  },
  {
    title: 'an expired entry is absent for getEntry, before anything else looked at it',
    check: (trial) => expired(trial, async () => assert.equal(await trial.backend.getEntry(trial.key('a')), undefined)),
  },
  {
    title: 'an expired entry is absent for getMany and getEntries, before anything else looked at it',
    check: (trial) =>
      expired(trial, async () => {
        assert.equal((await trial.backend.getMany([trial.key('a')])).size, 0);
        await trial.backend.set(trial.key('a'), trial.value(1), { ttl: MINUTE });
        await trial.advance(MINUTE + trial.margin);
        assert.equal((await trial.backend.getEntries([trial.key('a')])).size, 0);
      }),
  },
  {
    title: 'an expired entry is absent for ttl, before anything else looked at it',
    check: (trial) => expired(trial, async () => assert.equal(await trial.backend.ttl(trial.key('a')), undefined)),
  },
  {
    title: 'delete of an expired entry says that there was none',
    check: (trial) => expired(trial, async () => assert.equal(await trial.backend.delete(trial.key('a')), false)),
  },
  {
    title: 'deleteMany does not count an expired entry',
    check: (trial) =>
      expired(trial, async () => {
        await trial.backend.set(trial.key('b'), trial.value(2));
        assert.equal(await trial.backend.deleteMany([trial.key('a'), trial.key('b')]), 1);
      }),
  },
  {
    title: 'expire cannot bring an expired entry back',
    check: (trial) =>
      expired(trial, async () => {
        assert.equal(await trial.backend.expire(trial.key('a'), MINUTE), false);
        assert.equal((await trial.backend.get(trial.key('a'))).hit, false);
        assert.equal(await trial.backend.expire(trial.key('a'), null), false);
        assert.equal(await trial.backend.has(trial.key('a')), false);
      }),
  },
  {
    title: 'an expired entry does not stand in the way of ifNotExists',
    check: (trial) =>
      expired(trial, async () => {
        const { backend, key, value } = trial;
        assert.equal(await backend.set(key('a'), value(2), { ifNotExists: true, ttl: MINUTE }), true);
        trial.isHit(await backend.get(key('a')), value(2));
        trial.isAbout(await backend.ttl(key('a')), MINUTE);
      }),
  },
  {
    title: 'ttl gives the milliseconds left, null for never and undefined for an absent key',
    async check({ backend, key, value, advance, isAbout }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      isAbout(await backend.ttl(key('a')), MINUTE);
      await advance(20_000);
      isAbout(await backend.ttl(key('a')), 40_000);
      await backend.set(key('b'), value(2));
      assert.equal(await backend.ttl(key('b')), null);
      await backend.set(key('c'), value(3), { ttl: null });
      assert.equal(await backend.ttl(key('c')), null);
      assert.equal(await backend.ttl(key('absent')), undefined);
    },
  },
  {
    title: 'getEntry and getEntries give the milliseconds left, the same for freshness and for the end',
    async check({ backend, key, value, advance, isAbout }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      await backend.set(key('b'), value(2));
      await advance(15_000);
      const both = await backend.getEntries([key('a'), key('b')]);
      for (const entry of [await backend.getEntry(key('a')), both.get(key('a'))]) {
        isAbout(entry?.freshFor, 45_000);
        isAbout(entry?.expiresIn, 45_000);
      }
      for (const entry of [await backend.getEntry(key('b')), both.get(key('b'))]) {
        assert.equal(entry?.freshFor, null);
        assert.equal(entry?.expiresIn, null);
      }
    },
  },
  {
    title: 'milliseconds are milliseconds: a TTL is not rounded to seconds',
    async check({ backend, key, value, advance, isAbout, margin }) {
      await backend.set(key('a'), value(1), { ttl: 10_999 });
      isAbout(await backend.ttl(key('a')), 10_999);
      await backend.set(key('b'), value(2), { ttl: 250 });
      await advance(250 + margin);
      assert.equal(await backend.has(key('b')), false);
    },
  },
  {
    title: 'an entry without a TTL never expires',
    async check({ backend, key, value, advance, isHit }) {
      await backend.set(key('a'), value(1));
      await backend.set(key('b'), value(2), { ttl: null });
      await advance(TTL_BEYOND_A_TIMER);
      isHit(await backend.get(key('a')), value(1));
      isHit(await backend.get(key('b')), value(2));
    },
  },
  {
    title: 'a TTL longer than 2³¹−1 ms, the longest timer, is neither cut nor fired at once',
    async check({ backend, key, value, advance, isHit, isAbout, margin }) {
      await backend.set(key('a'), value(1), { ttl: TTL_BEYOND_A_TIMER });
      isAbout(await backend.ttl(key('a')), TTL_BEYOND_A_TIMER);
      await advance(TTL_BEYOND_A_TIMER - MINUTE);
      isHit(await backend.get(key('a')), value(1));
      await advance(MINUTE + margin);
      assert.equal(await backend.has(key('a')), false);
    },
  },
  {
    title: 'setting again replaces the deadline: with a longer one, a shorter one, or none',
    async check({ backend, key, value, advance, isAbout, isHit, margin }) {
      for (const [n, next] of [2 * MINUTE, 30_000, null].entries()) {
        await backend.set(key(`k${n}`), value(n), { ttl: MINUTE });
        await backend.set(key(`k${n}`), value(n), { ttl: next });
      }
      await backend.set(key('bare'), value(9), { ttl: MINUTE });
      await backend.set(key('bare'), value(9));
      isAbout(await backend.ttl(key('k0')), 2 * MINUTE);
      isAbout(await backend.ttl(key('k1')), 30_000);
      await advance(MINUTE + margin);
      isHit(await backend.get(key('k0')), value(0));
      assert.equal(await backend.has(key('k1')), false);
      assert.equal(await backend.ttl(key('k2')), null);
      assert.equal(await backend.ttl(key('bare')), null);
    },
  },
  {
    title: 'a refused ifNotExists leaves the deadline as it was',
    async check({ backend, key, value, isAbout }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      assert.equal(await backend.set(key('a'), value(2), { ifNotExists: true, ttl: 5 * MINUTE }), false);
      isAbout(await backend.ttl(key('a')), MINUTE);
    },
  },
  {
    title: 'reading does not move the deadline',
    async check({ backend, key, value, advance, isAbout }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      await advance(30_000);
      await backend.get(key('a'));
      await backend.has(key('a'));
      await backend.getEntry(key('a'));
      isAbout(await backend.ttl(key('a')), 30_000);
    },
  },
  {
    title: 'expire moves the deadline, earlier or later, and keeps the value',
    async check({ backend, key, value, advance, isAbout, isHit, margin }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      assert.equal(await backend.expire(key('a'), 3 * MINUTE), true);
      isAbout(await backend.ttl(key('a')), 3 * MINUTE);
      await advance(2 * MINUTE);
      isHit(await backend.get(key('a')), value(1));
      assert.equal(await backend.expire(key('a'), 30_000), true);
      await advance(30_000 + margin);
      assert.equal(await backend.has(key('a')), false);
    },
  },
  {
    title: 'expire with null lets an entry live for ever, and gives a deadline to one that does',
    async check({ backend, key, value, advance, isAbout, isHit }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      assert.equal(await backend.expire(key('a'), null), true);
      assert.equal(await backend.ttl(key('a')), null);
      await advance(2 * MINUTE);
      isHit(await backend.get(key('a')), value(1));
      assert.equal(await backend.expire(key('a'), MINUTE), true);
      isAbout(await backend.ttl(key('a')), MINUTE);
    },
  },
  {
    title: 'expire of an absent key says so and creates nothing',
    async check({ backend, key }) {
      assert.equal(await backend.expire(key('a'), MINUTE), false);
      assert.equal(await backend.expire(key('a'), null), false);
      assert.equal(await backend.has(key('a')), false);
      assert.equal(await backend.ttl(key('a')), undefined);
    },
  },
];

/** The bulk clauses that need deadlines. */
export const bulkTtl: readonly Clause[] = [
  {
    title: 'setMany gives every entry the TTL it was called with',
    async check({ backend, key, value, isAbout, advance, margin }) {
      const keys = ['a', 'b', 'c'].map(key);
      await backend.setMany(
        keys.map((one, n) => [one, value(n)]),
        { ttl: MINUTE },
      );
      for (const one of keys) isAbout(await backend.ttl(one), MINUTE);
      await advance(MINUTE + margin);
      assert.equal((await backend.getMany(keys)).size, 0);
    },
  },
  {
    title: 'setMany without a TTL takes an old deadline away, as set does',
    async check({ backend, key, value }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      await backend.setMany([[key('a'), value(2)]]);
      assert.equal(await backend.ttl(key('a')), null);
    },
  },
  {
    title: 'getMany leaves out only what is expired',
    async check({ backend, key, value, advance, margin }) {
      await backend.set(key('a'), value(1), { ttl: MINUTE });
      await backend.set(key('b'), value(2), { ttl: 5 * MINUTE });
      await backend.set(key('c'), value(3));
      await advance(MINUTE + margin);
      const keys = ['a', 'b', 'c'].map(key);
      assert.deepEqual([...(await backend.getMany(keys)).keys()], ['b', 'c'].map(key));
      assert.deepEqual([...(await backend.getEntries(keys)).keys()], ['b', 'c'].map(key));
    },
  },
];

async function expired({ backend, key, value, advance, margin }: Trial, check: () => Promise<void>): Promise<void> {
  await backend.set(key('a'), value(1), { ttl: MINUTE });
  await advance(MINUTE + margin);
  await check();
}
