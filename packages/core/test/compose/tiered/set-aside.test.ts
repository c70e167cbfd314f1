import { describe, expect, it } from 'vitest';
import {
  Cache,
  CacheBackendError,
  type CacheOptions,
  type CapableBackend,
  type TieredOptions,
  tiered,
} from '../../../src/index.ts';
import { faultyBackend, inMemoryServer, manualClock } from '../../../src/testing/index.ts';

const quiet = { warn() {} };

/** A cache above two tiers that has read `a` and `b`, each 1, and a far that fails from `fails()` on. */
async function outage(options: Partial<CacheOptions<number>> = {}, settings: TieredOptions = {}) {
  const clock = manualClock();
  const server = inMemoryServer<number>({ clock });
  const connection = server.connect();
  const far = faultyBackend(connection);
  const asked: string[] = [];
  for (const name of ['get', 'getMany', 'getEntry', 'getEntries', 'acquire'] as const) {
    const call = far[name] as (...args: unknown[]) => unknown;
    Object.assign(far, { [name]: (...args: unknown[]) => asked.push(name) && call(...args) });
  }
  const tiers = tiered<number>(inMemoryServer<number>({ clock }).connect(), far, { clock, ...settings });
  const cache = new Cache<number>({
    backend: tiers,
    clock,
    ttl: 60_000,
    staleIfError: 10_000,
    logger: quiet,
    ...options,
  });
  await cache.start();
  for (const key of ['a', 'b']) {
    await cache.set(key, 1, { tags: [`tag of ${key}`] });
    await cache.get(key);
  }
  const told: string[] = [];
  cache.on('stale', ({ key, reason }) => told.push(`stale ${key} ${reason}`));
  cache.on('error', ({ operation, swallowed }) => told.push(`error ${operation} ${swallowed}`));
  return {
    clock,
    cache,
    tiers: tiers as CapableBackend<number>,
    told,
    asked,
    other: server.connect(),
    restore: () => connection.restoreSignal(),
    fails() {
      connection.loseSignal();
      far.faults.always = 'error';
    },
    answers() {
      far.faults.always = undefined;
    },
  };
}
const load = async (): Promise<number> => 2;
const broken = async (): Promise<number> => {
  throw new Error('the source is down');
};

