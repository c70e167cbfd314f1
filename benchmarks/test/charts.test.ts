import { expect, test } from 'vitest';
import { bars, columns, lines, renderChart, scenarioOf } from '../src/harness/charts.ts';
import { thisMachine } from '../src/harness/record.ts';
import type { ScenarioResult } from '../src/harness/result.ts';

const scenario: ScenarioResult = {
  name: 'hit',
  title: 'a hit',
  unit: 'ns',
  better: 'lower',
  rounds: 3,
  contestants: [{ name: 'ours', version: '1.0.0', value: { median: 12, low: 11, high: 13 } }],
  asks: [],
};

test('bars and lines are drawn as SVG, with the names and the units in it', () => {
  const bar = renderChart(bars(scenario));
  expect(bar).toMatch(/^<svg /);
  expect(bar).toContain('ours 1.0.0');
  expect(bar).toContain('ns, lower is better');
  const line = renderChart(lines('ratio', { x: 'size', y: 'hits' }, [{ name: 'ours', points: [[1, 0.5]] }]));
  expect(line).toContain('size');
  const column = renderChart(columns('speed', 'per second', [{ name: 'get', values: [['ours', 3]] }]));
  expect(column).toContain('get');
  expect(column).toContain('ours');
});

test('the same results give the same picture, so that only news shows in a diff', () => {
  expect(renderChart(bars(scenario))).toBe(renderChart(bars(scenario)));
});

test('a chart of a scenario that was not recorded says which there are', () => {
  const suite = { suite: 's', date: '2026-01-01', machine: thisMachine(), scenarios: [scenario] };
  expect(() => scenarioOf(suite, 'miss')).toThrow('expected one of the scenarios hit, got "miss"');
});
