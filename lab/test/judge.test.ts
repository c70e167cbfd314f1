import { describe, expect, it } from 'vitest';
import { type Happened, judge, type Loss } from '../src/index.ts';

const read = (version: number | undefined, called: number): Happened => ({
  do: 'read',
  key: 'k',
  version,
  called,
  returned: called + 1,
});
const set = (version: number, called: number, returned = called + 1): Happened => ({
  do: 'set',
  key: 'k',
  version,
  called,
  returned,
});
const verdict = (histories: readonly (readonly Happened[])[], losses: readonly Loss[] = []) => {
  const { backwards, forgotten, stale } = judge(histories, { maxStaleness: 100, losses });
  return { backwards: backwards.length, forgotten: forgotten.length, stale: stale.length };
};
const writer = [set(1, 0), set(2, 10)];

describe('what a fleet saw is judged', () => {
  it('as good, where everybody goes forward and is not long behind', () => {
    expect(verdict([writer, [read(1, 5), read(1, 50), read(2, 60)]])).toEqual({ backwards: 0, forgotten: 0, stale: 0 });
  });

  it('as going back, where a process is given an older value than before', () => {
    expect(verdict([writer, [read(2, 20), read(1, 30)]])).toEqual({ backwards: 1, forgotten: 0, stale: 0 });
    const atOnce = { ...read(2, 20), returned: 31 };
    expect(verdict([writer, [atOnce, read(1, 30)]]).backwards).toBe(0);
  });

  it('as forgotten, where a process is given an older value than it wrote', () => {
    expect(verdict([[...writer, read(1, 30)]])).toEqual({ backwards: 0, forgotten: 1, stale: 0 });
  });

  it('as stale, where a value is given long after another was acknowledged', () => {
    expect(verdict([writer, [read(1, 112)]])).toEqual({ backwards: 0, forgotten: 0, stale: 1 });
    expect(verdict([[set(1, 0), { ...set(2, 10), do: 'delete' }], [read(1, 112)]]).stale).toBe(1);
  });

  it('not at all, where nobody knows whether a write happened, or the server lost it', () => {
    const unknown = [set(1, 0), set(2, 10, Number.POSITIVE_INFINITY)];
    expect(verdict([unknown, [read(2, 20), read(1, 200)]])).toEqual({ backwards: 0, forgotten: 0, stale: 0 });
    const lost = [{ from: 12, to: 13 }];
    expect(verdict([writer, [read(1, 200)]], lost)).toEqual({ backwards: 0, forgotten: 0, stale: 0 });
  });
});
