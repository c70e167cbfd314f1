import { race } from '../../harness/index.ts';
import { contestants } from './stores.ts';
import { zipfKeys } from './workloads/random.ts';

// Read-through: get, and set on a miss. Keys by Zipf 0.99, of which the store holds a share.
const through = (size: number, keys: number) =>
  contestants({
    size,
    keys,
    kind: 'fresh',
    pick: 'order[i & mask]',
    order: () => zipfKeys(1 << 20, keys, 0.99, 3),
    call: (store) => `${store.get} || ${store.set}`,
    turnover: true,
    among: (store) => store.evicts,
  });

export const quarter10k = race({
  title: 'read-through, 10,000 entries for 40,000 keys by Zipf 0.99',
  contestants: through(10_000, 40_000),
  asks: [{ than: 'lru-cache', atLeast: 1.5 }],
  rounds: 16,
});

export const hundredth10k = race({
  title: 'read-through, 10,000 entries for 1,000,000 keys by Zipf 0.99',
  contestants: through(10_000, 1_000_000),
  asks: [{ than: 'lru-cache', atLeast: 1.5 }],
  rounds: 16,
});

export const quarter1m = race({
  title: 'read-through, 1,000,000 entries for 4,000,000 keys by Zipf 0.99',
  contestants: through(1_000_000, 4_000_000),
  asks: [{ than: 'lru-cache', atLeast: 1.5 }],
  rounds: 12,
});
