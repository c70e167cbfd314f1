import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as echarts from 'echarts';
import type { SuiteResult } from './record.ts';
import type { ScenarioResult } from './result.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/charts', import.meta.url));

/** What a suite's `charts.ts` exports as `charts`: a chart for each file name (without `.svg`), drawn from recorded results. */
export type ChartsOfSuite = Readonly<Record<string, (suite: SuiteResult) => echarts.EChartsOption>>;

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A scenario by its name; a chart of one that was not run is a mistake worth a message. */
export function scenarioOf(suite: SuiteResult, name: string): ScenarioResult {
  const found = suite.scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = suite.scenarios.map((scenario) => scenario.name).join(', ');
  throw new Error(`chart: expected one of the scenarios ${names}, got "${name}"`);
}

/** Horizontal bars of the median values, ours first, with their spread in the label. */
export function bars(scenario: ScenarioResult): echarts.EChartsOption {
  const contestants = [...scenario.contestants].reverse();
  const labels = contestants.map(({ name, version }) => `${name} ${version}`);
  const longest = Math.max(...labels.map((label) => label.length));
  return {
    title: { text: scenario.title, subtext: `${scenario.unit}, ${scenario.better} is better`, left: 'center' },
    grid: { left: 24 + 7 * longest, right: 80, top: 64, bottom: 32 }, // no fonts here to measure a label with
    xAxis: { type: 'value' },
    yAxis: { type: 'category', data: labels },
    series: [
      {
        type: 'bar',
        barMaxWidth: 36,
        data: contestants.map(({ value }, index) => ({
          value: value.median,
          itemStyle: { color: index === contestants.length - 1 ? '#2f6fde' : '#b3b9c5' },
        })),
        label: { show: true, position: 'right', formatter: ({ value }) => shortNumber(Number(value)) },
      },
    ],
  };
}

/** One group of columns: a value for each contestant that takes part in it. */
export interface Group {
  readonly name: string;
  readonly values: readonly (readonly [contestant: string, value: number])[];
}

/** Several contestants side by side in several groups; the first contestant is ours. */
export function columns(title: string, unit: string, groups: readonly Group[]): echarts.EChartsOption {
  const contestants = [...new Set(groups.flatMap(({ values }) => values.map(([contestant]) => contestant)))];
  return {
    title: { text: title, subtext: unit, left: 'center' },
    legend: { bottom: 0 },
    color: ['#2f6fde', '#8a93a5', '#e0a458', '#6bb39a', '#b58ac2', '#d97b7b', '#4a5568'],
    grid: { left: 48, right: 24, top: 64, bottom: 64 },
    xAxis: { type: 'category', data: groups.map(({ name }) => name), axisLabel: { interval: 0 } },
    yAxis: { type: 'value' },
    series: contestants.map((contestant) => ({
      name: contestant,
      type: 'bar',
      data: groups.map(({ values }) => values.find(([name]) => name === contestant)?.[1] ?? '-'), // '-': took no part
    })),
  };
}

/** Several curves over one number, as hit ratio over size. */
export function lines(
  title: string,
  axes: { readonly x: string; readonly y: string; readonly logX?: boolean },
  curves: readonly Line[],
): echarts.EChartsOption {
  return {
    title: { text: title, left: 'center' },
    legend: { bottom: 0 },
    grid: { left: 48, right: 32, top: 48, bottom: 64, containLabel: true },
    xAxis: { type: axes.logX === true ? 'log' : 'value', name: axes.x, nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'value', name: axes.y, nameLocation: 'middle', nameGap: 48, scale: true },
    series: curves.map(({ name, points }) => ({
      name,
      type: 'line',
      data: points.map(([x, y]) => [x, y]),
      symbolSize: 5,
    })),
  };
}

export function renderChart(option: echarts.EChartsOption): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 360 });
  try {
    chart.setOption({ backgroundColor: '#ffffff', animation: false, ...option });
    // Its styles for a mouse carry numbers that count up: without them the same results give the same file.
    return `${chart
      .renderToSVGString()
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replace(/ class="[^"]*"| ecmeta_\w+="[^"]*"/g, '')}\n`;
  } finally {
    chart.dispose();
  }
}

/** Draws a suite's charts into `docs/charts`; resolves to the files. */
export function writeCharts(charts: ChartsOfSuite, suite: SuiteResult): readonly string[] {
  mkdirSync(FOLDER, { recursive: true });
  return Object.entries(charts).map(([name, draw]) => {
    const file = join(FOLDER, `${name}.svg`);
    writeFileSync(file, renderChart(draw(suite)));
    return file;
  });
}

/** Three significant digits, with a thousands' separator. */
export function shortNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
