import type { Second } from './load.ts';

export const heading = 'second  Redis   calls   p50 ms  p99 ms  primary  fallback  loader  stale  errors';

export function line({ at, redis, calls, p50, p99, sources, stale, errors }: Second): string {
  const cells: readonly (readonly [string | number, number])[] = [
    [at, 6],
    [redis, -7],
    [calls, 5],
    [p50.toFixed(1), 7],
    [p99.toFixed(1), 7],
    [sources.primary, 8],
    [sources.fallback, 9],
    [sources.loader, 7],
    [stale, 6],
    [errors, 7],
  ];
  return cells
    .map(([text, width]) => (width < 0 ? String(text).padEnd(-width) : String(text).padStart(width)))
    .join(' ');
}

export function summary(seconds: readonly Second[]): string {
  const sum = (of: (second: Second) => number): number => seconds.reduce((total, second) => total + of(second), 0);
  const slowest = Math.max(...seconds.map(({ p99 }) => p99));
  return [
    '',
    `${sum(({ calls }) => calls)} calls, ${sum(({ errors }) => errors)} errors, ${sum(({ stale }) => stale)} stale answers.`,
    `In the slowest second the 99th percentile was ${slowest.toFixed(0)} ms.`,
  ].join('\n');
}
