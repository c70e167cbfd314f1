import { Cache, CacheCapabilityError, createCache } from '@cache/core';
import { expect } from 'vitest';
import { untagged } from '../untagged.ts';
import { type Case, clock, counting, countingLater, gate, key, newCache, newSyncCache, own } from './kit.ts';

export const optionsCases: readonly Case[] = [
  {
    title: 'ttl ends an entry',
    async run(face) {
      const { body } = countingLater((run) => run);
      const { call } = face.make(newCache(), own(face, { ttl: '10s' }), body);
      expect(await call(1)).toBe(1);
      clock.advance(9_999);
      expect(await call(1)).toBe(1);
      clock.advance(1);
      expect(await call(1)).toBe(2);
    },
  },
  {
    title: 'ttl decided by the result and the call (C25)',
    needs: ['call options'],
    async run(face) {
      const { body } = countingLater((run) => run);
      const ttl = (result: number, { args }: { args: readonly unknown[] }) =>
        result === 1 && args[0] === 'short' ? 1_000 : null;
      const { call } = face.make(newCache(), { ...key, ttl }, body);
      expect(await call('short')).toBe(1);
      clock.advance(1_000);
      expect(await call('short')).toBe(2);
      clock.advance(1e9);
      expect(await call('short')).toBe(2);
    },
  },
  {
    title: 'a wrong ttl is refused when the function is made',
    run(face) {
      expect(() => face.make(newCache(), own(face, { ttl: 0 }), async () => 1)).toThrow(/ttl: expected/);
    },
  },
  {
    title: 'fixed tags invalidate what they were put on (S24)',
    async run(face) {
      const cache = newCache();
      const { body } = countingLater((run) => run);
      const { call } = face.make(cache, own(face, { tags: ['a', 'b'] }), body);
      expect(await call(1)).toBe(1);
      await cache.invalidateTags(['b']);
      expect(await call(1)).toBe(2);
    },
  },
  {
    title: 'tags decided by the result and the call',
    needs: ['call options'],
    async run(face) {
      const cache = newCache();
      const { body } = countingLater((run) => run);
      const tags = (result: number, { args }: { args: readonly unknown[] }) => [`run:${result}`, `id:${args[0]}`];
      const { call } = face.make(cache, { ...key, tags }, body);
      await call(7);
      await cache.invalidateTags(['run:9']);
      expect(await call(7)).toBe(1);
      await cache.invalidateTags(['id:7']);
      expect(await call(7)).toBe(2);
    },
  },
  {
    title: 'tags on a backend without them are refused before the body runs (S24, D36)',
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      const fixed = face.make(new Cache({ backend: untagged() }), own(face, { tags: ['a'] }), body);
      await expect(fixed.call(1)).rejects.toThrow(CacheCapabilityError);
      if (!('call options' in face.cannot)) {
        const decided = face.make(new Cache({ backend: untagged() }), { ...key, tags: () => ['a'] }, body);
        await expect(decided.call(1)).rejects.toThrow(CacheCapabilityError);
      }
      expect(runs()).toBe(0);
    },
  },
  {
    title: 'when false runs the body alone, and builds no key (R26)',
    needs: ['call options'],
    async run(face) {
      const cache = newCache();
      const { body, runs } = countingLater((run) => run);
      const options = {
        when: ({ args }: { args: readonly unknown[] }) => args[0] !== 'no',
        key: (id: unknown) => {
          if (id === 'no') throw new Error('built');
          return 'k';
        },
      };
      const { call } = face.make(cache, options, body);
      expect([await call('no'), await call('no'), await call('yes'), await call('yes')]).toEqual([1, 2, 3, 3]);
      expect(runs()).toBe(3);
    },
  },
  {
    title: 'unless keeps a result out of the cache; the caller gets it (C26, R26)',
    needs: ['call options'],
    async run(face) {
      const { body } = countingLater((run) => run);
      const { call } = face.make(newCache(), { ...key, unless: async (result: number) => result < 3 }, body);
      expect([await call(1), await call(1), await call(1), await call(1)]).toEqual([1, 2, 3, 3]);
      const now = counting((run) => run);
      const second = face.make(newSyncCache(), { ...key, unless: (result: number) => result < 2 }, now.body);
      expect([second.call(1), second.call(1), second.call(1)]).toEqual([1, 2, 2]);
    },
  },
  {
    title: 'ifNotExists leaves alone what was stored while the body ran (C24)',
    needs: ['call options'],
    async run(face) {
      const cache = newCache();
      const { promise, open } = gate<string>();
      const { call } = face.make(cache, { ...key, ifNotExists: true }, async () => promise);
      const running = call(1);
      await new Promise(setImmediate);
      await cache.set('k:1', 'theirs');
      open('mine');
      expect(await running).toBe('mine');
      expect(await cache.get('k:1')).toBe('theirs');
      const other = face.make(cache, { ...key, ifNotExists: true }, async () => 'first');
      expect([await other.call(2), await cache.get('k:2')]).toEqual(['first', 'first']);
    },
  },
  {
    title: 'the cache is found for each call, at once or later; undefined means: do not cache (C24, R11)',
    needs: ['finder of calls'],
    async run(face) {
      const caches: Record<string, Cache<unknown>> = { a: newCache(), b: newCache() };
      const { body } = countingLater((run) => run);
      const find = async ({ args: [tenant] }: { args: [string] }) => caches[tenant];
      const { call, tools } = face.make(find, { key: () => 'k' }, body);
      expect([await call('a'), await call('b'), await call('a'), await call('x'), await call('x')]).toEqual([
        1, 2, 1, 3, 4,
      ]);
      expect([await tools.peek('b'), await tools.invalidate('x'), await tools.peek('x')]).toEqual([
        2,
        false,
        undefined,
      ]);
      expect(await tools.refresh('x')).toBe(5);
      const nothing = face.make(() => null, { key: () => 'k' }, counting((run) => run).body);
      expect([nothing.call(1), nothing.call(1)]).toEqual([1, 2]);
    },
  },
  {
    title: 'memory:// keeps values as they are, dummy:// keeps none: the shortcuts (C31)',
    async run(face) {
      const value = { at: new Date(), map: new Map() };
      for (const [url, runs] of [
        ['memory://', 1],
        ['dummy://', 2],
      ] as const) {
        const cache = await createCache(url);
        const counted = countingLater(() => value);
        const { call } = face.make(cache, own(face, {}), counted.body);
        expect([await call(1), await call(1)].every((one) => one === value)).toBe(true);
        expect(counted.runs()).toBe(runs);
        await cache.close();
      }
    },
  },
  {
    title: 'what is no cache is refused, when the function is made or at the call',
    async run(face) {
      expect(() => face.make({} as never, own(face, {}), async () => 1)).toThrow();
      if ('finder of calls' in face.cannot) return;
      await expect(
        face
          .make(
            () => 5,
            own(face, {}),
            async () => 1,
          )
          .call(1),
      ).rejects.toThrow(/expected a Cache or a SyncCache, got number/);
    },
  },
  {
    title: 'the options of getOrSet are handed on: a stale answer, a bound, a cached failure',
    async run(face) {
      const cache = newCache();
      const { body, runs } = countingLater((run) => run);
      const { call } = face.make(cache, own(face, { ttl: 1_000, staleWhileRevalidate: '10s' }), body);
      expect(await call(1)).toBe(1);
      clock.advance(1_500);
      expect(await call(1)).toBe(1);
      await new Promise(setImmediate);
      expect(runs()).toBe(2);
      expect(await call(1)).toBe(2);
      const failing = countingLater(() => {
        throw new Error('no');
      });
      const quick = face.make(newCache(), own(face, { cacheErrors: '1s' }), failing.body);
      await expect(quick.call(1)).rejects.toThrow('no');
      await expect(quick.call(1)).rejects.toThrow('no');
      expect(failing.runs()).toBe(1);
    },
  },
  {
    title: 'an option that does not exist is refused before the body runs',
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      await expect((async () => face.make(newCache(), own(face, { tttl: 5 }), body).call(1))()).rejects.toThrow(/tttl/);
      expect(runs()).toBe(0);
    },
  },
];
