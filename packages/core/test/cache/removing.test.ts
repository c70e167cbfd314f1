import { describe, expect, it } from 'vitest';
import { faces, keysOf } from './faces.ts';

describe.each(faces)('removing, $name', ({ make }) => {
  it('delete says whether an unexpired entry was there (S7, S10, C6, D20)', async () => {
    const { cache, clock } = make<number>();
    expect(await cache.delete('k')).toBe(false);
    await cache.set('k', 1, { ttl: 100 });
    expect(await cache.delete('k')).toBe(true);
    expect(await cache.delete('k')).toBe(false);
    await cache.set('k', 1, { ttl: 100 });
    clock.advance(100);
    expect(await cache.delete('k')).toBe(false);
  });

  it('deleteMany removes all it is given and counts those that were there (C10, D26)', async () => {
    const { cache } = make<number>({ prefix: 'p:' });
    await cache.setMany([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect(await cache.deleteMany(['a', 'absent', 'c', 'a'])).toBe(2);
    expect(await keysOf(cache as never)).toEqual(['b']);
    expect(cache.stats().deletes).toBe(2);
  });

  it("clear removes this cache's entries, namespaces included, and nothing else of the backend (S8, C10, R18, P17)", async () => {
    const { cache: root } = make<number>();
    const mine = root.namespace<number>('app[1]');
    const inner = mine.namespace<number>('inner');
    const other = root.namespace<number>('app1');
    await Promise.all([
      mine.set('x', 1),
      inner.set('y', 2),
      other.set('x', 3),
      root.set('app[1]', 4),
      root.set('app', 5),
    ]);
    await mine.clear();
    expect(await keysOf(root as never)).toEqual(['app', 'app1:x', 'app[1]']);
    await mine.clear();
    expect(mine.stats().clears).toBe(2);
  });

  it('clear of a prefix leaves the rest of the cache alone', async () => {
    const { cache } = make<number>({ prefix: 'p:' });
    await cache.setMany([
      ['user:1', 1],
      ['user:2', 2],
      ['order:1', 3],
    ]);
    await cache.clear('user:');
    expect(await keysOf(cache as never)).toEqual(['order:1']);
  });

  it('keys gives the keys of fresh entries, without the prefix, and those that begin with what is asked for (P4, R19)', async () => {
    const { cache, clock } = make<number>({ prefix: 'p:' });
    await cache.set('user:1', 1);
    await cache.set('user:2', 2, { ttl: 10 });
    await cache.set('order:1', 3);
    clock.advance(10);
    expect(await keysOf(cache as never)).toEqual(['order:1', 'user:1']);
    expect(await keysOf(cache as never, 'user:')).toEqual(['user:1']);
  });

  it('invalidateTags removes the entries that carry one of the tags, and counts those entries alone (S20, R17)', async () => {
    const { cache } = make<number>({ prefix: 'p:' });
    await cache.set('a', 1, { tags: ['x', 'y'] });
    await cache.set('b', 2, { tags: ['y'] });
    await cache.set('c', 3);
    await cache.setMany([['d', 4]], { tags: ['x'] });
    expect(await cache.invalidateTags(['x'])).toBe(2);
    expect(await keysOf(cache as never)).toEqual(['b', 'c']);
    expect(await cache.invalidateTags([])).toBe(0);
    expect(await cache.invalidateTags(['unknown'])).toBe(0);
  });

  it('tags belong to a cache and its namespaces: another cache on the same backend has its own (R17)', async () => {
    const { cache: root } = make<number>();
    const { cache } = make<number>({ prefix: 'mine:' });
    const inner = cache.namespace<number>('inner');
    await cache.set('a', 1, { tags: ['t'] });
    await inner.set('b', 2, { tags: ['t'] });
    await root.set('c', 3, { tags: ['t'] });
    expect(await inner.invalidateTags(['t'])).toBe(2);
    expect(await cache.has('a')).toBe(false);
    expect(await root.has('c')).toBe(true);
  });

  it('an entry that is set again without a tag leaves it', async () => {
    const { cache } = make<number>();
    await cache.set('a', 1, { tags: ['t'] });
    await cache.set('a', 2);
    expect(await cache.invalidateTags(['t'])).toBe(0);
    expect(await cache.get('a')).toBe(2);
  });
});
