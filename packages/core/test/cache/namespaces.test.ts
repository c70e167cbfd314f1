import { describe, expect, it } from 'vitest';
import { Cache } from '../../src/index.ts';
import { inMemoryServer, manualClock } from '../../src/testing/index.ts';
import { faces, keysOf } from './faces.ts';

describe.each(faces)('namespaces, $name', ({ make }) => {
  it('a namespace is a prefix: its cache finds its own entries, and the parent contains them', async () => {
    const { cache } = make<number>({ prefix: 'p:' });
    const users = cache.namespace<string>('users');
    await users.set('1', 'ada');
    await cache.set('1', 42);
    expect(await users.get('1')).toBe('ada');
    expect(await cache.get('users:1')).toBe('ada');
    expect(await keysOf(cache as never)).toEqual(['1', 'users:1']);
    expect(await keysOf(users as never)).toEqual(['1']);
    expect(users.prefix).toBe('p:users:');
    expect(users.name).toBe('p:users');
  });

  it('inherits the ttl, or has its own', async () => {
    const { cache } = make<number>({ ttl: '1m' });
    const inherits = cache.namespace<number>('a');
    const own = cache.namespace<number>('b', { ttl: '1s' });
    const never = cache.namespace<number>('c', { ttl: null });
    for (const each of [inherits, own, never]) await each.set('k', 1);
    expect(await inherits.ttl('k')).toBe(60_000);
    expect(await own.ttl('k')).toBe(1_000);
    expect(await never.ttl('k')).toBeNull();
    expect(await own.namespace<number>('d').set('k', 1)).toBe(true);
    expect(await own.ttl('d:k')).toBe(1_000);
  });

  it('a version is part of the prefix: entries of another version are not seen, and cleared apart', async () => {
    const backend = inMemoryServer<number>().connect();
    const { cache: one } = make<number>({ backend, prefix: 'users:', version: 1 });
    const { cache: two } = make<number>({ backend, prefix: 'users:', version: '2024-06' });
    await one.set('k', 1);
    expect(await two.get('k')).toBeUndefined();
    await two.set('k', 2);
    expect([...backend.keys()].sort()).toEqual(['users:v1:k', 'users:v2024-06:k']);
    await two.clear();
    expect(await one.get('k')).toBe(1);
    expect(one.name).toBe('users');
  });

  it('the prefix is empty above values and cache: above bytes, when nothing else is said', async () => {
    const values = make<number>().cache;
    expect(values.prefix).toBe('');
    expect(values.name).toBe('in-memory server');
    const bytes = { ...inMemoryServer<never>().connect(), stores: 'bytes' as const };
    const { cache } = make<number>({ backend: bytes });
    expect(cache.prefix).toBe('cache:');
    expect(cache.name).toBe('cache');
    await cache.set('k', 1);
    expect([...bytes.keys()]).toEqual(['cache:k']);
  });
});

it('how its loads go is said by its parent, unless it says so itself', async () => {
  const clock = manualClock();
  const backend = inMemoryServer<number>({ clock }).connect();
  const cache = new Cache<number>({ backend, clock, ttl: '1m', staleIfError: '1h' });
  const own = cache.namespace<number>('own', { staleIfError: '10s', onCorrupt: 'throw' });
  const inner = own.namespace<number>('inner', { ttl: '2m', staleIfError: undefined });
  for (const each of [cache, own, inner]) await each.set('k', 1);
  expect((await backend.getEntry('k'))?.expiresIn).toBe(3_660_000);
  expect((await backend.getEntry('own:k'))?.expiresIn).toBe(70_000);
  expect((await backend.getEntry('own:inner:k'))?.expiresIn).toBe(130_000);
  const fails = (): never => {
    throw new Error('down');
  };
  clock.advance(65_000);
  expect(await own.getOrSet('k', fails)).toBe(1);
  clock.advance(5_000);
  await expect(own.getOrSet('k', fails)).rejects.toThrow('down');
  expect(await cache.getOrSet('k', fails)).toBe(1);
  expect(() => cache.namespace('a', { refreshAhead: 2 })).toThrow(/^refreshAhead: expected a share/);
  expect(() => cache.namespace('a', { timeout: { sotf: 1 } } as never)).toThrow(/unknown option "sotf"/);
  expect(() => cache.namespace('a', { signal: AbortSignal.abort() } as never)).toThrow(/unknown option "signal"/);
});

it('caches and namespaces above one backend of bytes share the fences of their keys', async () => {
  const backend = { ...inMemoryServer<never>().connect(), stores: 'bytes' as const };
  const root = new Cache<number>({ backend, prefix: '' });
  const inner = root.namespace<number>('n');
  const other = new Cache<number>({ backend, prefix: 'n:' });
  let finish: (value: number) => void = () => {};
  const loaded = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const loading = inner.getOrSet('k', () => loaded);
  await new Promise(setImmediate);
  await other.delete('k');
  finish(1);
  expect(await loading).toBe(1);
  expect(await inner.has('k')).toBe(false);
});
