import { setTimeout as sleep } from 'node:timers/promises';
import { memoryBackend } from '@cache/memory';
import { measure, measured, versionOf } from '../../harness/index.ts';

/**
 * Ten million keys that are never seen again, with short TTLs and tags, over ten minutes: by how many per cent the heap grew
 * from the first tenth on, by the line that fits its samples best. `--quick` does a fiftieth of it.
 */
async function heapSlope(quick: boolean, progress: (share: number) => void): Promise<number> {
  const ticks = quick ? 240 : 12_000; // of 50 ms and the work
  const keys = quick ? 200_000 : 10_000_000;
  const backend = memoryBackend<{ readonly n: number }>({ max: 50_000 });
  const samples: number[] = [];
  for (let n = 0, tick = 1; tick <= ticks; tick++) {
    for (const until = Math.round((keys * tick) / ticks); n < until; n++) {
      const options = { ttl: 20 + (n % 2_000), tags: n % 10 === 0 ? [`tag:${n % 5_000}`] : undefined };
      backend.set(`key:${n}`, { n }, options);
      backend.get(`key:${n - (n % 500)}`);
    }
    await sleep(50);
    if (tick % (quick ? 6 : 100) !== 0) continue;
    progress(tick / ticks);
    if (tick < ticks / 10) continue;
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    samples.push(heapUsed + arrayBuffers);
  }
  backend.close();
  return growth(samples);
}

/** From the first sample to the last along the line of least squares, per cent of the mean. */
function growth(samples: readonly number[]): number {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const middle = (samples.length - 1) / 2;
  let covariance = 0;
  let variance = 0;
  for (const [i, sample] of samples.entries()) {
    covariance += (i - middle) * (sample - mean);
    variance += (i - middle) ** 2;
  }
  return (100 * (covariance / variance) * (samples.length - 1)) / mean;
}

export const soak = measure({
  title: '10,000,000 unique keys with short TTLs over ten minutes: growth of the heap',
  unit: '% of the heap',
  better: 'lower',
  fresh: true,
  rounds: 1,
  contestants: [
    measured({
      name: '@cache/memory',
      version: versionOf('@cache/memory'),
      value: (_state, pace, progress) => heapSlope(pace.quick, progress),
    }),
  ],
  asks: [{ atMost: 1, exact: true }],
});
