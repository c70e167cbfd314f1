import { race } from '../../harness/index.ts';
import { contestants, RAW } from './contestants.ts';

export const flight64 = race({
  title: 'warm getOrSet, 64 in flight, against a raw get and JSON.parse',
  contestants: contestants(64, (client, i) =>
    Promise.all(Array.from({ length: 64 }, (_, j) => client.getOrSet(client.keys[(i * 64 + j) % 1000] as string))),
  ),
  asks: [{ than: RAW, atLeast: 0.85 }],
});

export const flight1000 = race({
  title: 'warm getOrSet, 1,000 in flight, against a raw get and JSON.parse',
  contestants: contestants(1000, (client) => Promise.all(client.keys.map((key) => client.getOrSet(key)))),
  asks: [{ than: RAW, atLeast: 0.8 }],
});
