import * as echarts from 'echarts';
import type { Second } from './load.ts';

const colors = { primary: '#2f6fde', fallback: '#e0a458', loader: '#8a93a5' } as const;

/** What callers saw, as a picture: who answered, and how long the slowest hundredth waited. */
export function chart(seconds: readonly Second[]): string {
  const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 380 });
  const labels = seconds.map(({ at, redis }) => (redis === 'up' ? String(at) : `${at}\n${redis}`));
  try {
    picture.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      title: { text: 'A service while its Redis stands still and dies', left: 'center' },
      legend: { bottom: 0 },
      grid: { left: 56, right: 56, top: 56, bottom: 84 },
      xAxis: { type: 'category', data: labels, name: 's', axisLabel: { interval: 0, fontSize: 10 } },
      yAxis: [
        { type: 'value', name: 'calls per second' },
        { type: 'value', name: 'p99, ms', splitLine: { show: false } },
      ],
      series: [
        ...Object.entries(colors).map(([source, color]) => ({
          name: source,
          type: 'bar' as const,
          stack: 'source',
          color,
          data: seconds.map(({ sources }) => sources[source as keyof typeof colors]), // the keys of `colors`
        })),
        {
          name: 'p99',
          type: 'line' as const,
          yAxisIndex: 1,
          color: '#c0392b',
          symbolSize: 4,
          data: seconds.map(({ p99 }) => Number(p99.toFixed(1))),
        },
      ],
    });
    // Its styles for a mouse carry numbers that count up: without them the same figures give the same file.
    return `${picture
      .renderToSVGString()
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replace(/ class="[^"]*"| ecmeta_\w+="[^"]*"/g, '')}\n`;
  } finally {
    picture.dispose();
  }
}
