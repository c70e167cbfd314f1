import { setTimeout as sleep } from 'node:timers/promises';
import { measure, measured } from '../../harness/index.ts';
import { keysUpTo, type Store, stores } from './stores.ts';

/** The longest single set, in milliseconds, while 3,000,000 keys go through a store that grows to 1,000,000. */
async function worstSet(store: Store): Promise<number> {
  const keys = keysUpTo(3_000_000);
  const set = new Function('store', 'key', 'value', store.set);
  const made = store.make(1_000_000);
  globalThis.gc?.();
  await sleep(400); // the collector's threads finish
  let worst = 0;
  for (const key of keys) {
    const began = performance.now();
    set(made, key, 1);
    worst = Math.max(worst, performance.now() - began);
  }
  return worst;
}

export const growth = measure({
  title: 'the longest single set while a store grows to 1,000,000 entries and churns, collector included',
  unit: 'ms',
  better: 'lower',
  fresh: true,
  rounds: 3,
  contestants: stores
    .filter((store) => store.evicts && store.name !== '@cacheable/memory') // minutes
    .map((store) => measured({ name: store.name, version: store.version, value: () => worstSet(store) })),
  asks: [{ atMost: 12 }],
});
