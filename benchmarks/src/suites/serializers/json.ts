import { json } from '@cache/serializers';
import superjson from 'superjson';
import { race, racer, type Scenario, versionOf } from '../../harness/index.ts';
import { article, numbers, object, rows } from './payloads.ts';

const node = process.version;

function serializing(what: string, value: unknown, atLeast: number): Scenario {
  return race({
    title: `json, serialize ${what}`,
    contestants: [
      racer({
        name: 'json',
        version: versionOf('@cache/serializers'),
        setup: () => ({ serializer: json(), value }),
        op: ({ serializer, value }) => serializer.serialize(value),
      }),
      // a string is what a client writes fastest; where bytes are wanted, this is ours
      racer({
        name: 'json + Buffer.from',
        version: versionOf('@cache/serializers'),
        setup: () => ({ serializer: json(), value }),
        op: ({ serializer, value }) => Buffer.from(serializer.serialize(value) as string),
      }),
      racer({
        name: 'JSON.stringify + Buffer.from',
        version: node,
        setup: () => ({ value }),
        op: ({ value }) => Buffer.from(JSON.stringify(value)),
      }),
      racer({
        name: 'superjson + Buffer.from',
        version: versionOf('superjson'),
        setup: () => ({ superjson, value }),
        op: ({ superjson, value }) => Buffer.from(superjson.stringify(value)),
      }),
    ],
    asks: [
      { than: 'JSON.stringify + Buffer.from', atLeast },
      // text is one string to all of them
      ...(what.includes('text') ? [] : [{ than: 'superjson + Buffer.from', atLeast: 3 }]),
    ],
  });
}

function deserializing(what: string, value: unknown): Scenario {
  return race({
    title: `json, deserialize ${what}`,
    contestants: [
      racer({
        name: 'json',
        version: versionOf('@cache/serializers'),
        setup: () => ({ serializer: json(), wire: Buffer.from(JSON.stringify(value)) }),
        op: ({ serializer, wire }) => serializer.deserialize(wire),
      }),
      racer({
        name: 'JSON.parse',
        version: node,
        setup: () => ({ wire: Buffer.from(JSON.stringify(value)) }),
        op: ({ wire }) => JSON.parse(wire.toString()),
      }),
      racer({
        name: 'superjson',
        version: versionOf('superjson'),
        setup: () => ({ superjson, wire: Buffer.from(superjson.stringify(value)) }),
        op: ({ superjson, wire }) => superjson.parse(wire.toString()),
      }),
    ],
    asks: [{ than: 'JSON.parse', atLeast: 0.95 }],
  });
}

export const serializeObject: Scenario = serializing('an object of 200 B', object, 0.7);
export const serializeRows: Scenario = serializing('a list of 100 rows, 21 kB', rows, 0.75);
export const serializeText: Scenario = serializing('100 kB of text', article, 0.75);
export const serializeNumbers: Scenario = serializing('10,000 numbers', numbers, 0.75);
export const deserializeObject: Scenario = deserializing('an object of 200 B', object);
export const deserializeRows: Scenario = deserializing('a list of 100 rows, 21 kB', rows);
export const deserializeText: Scenario = deserializing('100 kB of text', article);
export const deserializeNumbers: Scenario = deserializing('10,000 numbers', numbers);
