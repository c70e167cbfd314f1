import { setTimeout as sleep } from 'node:timers/promises';
import { measure, measured } from '../../harness/index.ts';
import { keysUpTo, type Store, stores } from './stores.ts';

const entries = 1_000_000;

/** Bytes per entry of a full store in which every entry has a TTL, after two more millions went through; keys and values apart. */
async function bytes(store: Store): Promise<number> {
  const keys = keysUpTo(3 * entries);
  const set = new Function('store', 'key', 'value', store.setTtl ?? store.set);
  const value = { a: 1 };
  await sleep(50);
  const before = used();
  const made = store.make(entries);
  for (const key of keys) set(made, key, value);
  const after = used();
  // node-cache and Map hold all three million
  const held = store.evicts ? entries : keys.length;
  keep.push(made, keys);
  return (after - before) / held;
}

const keep: unknown[] = [];

function used(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export const perEntry = measure({
  title: 'bytes per entry with a TTL, 1,000,000 entries after 3,000,000 sets, key and value apart',
  unit: 'bytes',
  better: 'lower',
  fresh: true,
  rounds: 3,
  contestants: stores
    .filter((store) => store.setTtl !== undefined)
    .map((store) => measured({ name: store.name, version: store.version, value: () => bytes(store) })),
  asks: [{ atMost: 66 }],
});
