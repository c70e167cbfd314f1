import { describe, expect, it } from 'vitest';
import { Cache, type CacheStats, dummyBackend, type Health } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';
import { faces, keysOf } from './faces.ts';

const nothing = {
  type: 'cache',
  requests: 0,
  hits: 0,
  misses: 0,
  hitRate: 0,
  writes: 0,
  deletes: 0,
  clears: 0,
  tagInvalidations: 0,
  evictions: 0,
  expirations: 0,
  loads: 0,
  loadErrors: 0,
  stampedeWaits: 0,
};

describe.each(faces)('statistics, $name', ({ make }) => {
  it('start at zero, a hit rate of 0 included (S22, P3, R29)', () => {
    expect(make().cache.stats()).toEqual(nothing);
  });

  it('count what callers did: lookups, writes, deletes that removed something, clears and tag invalidations (S22, R29)', async () => {
    const { cache } = make<number>();
    await cache.set('a', 1, { tags: ['t'] });
    await cache.set('a', 1, { ifNotExists: true });
    await cache.setMany([
      ['b', 2],
      ['c', 3],
    ]);
    await cache.get('a');
    await cache.get('absent');
    await cache.lookup('b');
    await cache.getMany(['a', 'b', 'absent', 'absent']);
    await cache.delete('a');
    await cache.delete('a');
    await cache.deleteMany(['b', 'absent']);
    await cache.clear();
    await cache.invalidateTags(['t']);
    await cache.has('c');
    await cache.ttl('c');
    await cache.expire('c', 5);
    expect(cache.stats()).toEqual({
      ...nothing,
      requests: 6,
      hits: 4,
      misses: 2,
      hitRate: 4 / 6,
      writes: 3,
      deletes: 2,
      clears: 1,
      tagInvalidations: 1,
    });
  });

  it('are of one cache: its namespaces count apart', async () => {
    const { cache } = make<number>();
    const inner = cache.namespace<number>('n');
    await inner.get('k');
    expect(inner.stats().misses).toBe(1);
    expect(cache.stats().misses).toBe(0);
  });

  it('size and removals come from the backend, and its own counts are a part (P3)', async () => {
    const own: CacheStats = { ...nothing, type: 'store', size: 3, maxSize: 10, evictions: 4, expirations: 5 };
    const backend = Object.assign(inMemoryServer<number>().connect(), { stats: () => own });
    const { cache } = make<number>({ backend });
    await cache.get('k');
    expect(cache.stats()).toEqual({
      ...nothing,
      misses: 1,
      requests: 1,
      size: 3,
      maxSize: 10,
      evictions: 4,
      expirations: 5,
      parts: { backend: own },
    });
  });
});

describe.each(faces)('health, $name', ({ make }) => {
  it('is up above a backend that cannot be asked, and says which', async () => {
    expect(await make().cache.health()).toEqual({ status: 'up', details: { backend: 'in-memory server' } });
  });

  it('is what the backend says, through serialization, schemas and isolation (P15)', async () => {
    const health: Health = { status: 'degraded', details: { latencyMs: 5 } };
    const bytes = Object.assign(inMemoryServer<never>().connect(), { stores: 'bytes' as const, health: () => health });
    expect(await make({ backend: bytes }).cache.health()).toBe(health);
    const values = Object.assign(inMemoryServer<unknown>().connect(), { health: () => health });
    const schema = { '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) } } as const;
    expect(await make({ backend: values, isolate: 'clone', schema }).cache.namespace('n', { schema }).health()).toBe(
      health,
    );
  });

  it('is an answer also when asking fails, and after close', async () => {
    const backend = Object.assign(inMemoryServer<unknown>().connect(), {
      health(): Health {
        throw new TypeError('cannot say');
      },
    });
    const { cache } = make({ backend });
    const health = await cache.health();
    expect(health.status).toBe('down');
    expect(health.details.error).toContain('health: expected an answer of the backend in-memory server');
    await cache.close();
    expect(await cache.health()).toMatchObject({
      status: 'down',
      details: { error: expect.stringContaining('closed') },
    });
  });
});

it('a health check that rejects is an answer too', async () => {
  const backend = Object.assign(inMemoryServer<unknown>().connect(), { health: () => Promise.reject(new Error('no')) });
  expect(await new Cache({ backend }).health()).toMatchObject({ status: 'down' });
});

it('a dummy never stores and always succeeds: what a cache above it answers (C15)', async () => {
  const cache = new Cache<number>({ backend: dummyBackend<number>() });
  await cache.start();
  expect(await cache.set('k', 1)).toBe(true);
  expect(await cache.set('k', 1, { ifNotExists: true })).toBe(true);
  expect(await cache.get('k')).toBeUndefined();
  expect(await cache.lookup('k')).toEqual({ hit: false });
  expect(await cache.getMany(['k'])).toEqual(new Map());
  expect(await cache.has('k')).toBe(false);
  expect(await cache.ttl('k')).toBeUndefined();
  expect(await cache.expire('k', 1)).toBe(false);
  expect(await cache.delete('k')).toBe(false);
  expect(await cache.deleteMany(['k'])).toBe(0);
  await cache.setMany([['k', 1]]);
  await cache.clear();
  expect(await keysOf(cache as never)).toEqual([]);
  expect(await cache.invalidateTags(['t'])).toBe(0);
  const backend = dummyBackend<number>();
  expect(backend.getEntry('k')).toBeUndefined();
  expect(backend.getEntries(['k'])).toEqual(new Map());
  expect(await cache.getOrSet('k', () => 2)).toBe(2);
  await cache.close();
});
