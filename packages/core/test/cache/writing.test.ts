import { describe, expect, it } from 'vitest';
import { faces, keysOf } from './faces.ts';

describe.each(faces)('writing, $name', ({ make }) => {
  it('set says it stored, and replaces value and deadline (S6, C5, R8)', async () => {
    const { cache, clock } = make<string>();
    expect(await cache.set('k', 'old', { ttl: 100 })).toBe(true);
    expect(await cache.set('k', 'new')).toBe(true);
    clock.advance(100);
    expect(await cache.get('k')).toBe('new');
    expect(await cache.ttl('k')).toBeNull();
  });

  it('ifNotExists stores only where there is no fresh entry, and says which; an expired one counts as absent (C5, R8, D20)', async () => {
    const { cache, clock } = make<string>();
    expect(await cache.set('k', 'first', { ifNotExists: true, ttl: 100 })).toBe(true);
    expect(await cache.set('k', 'second', { ifNotExists: true, ttl: 500 })).toBe(false);
    expect(await cache.get('k')).toBe('first');
    expect(await cache.ttl('k')).toBe(100);
    clock.advance(100);
    expect(await cache.set('k', 'third', { ifNotExists: true })).toBe(true);
    expect(await cache.get('k')).toBe('third');
    expect(cache.stats().writes).toBe(2);
  });

  it('setMany stores every pair of any iterable, all with the TTL it is given (C7)', async () => {
    const { cache, clock } = make<number>({ prefix: 'p:' });
    await cache.setMany(new Map([['a', 1]]), { ttl: 100 });
    await cache.setMany(
      (function* () {
        yield ['b', 2] as const;
        yield ['c', 3] as const;
      })(),
      { ttl: '1s' },
    );
    expect(await cache.getMany(['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ]),
    );
    clock.advance(100);
    expect(await keysOf(cache as never)).toEqual(['b', 'c']);
    clock.advance(900);
    expect(await keysOf(cache as never)).toEqual([]);
  });

  it('an entry is kept past its ttl for as long as the windows of its set or of its cache say', async () => {
    const { cache, clock } = make<number>({ ttl: 100, staleIfError: 200 });
    await cache.set('own', 1, { staleWhileRevalidate: 1_000 });
    await cache.set('default', 2);
    await cache.set('eternal', 3, { ttl: null, staleIfError: 50 });
    clock.advance(250);
    expect(await cache.has('default')).toBe(false);
    expect(await cache.delete('default')).toBe(true);
    clock.advance(800);
    expect(await cache.delete('own')).toBe(true);
    expect(await cache.get('eternal')).toBe(3);
    await cache.set('own', 1, { staleWhileRevalidate: 1_000 });
    clock.advance(1_100);
    expect(await cache.delete('own')).toBe(false);
  });

  it('empty input asks the backend nothing (D23)', async () => {
    const { cache } = make<number>();
    await cache.close();
    const { cache: open } = make<number>();
    expect(await open.getMany([])).toEqual(new Map());
    expect(await open.deleteMany([])).toBe(0);
    await open.setMany([]);
    expect(open.stats()).toMatchObject({ requests: 0, writes: 0, deletes: 0 });
  });

  it('jitter shortens each time to live by at most its fraction, and never lengthens one', async () => {
    const { cache } = make<number>({ ttl: 1_000, jitter: 0.2 });
    const left = new Set<number>();
    for (let n = 0; n < 200; n++) {
      await cache.set(`k${n}`, n);
      left.add((await cache.ttl(`k${n}`)) as number);
    }
    expect(Math.min(...left)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...left)).toBeLessThanOrEqual(1_000);
    expect(left.size).toBeGreaterThan(50);
    await cache.set('eternal', 1, { ttl: null });
    expect(await cache.ttl('eternal')).toBeNull();
    await cache.set('short', 1, { ttl: 1 });
    expect(await cache.ttl('short')).toBe(1);
  });
});
