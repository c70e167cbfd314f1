import { describe, expect, it } from 'vitest';
import { CacheMissError, MISS } from '../../src/index.ts';
import { faces } from './faces.ts';

const unusual: unknown[] = [undefined, null, 0, -0, '', false, Number.NaN, 0n, new Uint8Array(), [], {}];

describe.each(faces)('reading, $name', ({ make }) => {
  it('get gives the value, and undefined or the fallback on a miss (C2, P1)', async () => {
    const { cache } = make<string>();
    expect(await cache.get('k')).toBeUndefined();
    expect(await cache.get('k', 'fallback')).toBe('fallback');
    expect(await cache.get('k', null)).toBeNull();
    await cache.set('k', 'v');
    expect(await cache.get('k')).toBe('v');
    expect(await cache.get('k', 'fallback')).toBe('v');
  });

  it('a miss is a value and never an exception: the one frozen miss, for what was never there as for what expired (S2, S3, S5, C12, R1)', async () => {
    const { cache, clock } = make<string>();
    expect(await cache.lookup('k')).toBe(MISS);
    expect(Object.isFrozen(MISS)).toBe(true);
    await cache.set('k', 'v', { ttl: 100 });
    expect(await cache.lookup('k')).toEqual({ hit: true, value: 'v' });
    clock.advance(100);
    expect(await cache.lookup('k')).toBe(MISS);
  });

  it.each(unusual)(
    '%o can be cached: it is a hit in get, lookup, getMany, has and getOrThrow (S1, S11, R2, D21, P10)',
    async (value) => {
      const { cache } = make();
      await cache.set('k', value);
      expect(await cache.get('k', 'fallback')).toBe(value);
      expect(await cache.lookup('k')).toEqual({ hit: true, value });
      expect(await cache.getMany(['k'])).toEqual(new Map([['k', value]]));
      expect(await cache.has('k')).toBe(true);
      expect(await cache.getOrThrow('k')).toBe(value);
    },
  );

  it('getOrThrow names the key of a miss (C3)', async () => {
    const { cache } = make({ prefix: 'p:' });
    const error = await Promise.resolve()
      .then(() => cache.getOrThrow('k'))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CacheMissError);
    expect(error).toMatchObject({ code: 'MISS', key: 'k', message: 'key "k": expected an entry, got a miss' });
  });

  it('getMany gives the hits alone, in the order asked for, under the keys it was asked for, with a prefix too (C4, R19, D19)', async () => {
    for (const prefix of ['', 'p:']) {
      const { cache } = make<number>({ prefix });
      await cache.setMany([
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ]);
      expect([...(await cache.getMany(['c', 'absent', 'a', 'c']))]).toEqual([
        ['c', 3],
        ['a', 1],
      ]);
      expect([...(await cache.getMany(new Set(['b'])))]).toEqual([['b', 2]]);
      expect(await cache.getMany([])).toEqual(new Map());
    }
  });

  it('has is no use of an entry and does not count as a lookup (P1)', async () => {
    const { cache } = make<number>();
    await cache.set('k', 1);
    expect(await cache.has('k')).toBe(true);
    expect(await cache.has('absent')).toBe(false);
    expect(cache.stats()).toMatchObject({ requests: 0, hits: 0, misses: 0 });
  });
});
