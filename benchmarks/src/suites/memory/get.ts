import { race } from '../../harness/index.ts';
import { contestants } from './stores.ts';
import { zipfKeys } from './workloads/random.ts';

// Reads that hit, the keys drawn by Zipf 0.99 among those held.
const calls = 1 << 20;
const hits = (size: number, kind: 'fresh' | 'premade', ttl: boolean) =>
  contestants({
    size,
    keys: size,
    kind,
    pick: 'order[i & mask]',
    order: () => zipfKeys(calls, size, 0.99, 1),
    call: (store) => store.get,
    ttl,
    among: (store) => !ttl || store.setTtl !== undefined,
  });

export const fresh10k = race({
  title: 'get, a hit by a fresh key, 10,000 entries',
  contestants: hits(10_000, 'fresh', false),
  asks: [
    { than: 'lru-cache', atLeast: 1.3 },
    { than: 'Map', atLeast: 1 },
  ],
});

export const fresh1m = race({
  title: 'get, a hit by a fresh key, 1,000,000 entries',
  contestants: hits(1_000_000, 'fresh', false),
  asks: [{ than: 'lru-cache', atLeast: 1.5 }],
  rounds: 12,
});

export const premade10k = race({
  title: 'get, a hit by a key used before, 10,000 entries',
  contestants: hits(10_000, 'premade', false),
  asks: [{ than: 'lru-cache', atLeast: 0.9 }],
});

export const premade1m = race({
  title: 'get, a hit by a key used before, 1,000,000 entries',
  contestants: hits(1_000_000, 'premade', false),
  asks: [{ than: 'lru-cache', atLeast: 1.3 }],
  rounds: 12,
});

export const ttl10k = race({
  title: 'get, a hit by a fresh key, every entry with a TTL, 10,000 entries',
  contestants: hits(10_000, 'fresh', true),
  asks: [{ than: 'lru-cache', atLeast: 1.4 }],
});

export const ttl1m = race({
  title: 'get, a hit by a fresh key, every entry with a TTL, 1,000,000 entries',
  contestants: hits(1_000_000, 'fresh', true),
  asks: [{ than: 'lru-cache', atLeast: 1.6 }],
  rounds: 12,
});
