import assert from 'node:assert/strict';
import type { Lease } from '../../contract/capabilities.ts';
import { inTime } from '../eventually.ts';
import type { Clause } from '../trial.ts';
import { acquired, clause, type LeasingTrial, MINUTE } from './leasing-trial.ts';

/** A lease is broken by whatever changes its key, by whomever; and who waits for its end is woken. */
export const brokenLeases: readonly Clause[] = [
  ...broken('set', ({ backend, key, value }) => backend.set(key('a'), value(5)), 5),
  ...broken(
    'set with ifNotExists',
    ({ backend, key, value }) => backend.set(key('a'), value(5), { ifNotExists: true }),
    5,
  ),
  ...broken('delete', ({ backend, key }) => backend.delete(key('a')), undefined),
  ...broken('setMany', ({ backend, key, value }) => backend.setMany([[key('a'), value(5)]]), 5),
  ...broken('deleteMany', ({ backend, key }) => backend.deleteMany([key('a')]), undefined),
  ...broken('clear', ({ backend, prefix }) => backend.clear(prefix), undefined),
  clause('a lease over an entry is broken by delete, and the entry is gone', async (trial) => {
    const { backend, key, value } = trial;
    await backend.set(key('a'), value(1));
    const lease = await acquired(trial, 'a', Number.POSITIVE_INFINITY);
    assert.equal(await backend.delete(key('a')), true);
    assert.equal(await backend.set(key('a'), value(2), { lease }), false);
    assert.equal(await backend.has(key('a')), false);
  }),
  clause('a lease over an entry is broken by expire, and the entry stays', async (trial) => {
    const { backend, key, value, isHit } = trial;
    await backend.set(key('a'), value(1), { ttl: MINUTE });
    const lease = await acquired(trial, 'a', Number.POSITIVE_INFINITY);
    assert.equal(await backend.expire(key('a'), 2 * MINUTE), true);
    assert.equal(await backend.set(key('a'), value(2), { lease }), false);
    isHit(await backend.get(key('a')), value(1));
  }),
  clause('a lease is not broken by reading, nor by what happens to other keys', async (trial) => {
    const { backend, key, value } = trial;
    const lease = await acquired(trial, 'a');
    await backend.get(key('a'));
    await backend.getEntry(key('a'));
    await backend.has(key('a'));
    await backend.ttl(key('a'));
    await backend.set(key('ab'), value(1));
    await backend.delete(key('ab'));
    await backend.clear(key('ab'));
    assert.equal(await backend.set(key('a'), value(2), { lease }), true);
  }),
  settles('a write under the lease', (trial, lease) => trial.backend.set(lease.key, trial.value(1), { lease })),
  settles('a write by somebody else', ({ backend, value }, lease) => backend.set(lease.key, value(1))),
  settles('a release', ({ backend }, lease) => backend.release(lease)),
  settles('a delete', ({ backend }, lease) => backend.delete(lease.key)),
  clause('settled resolves when it is aborted, and never rejects', async ({ backend, key }) => {
    const before = AbortSignal.abort(new Error('gone already'));
    await inTime('settled to resolve', backend.settled(key('a'), before));
    const during = new AbortController();
    const settled = backend.settled(key('a'), during.signal);
    during.abort(new Error('gone'));
    await inTime('settled to resolve', settled);
  }),
];

/** A lease of an absent key is broken by `act`, after which the key holds `value(left)`, or nothing. */
function broken(who: string, act: (trial: LeasingTrial) => unknown, left: number | undefined): Clause[] {
  return (['the same', 'another'] as const).map((client) =>
    clause(`a lease is broken by ${who} from ${client} client`, async (trial) => {
      const { backend, key, value } = trial;
      const lease = await acquired(trial, 'a');
      await act(client === 'another' ? { ...trial, backend: await trial.otherClient() } : trial);
      assert.equal(await backend.set(key('a'), value(1), { lease }), false, 'a fill under a broken lease');
      const found = await backend.get(key('a'));
      if (left === undefined) assert.equal(found.hit, false);
      else trial.isHit(found, value(left));
      assert.equal(await backend.renew(lease, MINUTE), false);
    }),
  );
}

function settles(what: string, act: (trial: LeasingTrial, lease: Lease) => unknown): Clause {
  return clause(`settled resolves after ${what}, for a waiter of another client`, async (trial) => {
    const lease = await acquired(trial, 'a');
    const waiter = await trial.otherClient();
    const signal = new AbortController();
    const settled = waiter.settled(trial.key('a'), signal.signal);
    try {
      assert.equal((await waiter.acquire(trial.key('a'), MINUTE)).lease, undefined);
      await act(trial, lease);
      await inTime('settled to resolve', settled);
    } finally {
      signal.abort();
    }
  });
}
