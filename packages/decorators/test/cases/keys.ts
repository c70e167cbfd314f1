import { CacheKeyError } from '@cache/core';
import { expect } from 'vitest';
import { type Case, counting, countingLater, newCache, newSyncCache } from './kit.ts';

export const keysCases: readonly Case[] = [
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
    title: 'default keys are the name and all arguments, whatever the order of properties (S14, R12, C29, D10)',
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
    title: 'arguments that hold separators do not make the key of others (C29, D9)',
    needs: ['own keys'],
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      const { call } = face.make(newCache(), { name: 'find' }, body);
      const lists = [
        ['a:b', 'c'],
        ['a', 'b:c'],
        ['a,b'],
        ['a', 'b'],
        ['"a"'],
        ['a'],
        [['a']],
        ['["a"]'],
        [{ a: 1 }],
        ['{"a":1}'],
      ];
      for (const list of lists) await call(...list);
      expect(runs()).toBe(lists.length);
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
    title: 'the same source evaluated twice shares default keys on one cache (R12)',
    needs: ['own keys'],
    async run(face) {
      const cache = newCache();
      const closure = () => countingLater((run) => run);
      const [first, second] = [closure(), closure()];
      await face.make(cache, { name: 'shared' }, first.body).call(1);
      expect(await face.make(cache, { name: 'shared' }, second.body).call(1)).toBe(1);
      expect(second.runs()).toBe(0);
    },
  },
  {
    title: 'default keys begin with the class that declares the method (R12)',
    needs: ['own keys', 'class names'],
    async run(face) {
      const cache = newCache();
      const { call, tools } = face.make(cache, {}, async () => 'value');
      await call(1);
      expect(tools.keyFor(1)).toMatch(/^LaterService\.load:1$/);
      expect(await cache.get(tools.keyFor(1))).toBe('value');
    },
  },
  {
    title: 'a call without arguments has an entry of its own (S14)',
    needs: ['own keys', 'no arguments'],
    async run(face) {
      const { body, runs } = countingLater((run) => run);
      const { call, tools } = face.make(newCache(), { name: 'all' }, body);
      expect([await call(), await call(), await call(null), await call(undefined)]).toEqual([1, 1, 2, 1]);
      expect(tools.keyFor()).toBe('all:');
      expect(runs()).toBe(2);
    },
  },
];
