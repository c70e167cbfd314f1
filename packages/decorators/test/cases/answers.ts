import { expect } from 'vitest';
import { type Case, counting, countingLater, newCache, newSyncCache, own } from './kit.ts';

export const answersCases: readonly Case[] = [
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
      ...(value === undefined ? { needs: ['undefined'] } : {}),
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
];
