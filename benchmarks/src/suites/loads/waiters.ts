import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { measure, measured, versionOf } from '../../harness/index.ts';

const callers = 10_000;

/** Starts ten thousand callers of one cold key; the loader ends when it is told to. */
function crowd(): { readonly waiting: Promise<number>[]; readonly end: () => void; readonly loads: () => number } {
  const cache = new Cache<number>({ backend: memoryBackend<number>() });
  let finish: (value: number) => void = () => {};
  let loads = 0;
  const loader = (): Promise<number> => {
    loads++;
    return new Promise((resolve) => {
      finish = resolve;
    });
  };
  const waiting: Promise<number>[] = new Array(callers);
  for (let i = 0; i < callers; i++) waiting[i] = cache.getOrSet('cold', loader);
  return { waiting, end: () => finish(1), loads: () => loads };
}

async function settle(crowded: ReturnType<typeof crowd>): Promise<void> {
  crowded.end();
  await Promise.all(crowded.waiting);
  if (crowded.loads() !== 1) throw new Error(`expected one load, got ${crowded.loads()}`);
}

export const time = measure({
  title: `${callers} concurrent callers of one cold key: time of each`,
  unit: 'µs per waiter',
  better: 'lower',
  contestants: [
    measured({
      name: '@cache/core',
      version: versionOf('@cache/core'),
      async value() {
        for (let i = 0; i < 10; i++) await settle(crowd()); // compiled, as in a program that runs for a while
        const from = performance.now();
        await settle(crowd());
        return ((performance.now() - from) * 1_000) / callers;
      },
    }),
  ],
  asks: [{ atMost: 1 }],
});

export const bytes = measure({
  title: `${callers} concurrent callers of one cold key: heap of each`,
  unit: 'bytes per waiter',
  better: 'lower',
  fresh: true,
  contestants: [
    measured({
      name: '@cache/core',
      version: versionOf('@cache/core'),
      async value() {
        await settle(crowd());
        globalThis.gc?.();
        const before = process.memoryUsage().heapUsed;
        const crowded = crowd();
        globalThis.gc?.();
        const used = process.memoryUsage().heapUsed - before;
        await settle(crowded);
        return used / callers;
      },
    }),
  ],
  asks: [{ atMost: 400 }],
});