describe('a far that fails, and what near had', () => {
  it('answers callers with staleIfError, says so, and nobody else', async () => {
    const { cache, fails, told } = await outage();
    fails();
    expect(await cache.getOrSet('a', load)).toBe(1);
    expect(told).toEqual(['stale a error', 'error getOrSet true']);
    await expect(cache.get('a')).rejects.toThrow(CacheBackendError);
    await expect(cache.getOrSet('a', load, { staleIfError: 0 })).rejects.toThrow(CacheBackendError);
    await expect(cache.getOrSet('a', load, { refresh: true })).rejects.toThrow(CacheBackendError);
    await expect(cache.getOrSet('never read', load)).rejects.toThrow(CacheBackendError);
  });

  it('answers a call for many where it has all of them', async () => {
    const { cache, fails } = await outage();
    fails();
    const many = (keys: readonly string[]) => cache.getOrSetMany(keys, async () => new Map());
    expect(await many(['a', 'b'])).toEqual(
      new Map([
        ['a', 1],
        ['b', 1],
      ]),
    );
    await expect(many(['a', 'never read'])).rejects.toThrow(CacheBackendError);
  });

  it('answers after one call of far that fails, for one key or for many, and says so', async () => {
    const { cache, fails, asked, told } = await outage();
    fails();
    asked.length = 0;
    expect(await cache.getOrSet('a', load)).toBe(1);
    expect(asked).toHaveLength(1);
    told.length = 0;
    asked.length = 0;
    const loaded: string[] = [];
    await cache.getOrSetMany(['a', 'b'], async (keys) => {
      loaded.push(...keys);
      return new Map();
    });
    expect(asked).toEqual(['getEntries']);
    expect(loaded).toEqual([]);
    expect(told).toEqual(['stale a error', 'stale b error', 'error getOrSet true']);
  });

  it('warns once of an outage in which many are asked for again and again', async () => {
    const warnings: string[] = [];
    const { cache, fails } = await outage({ onError: 'bypass', logger: { warn: (text) => warnings.push(text) } });
    cache.on('hit', () => {});
    fails();
    const many = (): Promise<Map<string, number>> =>
      cache.getOrSetMany(['a', 'b'], async (keys) => new Map(keys.map((key) => [key, 2])));
    for (let i = 0; i < 3; i++) expect((await many()).get('b')).toBe(2);
    expect(warnings).toHaveLength(1);
  });

  it('is asked by the methods of who has put their own over those of the tiers', async () => {
    const { tiers, clock, fails } = await outage();
    const own = { ...tiers, getEntry: (key: string) => tiers.getEntry(key) };
    const cache = new Cache<number>({ backend: own, clock, logger: quiet, staleIfError: '1m' });
    fails();
    await expect(cache.getOrSet('a', load)).rejects.toThrow(CacheBackendError);
    const carried = new Cache<number>({ backend: { ...tiers }, clock, logger: quiet, staleIfError: '1m' });
    expect(await carried.getOrSet('a', load)).toBe(1);
  });

  it('keeps what never expires past nearTtl, for who is failed by far', async () => {
    const { cache, fails, clock } = await outage({ ttl: null }, { nearTtl: 1_000 });
    clock.advance(5_000);
    fails();
    await expect(cache.get('a')).rejects.toThrow(CacheBackendError);
    expect(await cache.getOrSet('a', load)).toBe(1);
    clock.advance(10_000);
    await expect(cache.getOrSet('a', load)).rejects.toThrow(CacheBackendError);
  });

  it('answers after the loader where the cache goes on without its backend', async () => {
    const { cache, fails } = await outage({ onError: 'bypass' });
    fails();
    expect(await cache.getOrSet('a', load)).toBe(2);
    expect(await cache.getOrSet('a', broken)).toBe(1);
    await expect(cache.getOrSet('never read', broken)).rejects.toThrow('the source is down');
  });

  it('also where renewing ahead reads the entry first', async () => {
    const { cache, fails } = await outage({ refreshAhead: 0.9 });
    fails();
    expect(await cache.getOrSet('a', load)).toBe(1);
  });

  it('answers for staleIfError from when far could last vouch for it, and not past its own window', async () => {
    const { cache, fails, clock } = await outage();
    fails();
    clock.advance(10_000);
    expect(await cache.getOrSet('a', load)).toBe(1);
    clock.advance(1);
    await expect(cache.getOrSet('a', load)).rejects.toThrow(CacheBackendError);
    expect(await cache.getOrSet('a', load, { staleIfError: 30_000 })).toBe(1);
    clock.advance(60_000);
    await expect(cache.getOrSet('a', load, { staleIfError: '1h' })).rejects.toThrow(CacheBackendError);
  });

  it('has a value that was stale before the signal was lost for no longer than its window', async () => {
    const { cache, fails, clock } = await outage();
    clock.advance(65_000);
    fails();
    clock.advance(5_000 - 1);
    expect(await cache.getOrSet('a', load)).toBe(1);
    clock.advance(2);
    await expect(cache.getOrSet('a', load)).rejects.toThrow(CacheBackendError);
  });

  const taken: readonly (readonly [string, (world: Awaited<ReturnType<typeof outage>>) => Promise<unknown>])[] = [
    ['a write of its own, also one that failed', ({ cache }) => cache.set('a', 3)],
    ['a delete of its own', ({ cache }) => cache.delete('a')],
    ['an invalidation of its tag', ({ cache }) => cache.invalidateTags(['tag of a'])],
    ['a clear', ({ cache }) => cache.clear()],
    ['a new time to live', ({ cache }) => cache.expire('a', 1_000)],
  ];
  it.each(taken)('gives nothing back after %s', async (_what, change) => {
    const world = await outage();
    world.fails();
    await expect(change(world)).rejects.toThrow(CacheBackendError);
    await expect(world.cache.getOrSet('a', load)).rejects.toThrow(CacheBackendError);
  });

  it('gives nothing back that far has answered since, whatever it answered', async () => {
    const { cache, fails, answers, other } = await outage();
    fails();
    answers();
    await other.set('a', 5);
    await other.delete('b');
    expect(await cache.get('a')).toBe(5);
    expect(await cache.has('b')).toBe(false);
    fails();
    for (const key of ['a', 'b']) await expect(cache.getOrSet(key, load)).rejects.toThrow(CacheBackendError);
  });

  it('is never served while far answers', async () => {
    const { cache, fails, answers, other } = await outage();
    fails();
    answers();
    await other.delete('a');
    await expect(cache.getOrSet('a', broken)).rejects.toThrow('the source is down');
    expect(await cache.getOrSet('a', load)).toBe(2);
  });

  it('begins anew when changes are told again', async () => {
    const { cache, fails, restore } = await outage();
    fails();
    restore();
    await expect(cache.getOrSet('a', load)).rejects.toThrow(CacheBackendError);
  });

  it('passes what is above the tiers: copies and a schema', async () => {
    const { fails, tiers, clock } = await outage();
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => (value === 1 ? { value: 1 } : { issues: [{ message: 'expected 1', path: [] }] }),
      },
    } as const;
    const cache = new Cache<number>({
      backend: tiers,
      clock,
      logger: quiet,
      staleIfError: '1m',
      isolate: 'clone',
      schema,
    });
    fails();
    expect(await cache.getOrSet('a', async () => 1)).toBe(1);
  });
});
