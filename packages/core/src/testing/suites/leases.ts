import assert from 'node:assert/strict';
import { isTagging, type Lease } from '../../contract/capabilities.ts';
import type { Clause } from '../trial.ts';
import { acquired, clause, MINUTE } from './leasing-trial.ts';

/** The right to load a key: one holder at a time, for a time, and never a right to overwrite. */
export const leases: readonly Clause[] = [
  clause('grants the lease of an absent key', async ({ backend, key }) => {
    const got = await backend.acquire(key('a'), MINUTE);
    assert.equal(got.lease?.key, key('a'));
    assert.equal(typeof got.lease?.token, 'string');
    assert.equal(got.entry, undefined);
  }),
  clause('gives the one who comes second neither lease nor entry, also from another client', async (trial) => {
    const { backend, key } = trial;
    await acquired(trial, 'a');
    for (const client of [backend, await trial.otherClient()]) {
      const got = await client.acquire(key('a'), MINUTE);
      assert.equal(got.lease, undefined);
      assert.equal(got.entry, undefined);
    }
    assert.ok((await backend.acquire(key('b'), MINUTE)).lease, 'another key has a lease of its own');
  }),
  clause('grants the lease to exactly one of many who ask at once', async ({ backend, key }) => {
    const got = await Promise.all(Array.from({ length: 20 }, async () => backend.acquire(key('a'), MINUTE)));
    assert.equal(got.filter(({ lease }) => lease !== undefined).length, 1);
  }),
  clause('gives the entry and no lease where the entry is fresh', async ({ backend, key, value, isValue }) => {
    await backend.set(key('a'), value(1), { ttl: MINUTE });
    const got = await backend.acquire(key('a'), MINUTE);
    assert.equal(got.lease, undefined);
    isValue(got.entry?.value, value(1));
    await backend.set(key('b'), value(2));
    assert.equal((await backend.acquire(key('b'), MINUTE, MINUTE)).lease, undefined, 'it never expires');
  }),
  clause('grants the lease over an entry that has at most ifFreshFor left, and gives both', async (trial) => {
    const { backend, key, value, isValue } = trial;
    await backend.set(key('a'), value(1), { ttl: MINUTE });
    assert.equal((await backend.acquire(key('a'), MINUTE, 30_000)).lease, undefined);
    const got = await backend.acquire(key('a'), MINUTE, 2 * MINUTE);
    assert.ok(got.lease, 'expected a lease');
    isValue(got.entry?.value, value(1));
    await backend.set(key('b'), value(2));
    assert.ok((await backend.acquire(key('b'), MINUTE, Number.POSITIVE_INFINITY)).lease, 'Infinity: however fresh');
  }),
  clause('leaves the entry under a lease readable', async ({ backend, key, value, isHit, isAbout }) => {
    await backend.set(key('a'), value(1), { ttl: MINUTE });
    await backend.acquire(key('a'), MINUTE, Number.POSITIVE_INFINITY);
    isHit(await backend.get(key('a')), value(1));
    assert.equal(await backend.has(key('a')), true);
    isAbout(await backend.ttl(key('a')), MINUTE);
  }),
  clause('does not make an absent key look present to anybody', async (trial) => {
    const { backend, key } = trial;
    await acquired(trial, 'a');
    assert.equal((await backend.get(key('a'))).hit, false);
    assert.equal(await backend.getEntry(key('a')), undefined);
    assert.equal(await backend.has(key('a')), false);
    assert.equal(await backend.ttl(key('a')), undefined);
    assert.equal(await backend.expire(key('a'), MINUTE), false);
    assert.equal(await backend.delete(key('a')), false);
  }),
  clause('stores under a lease that holds, and that ends it', async (trial) => {
    const { backend, key, value, isHit, isAbout } = trial;
    const lease = await acquired(trial, 'a');
    assert.equal(await backend.set(key('a'), value(1), { lease, ttl: 5 * MINUTE }), true);
    isHit(await backend.get(key('a')), value(1));
    isAbout(await backend.ttl(key('a')), 5 * MINUTE);
    assert.equal(await backend.set(key('a'), value(2), { lease }), false);
    isHit(await backend.get(key('a')), value(1));
    assert.ok((await backend.acquire(key('a'), MINUTE, Number.POSITIVE_INFINITY)).lease, 'the lease is free again');
  }),
  clause('a lease ends when its time is up: a late write stores nothing and another may load', async (trial) => {
    const { backend, key, value, advance, margin } = trial;
    const lease = await acquired(trial, 'a');
    await advance(MINUTE - margin);
    assert.equal((await backend.acquire(key('a'), MINUTE)).lease, undefined);
    await advance(margin);
    assert.equal(await backend.set(key('a'), value(1), { lease }), false);
    assert.equal(await backend.has(key('a')), false);
    const next = await acquired(trial, 'a');
    assert.equal(await backend.set(key('a'), value(1), { lease }), false, 'its successor makes it no better');
    assert.equal(await backend.set(key('a'), value(2), { lease: next }), true);
  }),
  clause('renew extends a lease that holds, and cannot bring back one that does not', async (trial) => {
    const { backend, key, value, advance, margin } = trial;
    const lease = await acquired(trial, 'a');
    await advance(30_000);
    assert.equal(await backend.renew(lease, 2 * MINUTE), true);
    await advance(MINUTE);
    assert.equal(await backend.set(key('a'), value(1), { lease }), true);
    assert.equal(await backend.renew(lease, MINUTE), false, 'ended by its write');
    const other = await acquired(trial, 'b');
    await advance(MINUTE + margin);
    assert.equal(await backend.renew(other, MINUTE), false, 'its time was up');
    const third = await acquired(trial, 'c');
    await backend.delete(key('c'));
    assert.equal(await backend.renew(third, MINUTE), false, 'broken');
  }),
  clause('release ends a lease without a write; it cannot end that of another', async (trial) => {
    const { backend, key, value } = trial;
    const lease = await acquired(trial, 'a');
    await backend.release(lease);
    assert.equal(await backend.set(key('a'), value(1), { lease }), false);
    const next = await acquired(trial, 'a');
    await backend.release(lease);
    assert.equal(await backend.renew(next, MINUTE), true);
    assert.equal(await backend.set(key('a'), value(2), { lease: next }), true);
  }),
  clause('a token made up by somebody opens nothing', async (trial) => {
    const { backend, key, value } = trial;
    const lease = await acquired(trial, 'a');
    const forged: Lease = { key: key('a'), token: `${lease.token}x` };
    assert.equal(await backend.set(key('a'), value(1), { lease: forged }), false);
    assert.equal(await backend.renew(forged, MINUTE), false);
    await backend.release(forged);
    assert.equal(await backend.set(key('a'), value(2), { lease }), true);
  }),
];

