import assert from 'node:assert/strict';
import type { Backend } from '../../contract/backend.ts';
import { isTagging, type Tagging } from '../../contract/capabilities.ts';
import type { Clause, Trial } from '../trial.ts';
import { hostileNames } from './hostile-names.ts';

const MINUTE = 60_000;

/** Invalidation by tag: an entry one of whose tags was invalidated is absent for reads, and that at once. */
export const tags: readonly Clause[] = [
  clause('invalidates every entry that carries the tag and no other', async ({ backend, key, value, isHit }) => {
    await backend.set(key('a'), value(1), { tags: [key('x')] });
    await backend.set(key('b'), value(2), { tags: [key('y')] });
    await backend.set(key('c'), value(3), { tags: [key('y'), key('x')] });
    await backend.set(key('d'), value(4));
    await backend.invalidateTags([key('x')]);
    assert.equal((await backend.get(key('a'))).hit, false);
    isHit(await backend.get(key('b')), value(2));
    assert.equal((await backend.get(key('c'))).hit, false);
    isHit(await backend.get(key('d')), value(4));
  }),
  clause('any one of several tags is enough', async ({ backend, key, value }) => {
    const names = ['x', 'y', 'z'].map(key);
    for (const tag of names) {
      await backend.set(key('a'), value(1), { tags: names });
      await backend.invalidateTags([tag]);
      assert.equal(await backend.has(key('a')), false);
    }
  }),
  dead('get', async ({ backend, key }) => assert.equal((await backend.get(key('a'))).hit, false)),
  dead('has', async ({ backend, key }) => assert.equal(await backend.has(key('a')), false)),
  dead('getEntry', async ({ backend, key }) => assert.equal(await backend.getEntry(key('a')), undefined)),
  dead('ifNotExists', async ({ backend, key, value, isHit }) => {
    assert.equal(await backend.set(key('a'), value(2), { ifNotExists: true }), true);
    isHit(await backend.get(key('a')), value(2));
  }),
  dead('expire, which cannot bring it back,', async ({ backend, key }) => {
    await backend.expire(key('a'), MINUTE);
    assert.equal(await backend.has(key('a')), false);
  }),
  clause('shows an entry with the tags it was written with', async ({ backend, key, value }) => {
    await backend.set(key('a'), value(1), { tags: [key('y'), key('x')] });
    assert.deepEqual([...((await backend.getEntry(key('a')))?.tags ?? [])].sort(), [key('x'), key('y')]);
    await backend.set(key('b'), value(2));
    assert.deepEqual((await backend.getEntry(key('b')))?.tags ?? [], []);
    await backend.set(key('c'), value(3), { tags: [] });
    assert.deepEqual((await backend.getEntry(key('c')))?.tags ?? [], []);
  }),
  clause('an entry that is set again without a tag leaves it', async ({ backend, key, value, isHit }) => {
    await backend.set(key('a'), value(1), { tags: [key('x'), key('y')] });
    await backend.set(key('a'), value(2), { tags: [key('y')] });
    await backend.invalidateTags([key('x')]);
    isHit(await backend.get(key('a')), value(2));
    await backend.set(key('a'), value(3));
    await backend.invalidateTags([key('y')]);
    isHit(await backend.get(key('a')), value(3));
  }),
  clause('an entry written after an invalidation lives until the next', async ({ backend, key, value, isHit }) => {
    for (const n of [1, 2, 3]) {
      await backend.set(key('a'), value(n), { tags: [key('x')] });
      isHit(await backend.get(key('a')), value(n));
      await backend.invalidateTags([key('x')]);
      assert.equal((await backend.get(key('a'))).hit, false);
    }
  }),
  clause('a tag may be given twice, and may be invalidated before anything carries it', async (trial) => {
    const { backend, key, value, isHit } = trial;
    await backend.invalidateTags([key('x'), key('x')]);
    await backend.set(key('a'), value(1), { tags: [key('x'), key('x')] });
    isHit(await backend.get(key('a')), value(1));
    const removed = await backend.invalidateTags([key('x'), key('x')]);
    assert.ok(removed === undefined || removed === 1, `expected 1 entry or no count, got ${String(removed)}`);
    assert.equal(await backend.has(key('a')), false);
  }),
  clause('counts entries, each once and nothing else, or does not count', async ({ backend, key, value }) => {
    for (const name of ['a', 'b']) await backend.set(key(name), value(1), { tags: [key('x'), key('y')] });
    await backend.set(key('c'), value(1), { tags: [key('z')] });
    const removed = await backend.invalidateTags([key('x'), key('y')]);
    assert.ok(removed === undefined || removed === 2, `expected 2 entries or no count, got ${String(removed)}`);
  }),
  clause('invalidating no tag removes nothing', async ({ backend, key, value, isHit }) => {
    await backend.set(key('a'), value(1), { tags: [key('x')] });
    const removed = await backend.invalidateTags([]);
    assert.ok(removed === undefined || removed === 0, `expected 0 entries or no count, got ${String(removed)}`);
    isHit(await backend.get(key('a')), value(1));
  }),
  clause('takes every well-formed tag as it is: hostile names are tags like any other', async (trial) => {
    const { backend, key, value, isHit } = trial;
    const names = hostileNames.filter((name) => name.length < 100);
    for (const [n, name] of names.entries()) await backend.set(key(`k${n}`), value(n), { tags: [key(name)] });
    for (const [n, name] of names.entries()) {
      isHit(await backend.get(key(`k${n}`)), value(n));
      await backend.invalidateTags([key(name)]);
      assert.equal(await backend.has(key(`k${n}`)), false, JSON.stringify(name));
    }
  }),
  clause('is seen by who shares the entries', async ({ backend, key, value, peer }) => {
    const other = await peer();
    await backend.set(key('a'), value(1), { tags: [key('x')] });
    assert.equal((await other.get(key('a'))).hit, true);
    await backend.invalidateTags([key('x')]);
    assert.equal((await other.get(key('a'))).hit, false);
  }),
];

