import { describe, expect, it } from 'vitest';
import { Cache, isPending, SyncCache } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';

const methods = (face: typeof Cache | typeof SyncCache): string[] =>
  Object.getOwnPropertyNames(face.prototype)
    .filter((name) => name !== 'constructor')
    .sort();

describe('the two faces', () => {
  it('have the same methods under the same names, but for what only makes sense with promises (C1)', () => {
    expect(methods(SyncCache).filter((name) => name !== 'asCache')).toEqual(
      methods(Cache).filter((name) => name !== 'setThrough'),
    );
    expect(Symbol.asyncDispose in Cache.prototype).toBe(true);
    expect(Symbol.dispose in SyncCache.prototype).toBe(true);
  });

  it('a SyncCache answers at once, a Cache always by a promise, above backends that answer at once (S17, R9)', async () => {
    const sync = new SyncCache<number>({ backend: inMemoryServer<number>().connect() });
    const cache = new Cache<number>({ backend: inMemoryServer<number>().connect() });
    const calls: ((cache: Cache<number>) => unknown)[] = [
      (one) => one.set('k', 1, { tags: ['t'] }),
      (one) => one.get('k'),
      (one) => one.lookup('k'),
      (one) => one.getOrThrow('k'),
      (one) => one.getMany(['k']),
      (one) => one.has('k'),
      (one) => one.ttl('k'),
      (one) => one.expire('k', null),
      (one) => one.setMany([['l', 2]]),
      (one) => one.getOrSet('k', () => 3),
      (one) => one.delete('l'),
      (one) => one.deleteMany(['l']),
      (one) => one.invalidateTags(['t']),
      (one) => one.clear(),
      (one) => one.health(),
      (one) => one.start(),
    ];
    for (const call of calls) {
      const atOnce = call(sync as unknown as Cache<number>);
      expect(isPending(atOnce)).toBe(false);
      const later = call(cache);
      expect(later).toBeInstanceOf(Promise);
      expect(await later).toEqual(atOnce);
    }
  });

  it('a mistake rejects on a Cache and is thrown by a SyncCache', async () => {
    const backend = inMemoryServer<number>().connect();
    const rejected = new Cache<number>({ backend }).get('');
    await expect(rejected).rejects.toMatchObject({ code: 'INVALID_KEY' });
    expect(() => new SyncCache<number>({ backend }).get('')).toThrow('key: expected a non-empty string');
  });

  it('what one of them stores the other finds (K11)', async () => {
    const backend = inMemoryServer<number>().connect();
    const sync = new SyncCache<number>({ backend, prefix: 'p:' });
    const cache = new Cache<number>({ backend, prefix: 'p:' });
    sync.set('a', 1);
    expect(await cache.get('a')).toBe(1);
    await cache.set('b', 2);
    expect(sync.get('b')).toBe(2);
    expect([...sync.keys()].sort()).toEqual(['a', 'b']);
  });
});