/** The clauses of leases that need stale windows, tags or iteration. */
export const staleLeases: readonly Clause[] = [
  clause(
    'grants the lease over a stale entry and gives it, and gives it to the one who comes second',
    async (trial) => {
      const { backend, key, value, advance, margin, isValue } = trial;
      await backend.set(key('a'), value(1), { ttl: MINUTE, staleFor: 5 * MINUTE });
      await advance(MINUTE + margin);
      const first = await backend.acquire(key('a'), MINUTE);
      assert.ok(first.lease, 'expected a lease');
      isValue(first.entry?.value, value(1));
      const second = await backend.acquire(key('a'), MINUTE);
      assert.equal(second.lease, undefined);
      isValue(second.entry?.value, value(1));
      isValue((await backend.getEntry(key('a')))?.value, value(1));
      assert.equal(await backend.set(key('a'), value(2), { lease: first.lease, ttl: MINUTE }), true);
      trial.isHit(await backend.get(key('a')), value(2));
    },
  ),
];

export const taggedLeases: readonly Clause[] = [
  clause('a fill is refused if one of its tags was invalidated since the lease was granted', async (trial) => {
    const { backend, key, value } = trial;
    assert.ok(isTagging(backend), 'expected invalidateTags');
    const lease = await acquired(trial, 'a');
    await backend.invalidateTags([key('x')]);
    assert.equal(await backend.set(key('a'), value(1), { lease, tags: [key('y'), key('x')] }), false);
    assert.equal(await backend.has(key('a')), false);
  }),
  clause('a fill that is refused for a tag ends its lease: the next may load at once', async (trial) => {
    const { backend, key, value, isHit } = trial;
    assert.ok(isTagging(backend), 'expected invalidateTags');
    const lease = await acquired(trial, 'a');
    await backend.invalidateTags([key('x')]);
    await backend.set(key('a'), value(1), { lease, tags: [key('x')] });
    const next = await acquired(trial, 'a');
    assert.equal(await backend.set(key('a'), value(2), { lease: next, tags: [key('x')] }), true);
    isHit(await backend.get(key('a')), value(2));
  }),
  clause('a fill is stored if its tags were invalidated only before, or other tags since', async (trial) => {
    const { backend, key, value, isHit } = trial;
    assert.ok(isTagging(backend), 'expected invalidateTags');
    await backend.invalidateTags([key('x')]);
    const lease = await acquired(trial, 'a');
    await backend.invalidateTags([key('other')]);
    assert.equal(await backend.set(key('a'), value(1), { lease, tags: [key('x')] }), true);
    isHit(await backend.get(key('a')), value(1));
  }),
];

export const iteratedLeases: readonly Clause[] = [
  clause('keys does not show a key that is only leased', async (trial) => {
    await acquired(trial, 'a');
    await trial.backend.set(trial.key('b'), trial.value(1));
    assert.deepEqual(await trial.keys(), ['b']);
  }),
];