/** The clauses of tags that need bulk operations, deadlines or stale windows. */
export const bulkTags: readonly Clause[] = [
  clause('setMany gives every entry its tags; getMany and getEntries leave out what was invalidated', async (trial) => {
    const { backend, key, value } = trial;
    const pairs = [1, 2].map((n) => [key(`k${n}`), value(n)] as const);
    await backend.setMany(pairs, { tags: [key('x')] });
    await backend.set(key('k3'), value(3), { tags: [key('y')] });
    const keys = ['k1', 'k2', 'k3'].map(key);
    assert.equal((await backend.getMany(keys)).size, 3);
    await backend.invalidateTags([key('x')]);
    assert.deepEqual([...(await backend.getMany(keys)).keys()], [key('k3')]);
    assert.deepEqual([...(await backend.getEntries(keys)).keys()], [key('k3')]);
  }),
];

export const ttlTags: readonly Clause[] = [
  clause('expire keeps the tags of an entry', async ({ backend, key, value }) => {
    await backend.set(key('a'), value(1), { ttl: MINUTE, tags: [key('x')] });
    await backend.expire(key('a'), 5 * MINUTE);
    assert.deepEqual((await backend.getEntry(key('a')))?.tags, [key('x')]);
    await backend.invalidateTags([key('x')]);
    assert.equal(await backend.has(key('a')), false);
  }),
  clause(
    'a tagged entry has its deadline like any other',
    async ({ backend, key, value, advance, margin, isAbout }) => {
      await backend.set(key('a'), value(1), { ttl: MINUTE, tags: [key('x')] });
      isAbout(await backend.ttl(key('a')), MINUTE);
      await advance(MINUTE + margin);
      assert.equal(await backend.getEntry(key('a')), undefined);
      assert.equal(await backend.delete(key('a')), false);
    },
  ),
];

export const staleTags: readonly Clause[] = [
  clause('an invalidated entry is not even stale', async ({ backend, key, value, advance, margin }) => {
    await backend.set(key('a'), value(1), { ttl: MINUTE, staleFor: 2 * MINUTE, tags: [key('x')] });
    await advance(MINUTE + margin);
    assert.deepEqual((await backend.getEntry(key('a')))?.tags, [key('x')]);
    await backend.invalidateTags([key('x')]);
    assert.equal(await backend.getEntry(key('a')), undefined);
  }),
];

function clause(title: string, check: (trial: TaggingTrial) => Promise<void>): Clause {
  return {
    title,
    async check(trial) {
      const { backend } = trial;
      assert.ok(isTagging(backend), 'expected invalidateTags');
      await check({ ...trial, backend });
    },
  };
}

interface TaggingTrial extends Trial {
  readonly backend: Backend<unknown> & Tagging;
}

function dead(who: string, check: (trial: TaggingTrial) => Promise<void>): Clause {
  return clause(`an invalidated entry is absent for ${who} before anything else looked at it`, async (trial) => {
    await trial.backend.set(trial.key('a'), trial.value(1), { tags: [trial.key('x')] });
    await trial.backend.invalidateTags([trial.key('x')]);
    await check(trial);
  });
}
