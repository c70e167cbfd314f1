import { race } from '../../harness/index.ts';
import { contestants, RAW } from './contestants.ts';

export const flight64 = race({
  title: 'set of a JSON object with a TTL, 64 in flight',
  contestants: contestants(64, (client, i) =>
    Promise.all(Array.from({ length: 64 }, (_, j) => client.set(client.keys[(i * 64 + j) % 1000] as string))),
  ),
  asks: [{ than: RAW, atLeast: 0.9 }],
});

export const flight1000 = race({
  title: 'set of a JSON object with a TTL, 1,000 in flight',
  contestants: contestants(1000, (client) => Promise.all(client.keys.map((key) => client.set(key)))),
  asks: [{ than: RAW, atLeast: 0.85 }],
});
