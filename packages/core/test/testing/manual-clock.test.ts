import { expect, it } from 'vitest';
import { manualClock } from '../../src/testing/index.ts';

it('a manual clock stands still until it is moved', () => {
  const clock = manualClock(5);
  expect([clock.now(), clock.now()]).toEqual([5, 5]);
  clock.advance(0.5);
  clock.advance(0);
  expect(clock.now()).toBe(5.5);
  expect(manualClock().now()).toBe(0);
});

it('a manual clock cannot be moved back, or by what is not a time', () => {
  const clock = manualClock();
  for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY, undefined as never, '5' as never])
    expect(() => clock.advance(ms)).toThrow('advance: expected milliseconds (at least 0, finite), got');
  expect(clock.now()).toBe(0);
});
