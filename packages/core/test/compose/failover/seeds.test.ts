import { Cache, CacheSerializationError, failover } from '@cache/core';
import { faultyBackend, inMemoryServer } from '@cache/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failingWorld as world } from './failing-world.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what the seeds got wrong', () => {
  it('D1: a value written during an outage is not followed by the old one', async () => {
    const { cache, peer, down, recovered } = world();
    await cache.set('k', 'old');
    down();
    await cache.set('k', 'new');
    expect(await cache.get('k')).toBe('new');
    await recovered();
    expect(peer.get('k')).toEqual({ hit: false });
    expect(await cache.get('k')).not.toBe('old');
  });

  it.each(['delete', 'clear', 'invalidateTags'] as const)('D2: %s during an outage lasts', async (how) => {
    const { cache, down, recovered } = world();
    await cache.set('k', 'old', { tags: ['t'] });
    down();
    if (how === 'delete') await cache.delete('k');
    else if (how === 'clear') await cache.clear();
    else await cache.invalidateTags(['t']);
    expect(await cache.get('k')).toBeUndefined();
    await recovered();
    expect(await cache.get('k')).toBeUndefined();
  });

  it('D3: what somebody else removed from the primary is a miss, though the fallback has it (P8a asks for it)', async () => {
    const { cache, peer, fallback } = world();
    await cache.set('k', 'v');
    peer.delete('k');
    expect(fallback.get('k')).toEqual({ hit: true, value: 'v' });
    expect(await cache.get('k')).toBeUndefined();

    const asSeeded = world({ readFallbackOnMiss: true });
    await asSeeded.cache.setMany([
      ['k', 'v'],
      ['other', 'w'],
    ]);
    asSeeded.peer.delete('k');
    expect(await asSeeded.cache.get('k')).toBe('v');
    expect(await asSeeded.cache.has('k')).toBe(true);
    expect(await asSeeded.cache.getMany(['k', 'other'])).toEqual(
      new Map([
        ['k', 'v'],
        ['other', 'w'],
      ]),
    );
  });

  it('D4: ifNotExists is decided by the primary alone, and counts are of one side', async () => {
    const { cache, peer, fallback, pair } = world();
    peer.set('k', 'theirs');
    expect(await cache.set('k', 'ours', { ifNotExists: true })).toBe(false);
    expect(peer.get('k')).toEqual({ hit: true, value: 'theirs' });
    expect(fallback.get('k')).toEqual({ hit: false });
    await cache.set('both', 'v');
    expect(await pair.deleteMany(['k', 'both', 'none'])).toBe(2);
    await cache.set('tagged', 'v', { tags: ['t'] });
    expect(await cache.invalidateTags(['t'])).toBe(1);
  });

  it('D35: a dead primary is not asked again and again, and mistakes are not swallowed', async () => {
    const { cache, primary, down } = world({ errors: 2 });
    const asked = vi.spyOn(primary, 'get');
    down();
    for (let i = 0; i < 100; i++) await cache.get('k');
    expect(asked).toHaveBeenCalledTimes(2);
    await expect(cache.set('k', 'v', { ttl: 0 })).rejects.toThrow('ttl');

    for (const mistake of [new TypeError('a mistake'), new CacheSerializationError('expected bytes, got none')]) {
      const mistaken = faultyBackend(inMemoryServer<string>().connect(), { failWith: () => mistake });
      mistaken.faults.always = 'error';
      const pair = failover<string>(mistaken, inMemoryServer<string>().connect());
      await expect(async () => pair.get('k')).rejects.toBe(mistake);
      await expect(async () => pair.set('k', 'v')).rejects.toBe(mistake);
      expect(pair.isDegraded).toBe(false);
    }
  });

  it('P17: a cache that is soft by choice, without a second backend, tells of everything it swallows', async () => {
    const backend = faultyBackend(inMemoryServer<string>().connect());
    const warnings: string[] = [];
    const logger = { warn: (line: string): void => void warnings.push(line) };
    const queries = new Cache<string>({ backend, prefix: ':cqrs:', onError: 'bypass', logger });
    const swallowed: string[] = [];
    queries.on('error', (event) => event.swallowed && swallowed.push(event.operation));
    await backend.set('other:k', 'kept');
    await queries.set('k', 'v');
    await queries.clear();
    expect(await backend.get('other:k')).toEqual({ hit: true, value: 'kept' });
    backend.faults.always = 'error';
    expect(await queries.get('k')).toBeUndefined();
    expect(await queries.getOrSet('k', () => 'loaded')).toBe('loaded');
    expect(await queries.delete('k')).toBe(false);
    expect(swallowed).toEqual(expect.arrayContaining(['get', 'getOrSet', 'delete']));
    expect(warnings).toHaveLength(1);
  });
});
