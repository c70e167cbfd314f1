import { Readable } from 'node:stream';
import {
  Cache,
  CacheBackendError,
  CacheCapabilityError,
  CacheKeyError,
  type SyncBackend,
  SyncCache,
} from '@cache/core';
import { faultyBackend, manualClock } from '@cache/core/testing';
import { memoryBackend } from '@cache/memory';
import { expect } from 'vitest';
import type { Face, Feature } from './faces/face.ts';
import { untagged } from './untagged.ts';

export interface Case {
  readonly title: string;
  readonly needs?: readonly Feature[];
  readonly run: (face: Face) => Promise<void> | void;
}

const clock = manualClock(1);
const backend = (): SyncBackend<unknown> => memoryBackend({ clock });
const newCache = (): Cache<unknown> => new Cache({ backend: backend() });
const newSyncCache = (): SyncCache<unknown> => new SyncCache({ backend: backend() });

/** A body that counts its runs. */
function counting<R>(answer: (run: number) => R): { body: (...args: never[]) => R; runs: () => number } {
  let runs = 0;
  return { body: () => answer(++runs), runs: () => runs };
}

function countingLater(answer: (run: number) => unknown): { body: () => Promise<unknown>; runs: () => number } {
  let runs = 0;
  return { body: async () => answer(++runs), runs: () => runs };
}

