import { SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { race, racer, versionOf } from '../../harness/index.ts';
import { zipfKeys } from './workloads/random.ts';

const size = 10_000;
const filled = () => {
  const backend = memoryBackend<number>({ max: size });
  for (let n = 0; n < size; n++) backend.set(`user:${n * 7 + 10000}`, n);
  const order = zipfKeys(1 << 20, size, 0.99, 1);
  return { backend, cache: new SyncCache<number>({ backend }), order, mask: order.length - 1 };
};

/** What the face that a program holds costs above the store. */
export const syncCache = race({
  title: 'get, a hit by a fresh key, 10,000 entries, through a SyncCache',
  contestants: [
    racer({
      name: 'SyncCache',
      version: versionOf('@cache/core'),
      setup: filled,
      op: ({ cache, order, mask }, i) => cache.get(`user:${(order[i & mask] as number) * 7 + 10000}`),
    }),
    racer({
      name: '@cache/memory alone',
      version: versionOf('@cache/memory'),
      setup: filled,
      op: ({ backend, order, mask }, i) => backend.get(`user:${(order[i & mask] as number) * 7 + 10000}`),
    }),
  ],
  asks: [{ than: '@cache/memory alone', atLeast: 0.87 }],
});
