import * as node from 'node:zlib';
import { chain, json, zlib } from '@cache/serializers';
import { race, racer, type Scenario, versionOf } from '../../harness/index.ts';
import { article, rows } from './payloads.ts';

// By hand: the same layers, called one after the other by who knows what they give.
function serializing(what: string, value: unknown): Scenario {
  return race({
    title: `json+zlib, serialize ${what}`,
    contestants: [
      racer({
        name: 'json+zlib',
        version: versionOf('@cache/serializers'),
        setup: () => ({ serializer: chain(json(), zlib()), value }),
        op: ({ serializer, value }) => serializer.serialize(value),
      }),
      racer({
        name: 'json and deflateSync by hand',
        version: process.version,
        setup: () => ({ serializer: json(), deflateSync: node.deflateSync, level: { level: 1 }, value }),
        op: ({ serializer, deflateSync, level, value }) =>
          deflateSync(Buffer.from(serializer.serialize(value) as string), level),
      }),
    ],
    asks: [{ than: 'json and deflateSync by hand', atLeast: 0.95 }],
  });
}

function deserializing(what: string, value: unknown): Scenario {
  const wire = chain(json(), zlib()).serialize(value);
  return race({
    title: `json+zlib, deserialize ${what}`,
    contestants: [
      racer({
        name: 'json+zlib',
        version: versionOf('@cache/serializers'),
        setup: () => ({ serializer: chain(json(), zlib()), wire }),
        op: ({ serializer, wire }) => serializer.deserialize(wire),
      }),
      racer({
        name: 'inflateSync and json by hand',
        version: process.version,
        setup: () => ({ serializer: json(), inflateSync: node.inflateSync, wire }),
        op: ({ serializer, inflateSync, wire }) => serializer.deserialize(inflateSync(wire)),
      }),
    ],
    asks: [{ than: 'inflateSync and json by hand', atLeast: 0.95 }],
  });
}

export const serializeRows: Scenario = serializing('a list of 100 rows, 21 kB', rows);
export const serializeText: Scenario = serializing('100 kB of text', article);
export const deserializeRows: Scenario = deserializing('a list of 100 rows, 21 kB', rows);
export const deserializeText: Scenario = deserializing('100 kB of text', article);
