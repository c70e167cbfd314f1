import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLeasing, isListing, isTagging } from '../../contract/capabilities.ts';
import { isBackendFailure } from '../../contract/errors.ts';
import { claims } from '../capabilities.ts';
import type { Clause, Trial } from '../trial.ts';

// How long a backend may take until it serves again: it may wait between attempts to connect.
const HEALS_MS = 5_000;

/** A backend that cannot reach what it keeps its entries in. */
export const failing: readonly Clause[] = [
  clause('every operation fails with a CacheBackendError, none looks like a miss or a success', async (trial, fail) => {
    const { backend, key, value } = trial;
    await backend.set(key('a'), value(1));
    await fail();
    const outcomes = await Promise.all(Object.entries(operations(trial)).map(attempted));
    for (const { name, answer, error } of outcomes) {
      assert.ok(error !== undefined, `${name}: expected a failure, got ${JSON.stringify(answer)}`);
      assert.ok(isBackendFailure(error), `${name}: expected a CacheBackendError, got ${String(error)}`);
    }
  }),
  clause('what was stored before is there when it serves again, and it serves again by itself', async (trial, fail) => {
    const { backend, key, value, isHit } = trial;
    await backend.set(key('a'), value(1));
    await backend.set(key('b'), value(1));
    const end = await fail();
    await assert.rejects(async () => backend.set(key('b'), value(2)));
    await end();
    isHit(await served(() => backend.get(key('a'))), value(1));
    // The write that failed may have happened: it is the old entry or the new one, and never none.
    const b = await backend.get(key('b'));
    assert.ok(b.hit, 'expected the old entry or the new one after a failed write, got none');
    await backend.set(key('b'), value(3));
    isHit(await backend.get(key('b')), value(3));
  }),
];

function clause(title: string, check: (trial: Trial, fail: NonNullable<Trial['fail']>) => Promise<void>): Clause {
  return {
    title: `while it is cut off, ${title}`,
    async check(trial) {
      assert.ok(trial.fail !== undefined, 'expected a subject with fail(), as it is said to be able to fail');
      await check(trial, trial.fail);
    },
  };
}

/** Everything that asks for entries, by name. */
function operations({ backend, key, value, prefix, capabilities }: Trial): Readonly<Record<string, () => unknown>> {
  const has = (capability: Parameters<typeof claims>[1]): boolean => claims(capabilities, capability);
  return {
    get: () => backend.get(key('a')),
    getEntry: () => backend.getEntry(key('a')),
    has: () => backend.has(key('a')),
    set: () => backend.set(key('c'), value(2)),
    delete: () => backend.delete(key('d')),
    ...(has('bulk') && {
      getMany: () => backend.getMany([key('a')]),
      getEntries: () => backend.getEntries([key('a')]),
      setMany: () => backend.setMany([[key('c'), value(2)]]),
      deleteMany: () => backend.deleteMany([key('d')]),
    }),
    ...(has('ttl') && { expire: () => backend.expire(key('d'), 60_000), ttl: () => backend.ttl(key('a')) }),
    ...(has('prefixes') && { clear: () => backend.clear(`${prefix}nothing`) }),
    ...(has('iteration') && {
      async keys() {
        const found: string[] = [];
        for await (const one of backend.keys(prefix)) found.push(one);
        return found;
      },
    }),
    ...(isLeasing(backend) && { acquire: () => backend.acquire(key('e'), 1_000) }),
    ...(isListing(backend) && { 'getMany.list': () => backend.getMany.list([key('a')]) }),
    ...(isTagging(backend) && { invalidateTags: () => backend.invalidateTags([key('t')]) }),
  };
}

async function attempted([name, call]: readonly [string, () => unknown]): Promise<{
  readonly name: string;
  readonly answer?: unknown;
  readonly error?: unknown;
}> {
  try {
    return { name, answer: await call() };
  } catch (error) {
    return { name, error };
  }
}

/** The first answer that is no failure of the backend. */
async function served<R>(call: () => R): Promise<Awaited<R>> {
  for (const end = performance.now() + HEALS_MS; ; await sleep(20)) {
    try {
      return await call();
    } catch (error) {
      if (!isBackendFailure(error) || performance.now() > end) throw error;
    }
  }
}
