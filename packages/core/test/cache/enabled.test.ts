import { describe, expect, it } from 'vitest';
import { Cache, CacheConfigError } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';
import { faces, keysOf } from './faces.ts';
import { recording } from './recording.ts';

describe.each(faces)('enabled, $name', ({ make }) => {
  it('a disabled cache misses and accepts without storing; what removes still removes (R26)', async () => {
    const { cache } = make<number>();
    await cache.set('k', 1, { tags: ['t'] });
    await cache.set('other', 1, { tags: ['t'] });
    cache.enabled = false;
    expect(await cache.get('k', 7)).toBe(7);
    expect(await cache.lookup('k')).toEqual({ hit: false });
    expect(await cache.getMany(['k'])).toEqual(new Map());
    expect(await cache.has('k')).toBe(false);
    expect(await cache.ttl('k')).toBeUndefined();
    expect(await keysOf(cache as never)).toEqual([]);
    expect(await cache.set('new', 1)).toBe(true);
    await cache.setMany([['new', 1]]);
    expect(await cache.delete('k')).toBe(true);
    expect(await cache.invalidateTags(['t'])).toBe(1);
    cache.enabled = true;
    expect(await keysOf(cache as never)).toEqual([]);
  });

  it('what was stored before is found again when it is switched on', async () => {
    const { cache } = make<number>({ enabled: false });
    expect(cache.enabled).toBe(false);
    cache.enabled = true;
    await cache.set('k', 1);
    cache.enabled = false;
    expect(await cache.get('k')).toBeUndefined();
    cache.enabled = true;
    expect(await cache.get('k')).toBe(1);
  });

  it('switches its namespaces with it, and each of them alone', async () => {
    const { cache } = make<number>();
    const inner = cache.namespace<number>('a').namespace<number>('b');
    await inner.set('k', 1);
    cache.enabled = false;
    expect(await inner.get('k')).toBeUndefined();
    cache.enabled = true;
    inner.enabled = false;
    expect(await inner.get('k')).toBeUndefined();
    expect(await cache.get('a:b:k')).toBe(1);
  });

  it('anything but true and false is refused', async () => {
    const { cache } = make<number>();
    expect(() => {
      cache.enabled = 'no' as never;
    }).toThrow(CacheConfigError);
    expect(() => make({ enabled: 0 as never })).toThrow('enabled: expected true or false, got 0');
  });
});

it('a disabled cache checks arguments as ever and asks the backend nothing on a lookup or a write', async () => {
  const { backend, calls } = recording(inMemoryServer<number>().connect());
  const cache = new Cache<number>({ backend, enabled: false });
  await cache.get('k');
  await cache.set('k', 1, { tags: ['t'], ttl: '1s' });
  await cache.getMany(['k']);
  await expect(cache.get('')).rejects.toMatchObject({ code: 'INVALID_KEY' });
  await expect(cache.set('k', 1, { ttl: -1 })).rejects.toMatchObject({ code: 'INVALID_TTL' });
  expect(calls).toEqual([]);
});
