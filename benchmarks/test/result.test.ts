import { expect, test } from 'vitest';
import { tableOf } from '../src/harness/report.ts';
import { resultOf } from '../src/harness/result.ts';
import { type Ask, type Contestant, defineScenario, type Scenario } from '../src/harness/scenario.ts';
import { spreadOf } from '../src/harness/statistics.ts';

const contestant = (name: string): Contestant => ({
  name,
  version: '1.2.3',
  start: () => Promise.reject(new Error('not run here')),
});

function scenarioOf(better: Scenario['better'], asks: readonly Ask[]): Scenario {
  const contestants = [contestant('ours'), contestant('theirs')];
  return defineScenario({ title: 'a question', unit: 'ns', better, contestants, asks, fresh: false, rounds: 3 });
}

test('a spread is the median and the tenth parts at both ends', () => {
  expect(spreadOf([11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual({ median: 6, low: 2, high: 10 });
  expect(spreadOf([1, 2])).toEqual({ median: 1.5, low: 1.1, high: 1.9 });
  expect(() => spreadOf([])).toThrow('expected at least one value');
});

test('the ratio is the median of the ratios of each round, not the ratio of the medians', () => {
  const values = [
    [10, 100, 1000],
    [30, 200, 1000],
  ];
  const lower = resultOf('x', scenarioOf('lower', []), values);
  expect(lower.contestants[1]?.ratio?.median).toBe(2);
  const higher = resultOf('x', scenarioOf('higher', []), values);
  expect(higher.contestants[1]?.ratio?.median).toBe(0.5);
  expect(lower.contestants[0]?.ratio).toBeUndefined();
});

test('an ask is missed beyond 15 %, or at once where it is exact', () => {
  const asks: Ask[] = [
    { than: 'theirs', atLeast: 2 },
    { than: 'theirs', atLeast: 2, exact: true },
    { than: 'theirs', atLeast: 2.2 },
    { atMost: 90 },
    { atMost: 80 },
    { of: 'theirs', than: 'ours', atLeast: 1 },
  ];
  const result = resultOf('x', scenarioOf('lower', asks), [[100], [180]]);
  expect(result.asks.map(({ met }) => met)).toEqual([true, false, false, true, false, false]);
  expect(result.asks.map(({ got }) => got)).toEqual([1.8, 1.8, 1.8, 100, 100, 100 / 180]);
});

test('the table names every contestant with its version and what was asked', () => {
  const table = tableOf(resultOf('x', scenarioOf('lower', [{ than: 'theirs', atLeast: 3 }]), [[100], [180]]));
  expect(table).toContain('theirs');
  expect(table).toContain('1.2.3');
  expect(table).toMatch(/MISSED ours: at least 3 × as good as theirs: 1\.8/);
});
