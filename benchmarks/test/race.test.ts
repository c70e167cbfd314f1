import { expect, test } from 'vitest';
import { compileLoop, racer } from '../src/harness/race.ts';
import type { Pace } from '../src/harness/scenario.ts';

const pace: Pace = { quick: true, sliceMs: 1 };

test('every racer runs in code of its own, so that type feedback is not shared', () => {
  const op = (state: { sum: number }, i: number): number => {
    state.sum += i;
    return state.sum;
  };
  const first = compileLoop('a', op, false);
  const second = compileLoop('a', op, false);
  expect(first).not.toBe(second);
  expect(first.name).not.toBe(second.name);
  const state = { sum: 0 };
  first(state, 1, 3);
  expect(state.sum).toBe(1 + 2 + 3);
});

test('an operation that uses something outside of its arguments is refused, not timed', async () => {
  const outside = { n: 1 };
  const wrong = racer({ name: 'wrong', version: '1.0.0', setup: () => ({}), op: () => outside.n });
  await expect(wrong.start(pace)).rejects.toThrow('outside is not defined');
});

test('the counter of an operation never repeats, over slices and rounds', async () => {
  const seen: number[] = [];
  const counting = racer({ name: 'counts', version: '1.0.0', setup: () => seen, op: (list, i) => list.push(i) });
  const running = await counting.start(pace);
  await running.sample();
  await running.sample();
  expect(new Set(seen).size).toBe(seen.length);
});

test('who comes first does not pay for caches that others left cold', async () => {
  const state = { last: 0, colds: 0 };
  const running = await racer({
    name: 'cold at first',
    version: '1.0.0',
    setup: () => state,
    op: (cache) => {
      const isCold = performance.now() - cache.last > 20;
      const until = performance.now() + (isCold ? 50 : 0);
      while (performance.now() < until);
      if (isCold) cache.colds++;
      cache.last = performance.now();
    },
  }).start({ quick: true, sliceMs: 0.01 });
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    times.push(await running.sample());
  }
  expect(state.colds).toBeGreaterThanOrEqual(5);
  expect(Math.min(...times)).toBeLessThan(10e6); // nanoseconds; one cold call alone takes 50 ms
});

test('a promise is awaited before the next call', async () => {
  const state = { running: 0, most: 0 };
  const running = await racer({
    name: 'async',
    version: '1.0.0',
    setup: () => state,
    op: async (counts) => {
      counts.running++;
      counts.most = Math.max(counts.most, counts.running);
      await null;
      counts.running--;
    },
  }).start(pace);
  expect(await running.sample()).toBeGreaterThan(0);
  expect(state).toEqual({ running: 0, most: 1 });
});
