import { describe, expect, it } from 'vitest';
import { Cache, CacheError, SyncCache } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';
import { type AnyCache, faces, keysOf } from './faces.ts';
import { recording } from './recording.ts';

const uses: [string, (cache: AnyCache<unknown>) => unknown][] = [
  ['get', (cache) => cache.get('k')],
  ['lookup', (cache) => cache.lookup('k')],
  ['getOrThrow', (cache) => cache.getOrThrow('k')],
  ['getMany', (cache) => cache.getMany(['k'])],
  ['has', (cache) => cache.has('k')],
  ['ttl', (cache) => cache.ttl('k')],
  ['set', (cache) => cache.set('k', 1)],
  ['setMany', (cache) => cache.setMany([['k', 1]])],
  ['delete', (cache) => cache.delete('k')],
  ['deleteMany', (cache) => cache.deleteMany(['k'])],
  ['expire', (cache) => cache.expire('k', 5)],
  ['expireAt', (cache) => cache.expireAt('k', new Date())],
  ['clear', (cache) => cache.clear()],
  ['invalidateTags', (cache) => cache.invalidateTags(['t'])],
  ['keys', (cache) => keysOf(cache as never)],
  ['namespace', (cache) => cache.namespace('n')],
  ['start', (cache) => cache.start()],
];

describe.each(faces)('lifecycle, $name', ({ make }) => {
  it('construction asks the backend nothing; start and close are its', async () => {
    const { backend, calls } = recording(inMemoryServer<unknown>().connect());
    const { cache } = make({ backend });
    expect(calls).toEqual([]);
    await cache.start();
    await cache.close();
    expect(calls).toEqual(['start', 'close']);
  });

  it.each(uses)('%s after close is an early error that asks the backend nothing', async (_name, use) => {
    const { backend, calls } = recording(inMemoryServer<unknown>().connect());
    const { cache } = make({ backend });
    await cache.close();
    calls.length = 0;
    const error = await Promise.resolve()
      .then(() => use(cache))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CacheError);
    expect(error).toMatchObject({
      code: 'CLOSED',
      message: 'cache: expected an open one, got one that was closed; make a new one',
    });
    expect(calls).toEqual([]);
  });

  it('close twice closes once (C11)', async () => {
    const { backend, calls } = recording(inMemoryServer<unknown>().connect());
    const { cache } = make({ backend });
    await Promise.all([cache.close(), cache.close()]);
    await cache.close();
    expect(calls).toEqual(['close']);
  });

  it('a closed cache closes its namespaces; a closed namespace closes nothing else', async () => {
    const { backend, calls } = recording(inMemoryServer<unknown>().connect());
    const { cache } = make({ backend });
    const one = cache.namespace('one');
    const two = cache.namespace('two');
    await one.close();
    await expect(async () => one.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
    expect(calls).toEqual([]);
    await two.set('k', 1);
    await cache.close();
    await expect(async () => two.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

it('await using closes a Cache, using closes a SyncCache (C11)', async () => {
  const one = recording(inMemoryServer<number>().connect());
  await new Cache<number>({ backend: one.backend })[Symbol.asyncDispose]();
  expect(one.calls).toEqual(['close']);
  const two = recording(inMemoryServer<number>().connect());
  new SyncCache<number>({ backend: two.backend as never })[Symbol.dispose]();
  expect(two.calls).toEqual(['close']);
});
