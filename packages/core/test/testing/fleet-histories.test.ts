import { describe, expect, it } from 'vitest';
import { newSeed } from '../../src/testing/faults/random.ts';
import { keyOfACache, legalOrder } from '../../src/testing/index.ts';
import { type Fleet, historyOf } from './fleet.ts';

const long = process.env.CACHE_TEST_LONG === '1';
const rounds = long ? 2_000 : 60;
const timeout = long ? 600_000 : 30_000;

/** The seeds of the histories that no order explains. Fleets mostly wait: several at a time. */
async function illegalSeeds(fleet: Omit<Fleet, 'seed'>, from: number): Promise<number[]> {
  const found: number[] = [];
  let next = from;
  const search = async (): Promise<void> => {
    while (next < from + rounds) {
      const seed = next++;
      const happened = await historyOf({ ...fleet, seed });
      if (![...happened.values()].every((one) => legalOrder(one, keyOfACache<number>(0)).legal)) found.push(seed);
    }
  };
  await Promise.all(Array.from({ length: 10 }, search));
  return found;
}

const fleet = { processes: 3, callsEach: 8 } as const;

describe('what a fleet sees of three keys has an order that explains it', () => {
  const from = newSeed();
  it(`while nothing fails (seeds from ${from})`, { timeout }, async () => {
    expect(await illegalSeeds(fleet, from)).toEqual([]);
  });

  it(`while calls fail, replies are lost and writes come late (seeds from ${from})`, { timeout }, async () => {
    const chance = { error: 0.03, lostReply: 0.03, lateWrite: 0.03 };
    expect(await illegalSeeds({ ...fleet, chance }, from)).toEqual([]);
  });

  it('not so where entries are read, loaded and written in three steps: the search would tell', {
    timeout,
  }, async () => {
    const careless: Fleet['readThrough'] = async (cache, key, load) => {
      const found = await cache.get(key);
      if (found !== undefined) return found;
      const value = await load();
      await cache.set(key, value, { tags: ['t'] });
      return value;
    };
    expect((await illegalSeeds({ ...fleet, readThrough: careless }, 1)).length).toBeGreaterThan(rounds / 10);
  });

  it('nor where the server stores under a lease that was broken', { timeout }, async () => {
    const spoil: Fleet['spoil'] = (right) => ({
      set: (key, value, how) => right.set(key, value, { ...how, lease: undefined }),
    });
    expect((await illegalSeeds({ ...fleet, spoil }, 1)).length).toBeGreaterThan(0);
  });

  it('nor where a delete leaves the lease of its key alone', { timeout }, async () => {
    const spoil: Fleet['spoil'] = (right) => ({
      delete: (key) => right.getEntry(key) !== undefined && right.delete(key),
    });
    expect((await illegalSeeds({ ...fleet, spoil }, 1)).length).toBeGreaterThan(0);
  });
});
