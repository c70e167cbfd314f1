import { Readable } from 'node:stream';
import { Cache, CacheBackendError, CacheKeyError } from '@cache/core';
import { faultyBackend } from '@cache/core/testing';
import { expect } from 'vitest';
import { backend, type Case, counting, countingLater, gate, key, newCache, newSyncCache, own } from './kit.ts';

export const callsCases: readonly Case[] = [
  {
    title: 'a thousand callers run one body (D7)',
    async run(face) {
      const { promise, open } = gate<string>();
      const { body, runs } = countingLater(() => promise);
      const { call } = face.make(newCache(), own(face, {}), body);
      const callers = Array.from({ length: 1_000 }, () => call(1));
      open('value');
      expect(new Set(await Promise.all(callers))).toEqual(new Set(['value']));
      expect(runs()).toBe(1);
    },
  },
  {
    title: 'a thousand callers of an async function over a SyncCache run one body',
    async run(face) {
      const { promise, open } = gate<string>();
      const { body, runs } = countingLater(() => promise);
      const { call } = face.make(newSyncCache(), own(face, {}), body);
      const callers = Array.from({ length: 1_000 }, () => call(1));
      open('value');
      expect(new Set(await Promise.all(callers))).toEqual(new Set(['value']));
      expect(runs()).toBe(1);
    },
  },
  {
    title: 'a thousand callers hear one failure, and the next call runs the body again',
    async run(face) {
      const { promise, open } = gate<boolean>();
      const { body, runs } = countingLater(async (run) => {
        await promise;
        if (run === 1) throw new Error('no');
        return run;
      });
      const { call } = face.make(newCache(), own(face, {}), body);
      const callers = Array.from({ length: 1_000 }, () => call(1));
      open(true);
      const outcomes = await Promise.allSettled(callers);
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
      expect(runs()).toBe(1);
      expect(await call(1)).toBe(2);
    },
  },
  {
    title: 'an eviction while the body runs is not undone by what it returns (D8)',
    async run(face) {
      const gates = [gate<string>(), gate<string>()];
      const { body, runs } = countingLater((run) => (gates[run - 1] as (typeof gates)[0]).promise);
      const { call, tools } = face.make(newCache(), own(face, {}), body);
      const before = call(1);
      await new Promise(setImmediate);
      expect(runs()).toBe(1);
      await tools.invalidate(1);
      const afterwards = call(1);
      (gates[0] as (typeof gates)[0]).open('old');
      (gates[1] as (typeof gates)[0]).open('new');
      expect(await before).toBe('old');
      expect(await afterwards).toBe('new');
      expect(await call(1)).toBe('new');
    },
  },
  {
    title: 'tools answer at once over a SyncCache',
    run(face) {
      const { body } = counting((run) => run);
      const { call, tools } = face.make(newSyncCache(), own(face, {}), body);
      expect([call(1), tools.peek(1), tools.refresh(1), call(1), tools.invalidate(1), tools.peek(1)]).toEqual([
        1,
        1,
        2,
        2,
        true,
        undefined,
      ]);
    },
  },
  {
    title: 'an option of a sync function that answers by a promise is refused (R26)',
    needs: ['call options'],
    run(face) {
      for (const option of ['when', 'unless']) {
        const options = { ...key, mode: 'sync', [option]: async () => true };
        const { call } = face.make(newSyncCache(), options, () => 1);
        expect(() => call(1)).toThrow(/expected .* of a synchronous function to answer at once, got a promise/);
      }
    },
  },
  {
    title: 'a cache that is switched off runs the body each time, and removing still works (R26)',
    async run(face) {
      const cache = newCache();
      const { body } = countingLater((run) => run);
      const { call, tools } = face.make(cache, own(face, {}), body);
      await call(1);
      cache.enabled = false;
      expect([await call(1), await call(1)]).toEqual([2, 3]);
      expect(await tools.invalidate(1)).toBe(true);
      cache.enabled = true;
      expect(await call(1)).toBe(4);
    },
  },
  {
    title: 'name, length and properties of the function survive (R10)',
    run(face) {
      async function named(_a: unknown, _b: unknown): Promise<number> {
        return 1;
      }
      const body = Object.assign(named, { mark: 'x' });
      const { fn } = face.make(newCache(), own(face, {}), body);
      if (face.name === 'cached()' || face.name === 'entityCache') {
        expect([fn.name, fn.length, (fn as never as { mark: string }).mark]).toEqual(['named', 2, 'x']);
      } else expect([fn.name, fn.length]).toEqual(['load', 0]);
    },
  },
  {
    title: 'this is right in the body, also of callers who wait',
    needs: ['receiver'],
    async run(face) {
      const seen: unknown[] = [];
      const { call, self } = face.make(newCache(), own(face, {}), async function (this: unknown) {
        seen.push(this);
        return 1;
      });
      await Promise.all([call(1), call(1), call(2)]);
      expect(seen).toEqual([self, self]);
      expect(seen[0]).toBe(self);
    },
  },
  {
    title: 'a sync function over a SyncCache stays sync (S17, R9)',
    run(face) {
      const { body, runs } = counting((run) => run);
      const { call } = face.make(newSyncCache(), own(face, {}), body);
      expect([call(1), call(1), call(2)]).toEqual([1, 1, 2]);
      expect(runs()).toBe(2);
    },
  },
  {
    title: 'a sync function over an async cache answers by a promise (R9)',
    async run(face) {
      const { body, runs } = counting((run) => run);
      const { call } = face.make(newCache(), own(face, {}), body);
      const [first, second] = [call(1), call(1)];
      expect(first).toBeInstanceOf(Promise);
      expect([await first, await second, await call(1)]).toEqual([1, 1, 1]);
      expect(runs()).toBe(1);
      const failing = face.make(newCache(), own(face, {}), () => {
        throw new Error('no');
      });
      await expect(failing.call(1)).rejects.toThrow('no');
    },
  },
  {
    title: 'an async function over a SyncCache answers by a promise, also on a hit (R9)',
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      const { call } = face.make(newSyncCache(), own(face, {}), body);
      expect(call(1)).toBeInstanceOf(Promise);
      await call(1);
      expect(call(1)).toBeInstanceOf(Promise);
      expect(runs()).toBe(1);
    },
  },
  {
    title: 'a plain function that returns promises is known as such after its first call over a SyncCache (R9)',
    async run(face) {
      let runs = 0;
      const { call, tools } = face.make(newSyncCache(), own(face, {}), (() => Promise.resolve(++runs)) as never);
      const first = [call(1), call(1)];
      expect(await Promise.all(first)).toEqual([1, 1]);
      expect(call(1)).toBeInstanceOf(Promise);
      expect(await tools.peek(1)).toBe(1);
      expect(runs).toBe(1);
      const rejecting = face.make(newSyncCache(), own(face, {}), (() => Promise.reject(new Error('no'))) as never);
      await expect(rejecting.call(1)).rejects.toThrow('no');
      await expect(rejecting.call(1)).rejects.toThrow('no');
    },
  },
  {
    title: "mode 'async' makes a plain function answer by a promise from the first hit on (R9)",
    needs: ['call options'],
    async run(face) {
      const cache = newSyncCache();
      cache.set('k:1', 'stored');
      const { call } = face.make(cache, { ...key, mode: 'async' }, (() => Promise.resolve('body')) as never);
      expect(call(1)).toBeInstanceOf(Promise);
      expect(await call(1)).toBe('stored');
      expect(() => face.make(cache, { ...key, mode: 'later' }, () => 1)).toThrow(/expected mode/);
    },
  },
  {
    title: 'results that can be read once are refused, not stored, and said why',
    async run(face) {
      const results: [RegExp, () => unknown][] = [
        [/a Response or Request/, () => new Response('x')],
        [/a stream/, () => Readable.from(['x'])],
        [/a stream/, () => new ReadableStream()],
        [/an iterator/, () => [1].values()],
        [/an iterator|an async iterable/, () => (async function* () {})()],
      ];
      for (const [kind, result] of results) {
        const cache = newCache();
        const { call, tools } = face.make(cache, own(face, {}), async () => result());
        await expect(call(1)).rejects.toThrow(kind);
        await expect(call(1)).rejects.toThrow(/empty the second time/);
        expect(await tools.peek(1)).toBe(undefined);
      }
    },
  },
  {
    title:
      'a failing cache reaches the caller; with onError bypass the body answers, once for all who call meanwhile (R9)',
    needs: ['call options'],
    async run(face) {
      const faulty = faultyBackend(backend());
      faulty.faults.always = 'error';
      const cache = new Cache<unknown>({ backend: faulty });
      const loud = face.make(cache, key, async () => 'value');
      await expect(loud.call(1)).rejects.toThrow(CacheBackendError);
      const told: unknown[] = [];
      const { promise, open } = gate<string>();
      const { body, runs } = countingLater(() => promise);
      const soft = face.make(cache, { ...key, onError: (error: unknown) => told.push(error) }, body);
      const callers = Array.from({ length: 100 }, () => soft.call(1));
      open('value');
      expect(new Set(await Promise.all(callers))).toEqual(new Set(['value']));
      expect(runs()).toBe(1);
      expect(told.length).toBeGreaterThan(0);
      expect(told.every((error) => error instanceof CacheBackendError)).toBe(true);
      const failing = face.make(cache, { ...key, onError: 'bypass' }, async () => {
        throw new Error('body');
      });
      await expect(failing.call(1)).rejects.toThrow('body');
      await expect(face.make(cache, { key: '{5}', onError: 'bypass' }, body).call(1)).rejects.toThrow(CacheKeyError);
    },
  },
  {
    title: 'nothing is left in flight when all is settled (D30)',
    async run(face) {
      const { body, runs } = countingLater((run) => {
        if (run % 2 === 0) throw new Error('no');
        return run;
      });
      const { call, tools } = face.make(newCache(), own(face, {}), body);
      await Promise.allSettled(Array.from({ length: 100 }, (_, id) => call(id)));
      for (let id = 0; id < 100; id++) await tools.invalidate(id);
      await Promise.allSettled(Array.from({ length: 100 }, (_, id) => call(id)));
      expect(runs()).toBe(200); // a flight that had been left would have answered
    },
  },
];