function gate<T>(): { promise: Promise<T>; open: (value: T) => void } {
  let open!: (value: T) => void;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

const key = { key: (id: unknown) => `k:${id}` };
/** Options with a key where the face takes one. */
const own = (face: Face, options: object): object => ('own keys' in face.cannot ? options : { ...key, ...options });

export const cases: readonly Case[] = [
  {
    title: 'a miss runs the body and stores what it returns, a hit does not run it (S11, P10)',
    async run(face) {
      const { body, runs } = countingLater((run) => `value ${run}`);
      const { call } = face.make(newCache(), own(face, {}), body);
      expect([await call(1), await call(1), await call(2), await call(1)]).toEqual([
        'value 1',
        'value 1',
        'value 2',
        'value 1',
      ]);
      expect(runs()).toBe(2);
    },
  },
  ...[null, undefined, 0, '', false, Number.NaN].map(
    (value): Case => ({
      title: `${value === '' ? 'an empty string' : value} is cached, sync and async (S11, P10, C28, D21, D31)`,
      async run(face) {
        const later = countingLater(() => value);
        const first = face.make(newCache(), own(face, {}), later.body);
        expect([await first.call(1), await first.call(1)]).toEqual([value, value]);
        expect(later.runs()).toBe(1);
        const now = counting(() => value);
        const second = face.make(newSyncCache(), own(face, {}), now.body);
        expect([second.call(1), second.call(1)]).toEqual([value, value]);
        expect(now.runs()).toBe(1);
      },
    }),
  ),
  {
    title: 'a body that rejects or throws stores nothing, and its error arrives unwrapped; the next call runs it (S11)',
    async run(face) {
      const error = new Error('no');
      const fail = (run: number): string => {
        if (run === 1) throw error;
        return 'ok';
      };
      const later = countingLater(fail);
      const { call } = face.make(newCache(), own(face, {}), later.body);
      await expect(call(1)).rejects.toBe(error);
      expect(await call(1)).toBe('ok');
      const now = counting(fail);
      const second = face.make(newSyncCache(), own(face, {}), now.body);
      expect(() => second.call(1)).toThrow(error);
      expect(second.call(1)).toBe('ok');
    },
  },
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
    title: 'tools: keyFor, peek, invalidate, refresh and original, with the parameters of the function (C27, R10)',
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      const { call, tools } = face.make(newCache(), own(face, {}), body);
      expect(tools.keyFor(1)).toBe('own keys' in face.cannot ? 'thing:1' : 'k:1');
      expect(await tools.peek(1)).toBe(undefined);
      expect(await tools.invalidate(1)).toBe(false);
      expect(await call(1)).toBe(1);
      expect(await tools.peek(1)).toBe(1);
      expect(await tools.refresh(1)).toBe(2);
      expect(await call(1)).toBe(2);
      expect(await tools.invalidate(1)).toBe(true);
      expect(await tools.peek(1)).toBe(undefined);
      expect(runs()).toBe(2);
      expect(await (tools.original as (id: number) => unknown)(9)).toBe(3);
      expect(await tools.peek(9)).toBe(undefined);
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
    title: 'a failed refresh leaves the entry',
    async run(face) {
      const { body } = countingLater((run) => {
        if (run === 2) throw new Error('no');
        return run;
      });
      const { call, tools } = face.make(newCache(), own(face, {}), body);
      await call(1);
      await expect(tools.refresh(1)).rejects.toThrow('no');
      expect(await tools.peek(1)).toBe(1);
    },
  },
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
    title: 'a key template takes its values from arguments and the receiver (S13, P13)',
    needs: ['own keys', 'receiver'],
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      const cache = newCache();
      const { call } = face.make(cache, { key: 'u:{0.id}:{1=first}:{this.tenant}' }, body);
      await call({ id: 7 });
      expect(await cache.get('u:7:first:acme')).toBe(1);
      await call({ id: 7, other: true }, 'first');
      expect(runs()).toBe(1);
    },
  },
  {
    title: 'names of a template come from params, or from the only argument (S13, P13, B13)',
    needs: ['own keys'],
    async run(face) {
      const cache = newCache();
      const first = face.make(cache, { key: 'u:{user.id}:{page=1}', params: ['user', 'page'] }, async () => 'value');
      await first.call({ id: 7 });
      expect(await cache.get('u:7:1')).toBe('value');
      const second = face.make(cache, { key: 'v:{userId}' }, async () => 'value');
      await second.call({ userId: 9 });
      expect(await cache.get('v:9')).toBe('value');
    },
  },
  {
    title: 'a malformed template is refused when the function is made (S15, D33)',
    needs: ['own keys'],
    run(face) {
      for (const template of ['{', '{0:05d}', '{0!r}', '{a..b}', ''])
        expect(() => {
          const { call } = face.make(newSyncCache(), { key: template }, () => 1);
          call(1); // an empty key shows at the call
        }).toThrow(CacheKeyError);
    },
  },
  {
    title: 'a key that cannot be built is a CacheKeyError, and the body does not run (S15, R14, D33)',
    needs: ['own keys'],
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      const wrong: object[] = [
        { key: '{0.id}' },
        { key: '{unknown}' },
        { key: () => '' },
        { key: () => 5 },
        { key: async () => 'k' },
        { key: () => '\0x' },
        { name: 'thing' },
      ];
      for (const options of wrong)
        await expect(face.make(newCache(), options, body).call(() => 1)).rejects.toThrow(CacheKeyError);
      const now = counting((run) => run);
      for (const options of wrong)
        expect(() => face.make(newSyncCache(), options, now.body).call(() => 1)).toThrow(CacheKeyError);
      expect([runs(), now.runs()]).toEqual([0, 0]);
    },
  },
  {
    title: 'the key is built before the body, which may change its arguments (R14)',
    needs: ['own keys'],
    async run(face) {
      const cache = newCache();
      const { call } = face.make(cache, { key: 'u:{0.id}' }, async (user: { id: number }) => {
        user.id = 99;
        return 'value';
      });
      await call({ id: 1 });
      expect([await cache.get('u:1'), await cache.get('u:99')]).toEqual(['value', undefined]);
    },
  },
  {
    title: 'default keys are the name and all arguments, whatever the order of properties (S14, R12, D9, D10)',
    needs: ['own keys'],
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      const { call, tools } = face.make(newCache(), { name: 'find' }, body);
      expect(tools.keyFor(1, 'a', { page: 2, by: 'x' })).toBe('find:1,"a",{"by":"x","page":2}');
      const lists = [[], [1], ['1'], [undefined, 1], [{ a: 1, b: 2 }], [{ b: 2, a: 1 }], [1, undefined]];
      for (const list of lists) await call(...list);
      expect(runs()).toBe(5);
    },
  },
  {
    title: 'hashed default keys have one length (C30)',
    needs: ['own keys'],
    run(face) {
      const { tools } = face.make(newCache(), { name: 'find', hashed: true }, async () => 1);
      const short = tools.keyFor(1);
      expect(short).toMatch(/^find:[\w-]{43}$/);
      expect(tools.keyFor('x'.repeat(10_000))).toHaveLength(short.length);
      expect(tools.keyFor(2)).not.toBe(short);
    },
  },
  {
    title: 'two functions that would share default keys on one cache are refused, closures of one source are not (R12)',
    needs: ['own keys'],
    async run(face) {
      const cache = newCache();
      await face.make(cache, { name: 'shared' }, async () => 'one').call(1);
      const other = face.make(cache, { name: 'shared' }, async () => 'one').call(1);
      expect(await other).toBe('one');
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
