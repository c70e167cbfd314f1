import { race } from '../../harness/index.ts';
import { contestants, PLAIN, RAW } from './contestants.ts';

export const one = race({
  title: 'get of a JSON object, one in flight',
  contestants: contestants(1, (client, i) => client.get(client.keys[i % 1000] as string)),
  asks: [{ than: PLAIN, atLeast: 1 / 1.1 }],
});

export const flight64 = race({
  title: 'get of a JSON object, 64 in flight',
  contestants: contestants(64, (client, i) =>
    Promise.all(Array.from({ length: 64 }, (_, j) => client.get(client.keys[(i * 64 + j) % 1000] as string))),
  ),
  asks: [
    { than: RAW, atLeast: 0.9 },
    { than: PLAIN, atLeast: 1.3 },
  ],
});

export const flight1000 = race({
  title: 'get of a JSON object, 1,000 in flight',
  contestants: contestants(1000, (client) => Promise.all(client.keys.map((key) => client.get(key)))),
  asks: [
    { than: RAW, atLeast: 0.85 },
    { than: PLAIN, atLeast: 1.3 },
  ],
});

export const many100 = race({
  title: 'getMany of 100, against MGET and JSON.parse',
  contestants: contestants(100, (client, i) => {
    const from = (i * 100) % 1000;
    return client.getMany(client.keys.slice(from, from + 100));
  }),
  asks: [{ than: RAW, atLeast: 0.9 }],
});
