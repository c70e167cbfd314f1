import { Cache, isCacheError, type LoadOptions } from '@cache/core';
import { faultyBackend, inMemoryServer } from '@cache/core/testing';
import { describe, expect, it } from 'vitest';
import { newSeed, seededRandom } from '../../src/testing/faults/random.ts';
import { History } from './history.ts';

const long = process.env.CACHE_TEST_LONG === '1';
const rounds = long ? 20_000 : 150;

const ttl = 50;
const ways: readonly LoadOptions[] = [
  {},
  { ttl, staleWhileRevalidate: 500 },
  { ttl, staleIfError: 500 },
  { ttl, staleWhileRevalidate: 100, staleIfError: 500, timeout: { soft: 1 } },
  { ttl, staleWhileRevalidate: 500, refreshAhead: 0.3 },
];

/**
 * What three processes see that load two keys with stale windows, slowly and not always with success, and remove them, while
 * every request, reply and message takes a random time. Schedules that release one step after the other rarely have a
 * removal, whole, between two steps of one load; here most loads see several.
 * @returns what is wrong with it
 */
async function wrongIn(seed: number, chance?: { error: number; lostReply: number }): Promise<string[]> {
  const random = seededRandom(seed);
  const pick = (n: number): number => Math.floor(random() * n);
  const turns = async (most: number): Promise<void> => {
    for (let left = pick(most); left > 0; left--) await new Promise(setImmediate);
  };
  let now = 0;
  const clock = { now: () => now };
  // Time goes on while somebody asks, or a lease whose reply was lost would be waited for for good.
  const step = (): Promise<void> => {
    now += 0.5;
    return turns(5);
  };
  const server = inMemoryServer<number>({ clock });
  const history = new History();
  const tags = ['t'];

  const load = async (process: number, key: string, since: number): Promise<number> => {
    const one = {
      ...{ process, key, tags, since, value: history.freshValue(), began: history.tick() },
      ...{ ended: Number.POSITIVE_INFINITY, failed: false },
    };
    history.loads.push(one);
    await turns(14);
    one.ended = history.tick();
    one.failed = pick(6) === 0;
    if (one.failed) throw new SourceError('source down');
    return one.value;
  };

  const act = async (cache: Cache<number>, process: number): Promise<void> => {
    const key = pick(2) === 0 ? 'a' : 'b';
    const how = { ...(ways[pick(ways.length)] as LoadOptions), tags, leaseTtl: 20 };
    const about = { process, keys: [key], tags };
    const choice = pick(12);
    if (choice < 2) {
      now += 30 + pick(60);
    } else if (choice === 2) {
      const call = history.begin({ ...about, kind: 'delete' });
      await cache.delete(key);
      call.returned = history.tick();
    } else if (choice === 3) {
      const call = history.begin({ ...about, kind: 'clear' });
      await cache.clear();
      call.returned = history.tick();
    } else if (choice === 4) {
      const call = history.begin({ ...about, kind: 'tags' });
      await cache.invalidateTags(tags);
      call.returned = history.tick();
    } else if (choice === 5) {
      const wrote = history.freshValue();
      const call = history.begin({ ...about, kind: 'set', wrote });
      await cache.set(key, wrote, { ttl, tags });
      call.returned = history.tick();
    } else if (choice === 6) {
      const call = history.begin({ ...about, kind: 'many', keys: ['a', 'b'] });
      const all = await cache.getOrSetMany(
        ['a', 'b'],
        (keys) => Promise.all(keys.map(async (one) => [one, await load(process, one, call.called)] as const)),
        how,
      );
      for (const [one, value] of all) call.answers.set(one, value);
      call.returned = history.tick();
    } else {
      const call = history.begin({ ...about, kind: 'getOrSet' });
      call.answers.set(key, await cache.getOrSet(key, () => load(process, key, call.called), how));
      call.returned = history.tick();
    }
  };

  await Promise.all(
    [0, 1, 2].map(async (process) => {
      const connection = server.connect();
      connection.start();
      const backend = faultyBackend(connection, { step, seed: seed + process, chance });
      const cache = new Cache<number>({ backend, clock, logger: { warn: () => {} } });
      const caller = async (): Promise<void> => {
        for (let left = 10; left > 0; left--) {
          await act(cache, process).catch((error: unknown) => {
            if (!(error instanceof SourceError) && !isCacheError(error)) throw error;
          });
          await turns(5);
        }
      };
      await Promise.all([caller(), caller()]);
      await backend.faults.idle();
    }),
  );
  return history.violations(new Map(), false);
}

class SourceError extends Error {}

/** The first few seeds whose history is wrong, each with what is. Processes mostly wait: several histories at a time. */
async function wrongFrom(from: number, chance?: { error: number; lostReply: number }): Promise<string[]> {
  const found: string[] = [];
  let next = from;
  const search = async (): Promise<void> => {
    while (next < from + rounds && found.length < 5) {
      const seed = next++;
      const wrong = await wrongIn(seed, chance);
      if (wrong.length > 0) found.push(`seed ${seed}: ${wrong.join('; ')}`);
    }
  };
  await Promise.all(Array.from({ length: 10 }, search));
  return found;
}

describe('a fleet that loads with stale windows is told nothing that was removed before it asked', () => {
  const from = newSeed();
  const timeout = long ? 1_200_000 : 60_000;

  it(`while nothing fails but loaders (seeds from ${from})`, { timeout }, async () => {
    expect(await wrongFrom(from)).toEqual([]);
  });

  it(`while calls fail and replies are lost (seeds from ${from})`, { timeout }, async () => {
    expect(await wrongFrom(from, { error: 0.02, lostReply: 0.02 })).toEqual([]);
  });
});
