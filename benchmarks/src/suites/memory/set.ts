import { race } from '../../harness/index.ts';
import { contestants, type Store } from './stores.ts';
import { zipfKeys } from './workloads/random.ts';

// Renewals: the key is there and gets a new value and a new deadline.
const renew = (size: number) =>
  contestants({
    size,
    keys: size,
    kind: 'fresh',
    pick: 'order[i & mask]',
    order: () => zipfKeys(1 << 20, size, 0.99, 2),
    call: (store) => store.setTtl ?? store.set,
    ttl: true,
    among: (store) => store.setTtl !== undefined,
  });

// New keys into a full store: each makes another leave. Four times as many keys as entries, round and round.
const evict = (size: number) =>
  contestants({
    size,
    keys: 4 * size,
    kind: 'fresh',
    pick: `(i + ${size}) % ${4 * size}`,
    call: (store: Store) => store.set,
    turnover: true,
    among: (store) => store.evicts,
  });

export const ttl10k = race({
  title: 'set with a TTL on an existing key, 10,000 entries',
  contestants: renew(10_000),
  asks: [{ than: 'lru-cache', atLeast: 2.2 }],
});

export const ttl1m = race({
  title: 'set with a TTL on an existing key, 1,000,000 entries',
  contestants: renew(1_000_000),
  asks: [{ than: 'lru-cache', atLeast: 2 }],
  rounds: 12,
});

export const evicting10k = race({
  title: 'set of a new key into a full store, 10,000 entries',
  contestants: evict(10_000),
  asks: [{ than: 'lru-cache', atLeast: 1.4 }],
  rounds: 16,
});

export const evicting1m = race({
  title: 'set of a new key into a full store, 1,000,000 entries',
  contestants: evict(1_000_000),
  asks: [{ than: 'lru-cache', atLeast: 1.8 }],
  rounds: 12,
});
