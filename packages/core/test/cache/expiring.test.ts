import { describe, expect, it } from 'vitest';
import { InvalidTtlError, type Ttl } from '../../src/index.ts';
import { faces } from './faces.ts';

describe.each(faces)('expiring, $name', ({ make }) => {
  it('an entry is expired when now has reached its deadline, not before (S10, P2, R4)', async () => {
    const { cache, clock } = make<number>();
    await cache.set('k', 1, { ttl: 100 });
    clock.advance(99);
    expect(await cache.has('k')).toBe(true);
    clock.advance(1);
    expect(await cache.has('k')).toBe(false);
  });

  it.each<[Ttl, number | null]>([
    [500, 500],
    ['500ms', 500],
    ['1.5s', 1_500],
    [{ minutes: 1, seconds: 1 }, 61_000],
    [null, null],
    [Number.POSITIVE_INFINITY, null],
    [2 ** 31 + 5, 2 ** 31 + 5],
  ])('a ttl of %j leaves %j milliseconds (S4, R6, D5)', async (ttl, left) => {
    const { cache } = make<number>();
    await cache.set('k', 1, { ttl });
    expect(await cache.ttl('k')).toBe(left);
  });

  it('an entry takes the ttl of its cache when it has none, its own when it has one, and null means never even so (R7)', async () => {
    const { cache } = make<number>({ ttl: '1m' });
    await cache.set('default', 1);
    await cache.set('undefined', 1, { ttl: undefined });
    await cache.set('own', 1, { ttl: '1s' });
    await cache.set('never', 1, { ttl: null });
    await cache.setMany([['many', 1]]);
    expect(await cache.ttl('default')).toBe(60_000);
    expect(await cache.ttl('undefined')).toBe(60_000);
    expect(await cache.ttl('own')).toBe(1_000);
    expect(await cache.ttl('never')).toBeNull();
    expect(await cache.ttl('many')).toBe(60_000);
    expect(await cache.ttl('absent')).toBeUndefined();
  });

  it('expire moves the deadline of an entry, null takes it away, and an absent key is said to be (C8, S9)', async () => {
    const { cache, clock } = make<number>();
    expect(await cache.expire('k', 100)).toBe(false);
    await cache.set('k', 1);
    expect(await cache.expire('k', 100)).toBe(true);
    clock.advance(60);
    expect(await cache.expire('k', 100)).toBe(true);
    clock.advance(60);
    expect(await cache.get('k')).toBe(1);
    expect(await cache.expire('k', null)).toBe(true);
    clock.advance(1e9);
    expect(await cache.get('k')).toBe(1);
    await cache.set('gone', 1, { ttl: 10 });
    clock.advance(10);
    expect(await cache.expire('gone', 100)).toBe(false);
  });

  it('expireAt gives an instant of the wall clock, one in the past removes, null takes the deadline away (C9, R4, R5)', async () => {
    const { cache } = make<number>();
    await cache.set('k', 1);
    expect(await cache.expireAt('k', new Date(Date.now() + 60_000))).toBe(true);
    const left = (await cache.ttl('k')) as number;
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(await cache.expireAt('k', null)).toBe(true);
    expect(await cache.ttl('k')).toBeNull();
    expect(await cache.expireAt('k', new Date(Date.now() - 1))).toBe(true);
    expect(await cache.has('k')).toBe(false);
    expect(await cache.expireAt('k', new Date(0))).toBe(false);
    expect(await cache.expireAt('absent', new Date(Date.now() + 1_000))).toBe(false);
  });

  it.each([0, -1, Number.NaN, 0.5, '', '5', '0s', {}, { minutes: -1 }, true])(
    'a ttl of %j is refused before anything changes, wherever it is given (S9, R5, D22, D32)',
    async (bad) => {
      const ttl = bad as Ttl;
      const { cache } = make<number>();
      await cache.set('k', 1, { ttl: 1_000 });
      const calls: (() => unknown)[] = [
        () => cache.set('k', 2, { ttl }),
        () => cache.setMany([['k', 2]], { ttl }),
        () => cache.expire('k', ttl),
        () => make({ ttl }),
        () => cache.namespace('n', { ttl }),
      ];
      for (const call of calls) await expect(async () => call()).rejects.toThrow(InvalidTtlError);
      expect(await cache.get('k')).toBe(1);
      expect(await cache.ttl('k')).toBe(1_000);
    },
  );

  it.each([new Date(Number.NaN), 'tomorrow', 5, undefined])(
    'expireAt(%o) is refused and changes nothing',
    async (bad) => {
      const { cache } = make<number>();
      await cache.set('k', 1);
      await expect(async () => cache.expireAt('k', bad as Date)).rejects.toThrow(InvalidTtlError);
      expect(await cache.ttl('k')).toBeNull();
    },
  );
});
