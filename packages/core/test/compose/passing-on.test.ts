import { describe, expect, it } from 'vitest';
import * as zod from 'zod';
import { isolated } from '../../src/compose/isolated.ts';
import { validated } from '../../src/compose/validated.ts';
import { Cache, CacheSerializationError, plainJson, type Removal, serialized, type Wire } from '../../src/index.ts';
import { inMemoryServer, manualClock } from '../../src/testing/index.ts';

describe('a composed backend', () => {
  it('passes on what is removed on its own, figures and health', async () => {
    const listeners: ((removal: Removal) => void)[] = [];
    const inner = Object.assign(inMemoryServer<Wire>().connect(), {
      onRemove(listener: (removal: Removal) => void) {
        listeners.push(listener);
        return () => void listeners.splice(listeners.indexOf(listener), 1);
      },
      stats: () => ({ type: 'test', evictions: 3 }) as never,
      health: () => ({ status: 'down', details: { reason: 'maintenance' } }) as const,
    });
    const backend = serialized<unknown, Wire>(inner, plainJson);
    const seen: string[] = [];
    const off = backend.onRemove?.(({ key, reason }) => seen.push(`${key} ${reason}`));
    for (const listener of [...listeners]) listener({ key: 'k', reason: 'evict' } as Removal);
    off?.();
    expect(listeners).toEqual([]);
    expect(seen).toEqual(['k evict']);
    expect(backend.stats?.()).toMatchObject({ evictions: 3 });
    expect(await backend.health?.()).toEqual({ status: 'down', details: { reason: 'maintenance' } });
  });

  it('passes on whether changes of a key are told of, and what tiers it has, where that is known', () => {
    const below = { prefix: 'a:' };
    const inner = Object.assign(inMemoryServer<unknown>().connect(), {
      ...below,
      observes(this: typeof below, key: string) {
        return key.startsWith(this.prefix);
      },
      tiers: { near: 'n', far: 'f', signal: 'restored' } as never,
    });
    const backend = isolated(inner, 'clone');
    expect([backend.observes?.('a:1'), backend.observes?.('b:1')]).toEqual([true, false]);
    expect(backend.tiers).toBe(inner.tiers);
    expect(isolated(inMemoryServer<unknown>().connect(), 'clone')).not.toHaveProperty('observes');
  });

  it('shows no entry of an old shape with what is known of it either, and deletes it', async () => {
    const inner = inMemoryServer<unknown>().connect();
    const reported: unknown[] = [];
    const backend = validated(inner, zod.number(), { report: (error) => reported.push(error.key) });
    await inner.set('old', 'text', { ttl: 1_000 });
    expect(await backend.getEntry('old')).toBeUndefined();
    expect(await inner.has('old')).toBe(false);
    expect(reported).toEqual(['old']);
    const cache = new Cache<number>({ backend: inner as never, schema: zod.number(), ttl: '1m', refreshAhead: 0.5 });
    await inner.set('k', 'text', { ttl: 60_000 });
    expect(await cache.getOrSet('k', () => 5)).toBe(5);
    expect(await cache.get('k')).toBe(5);
  });

  it('grants a lease over an entry that cannot be read off the event loop: it is about to be written over', async () => {
    const inner = inMemoryServer<Wire>({ clock: manualClock() }).connect();
    const failing = {
      ...plainJson,
      deserializeAsync: () => Promise.reject(new CacheSerializationError('bytes: broken')),
    };
    const backend = serialized<unknown, Wire>(inner, failing);
    await inner.set('k', 'x');
    const got = await backend.acquire?.('k', 1_000, Number.POSITIVE_INFINITY);
    expect(got?.lease).toBeDefined();
    expect(got?.entry).toBeUndefined();
    await expect(backend.acquire?.('k', 1_000)).rejects.toBeInstanceOf(CacheSerializationError);
  });

  it('counts the bytes a serializer makes, of text and of buffers, against maxValueBytes', async () => {
    for (const serialize of [(value: string) => value, (value: string) => Buffer.from(value)]) {
      const serializer = { name: 'text', serialize, deserialize: (wire: Wire) => String(wire) };
      const backend = serialized<string, Wire>(inMemoryServer<Wire>().connect(), serializer, { maxValueBytes: 4 });
      expect(await backend.set('k', 'éé')).toBe(true);
      expect(() => backend.set('k', 'ééé')).toThrow('expected at most 4 bytes (maxValueBytes), got 6');
    }
  });

  it('freezes what getters of a value do not hide, and refuses what cannot be frozen before it freezes a part of it', () => {
    const backend = isolated(inMemoryServer<unknown>().connect(), 'freeze');
    const value = { list: [1], when: new Date(0) };
    expect(() => backend.set('k', value)).toThrow('at $.when: expected what can be frozen, got Date');
    expect(Object.isFrozen(value.list)).toBe(false);
    const computed = Object.defineProperty({ list: [1] }, 'now', { get: () => new Date(), enumerable: true });
    backend.set('k', computed);
    expect(Object.isFrozen(computed.list)).toBe(true);
  });
});
