import { msgpack } from '@cache/serializers';
import * as msgpackr from 'msgpackr';
import { race, racer, type Scenario, versionOf } from '../../harness/index.ts';
import { article, numbers, object, rows } from './payloads.ts';

// All three use one build of msgpackr, that for `import`; by itself msgpack loads the one for `require`, which is a little slower.
// The second is what msgpack itself uses below: without structuredClone msgpackr looks for no cycles, which msgpack does first.
const bare = { 'msgpackr moreTypes structuredClone': true, 'msgpackr moreTypes': false };
const peers = Object.entries(bare);

function serializing(what: string, value: unknown, atLeast: number): Scenario {
  return race({
    title: `msgpack, serialize ${what}`,
    contestants: [
      racer({
        name: 'msgpack',
        version: versionOf('@cache/serializers'),
        setup: () => ({ serializer: msgpack({ msgpackr }), value }),
        op: ({ serializer, value }) => serializer.serialize(value),
      }),
      ...peers.map(([name, structuredClone]) =>
        racer({
          name,
          version: versionOf('msgpackr'),
          setup: () => ({ packr: new msgpackr.Packr({ moreTypes: true, structuredClone }), value }),
          op: ({ packr, value }) => packr.pack(value),
        }),
      ),
    ],
    asks: [{ than: 'msgpackr moreTypes structuredClone', atLeast }],
  });
}

function deserializing(what: string, value: unknown, atLeast: number): Scenario {
  return race({
    title: `msgpack, deserialize ${what}`,
    contestants: [
      racer({
        name: 'msgpack',
        version: versionOf('@cache/serializers'),
        setup: () => ({ serializer: msgpack({ msgpackr }), wire: Buffer.from(msgpack().serialize(value)) }),
        op: ({ serializer, wire }) => serializer.deserialize(wire),
      }),
      ...peers.map(([name, structuredClone]) =>
        racer({
          name,
          version: versionOf('msgpackr'),
          setup() {
            const packr = new msgpackr.Packr({ moreTypes: true, structuredClone });
            return { packr, wire: Buffer.from(packr.pack(value)) };
          },
          op: ({ packr, wire }) => packr.unpack(wire),
        }),
      ),
    ],
    asks: [{ than: 'msgpackr moreTypes structuredClone', atLeast }],
  });
}

export const serializeObject: Scenario = serializing('an object of 200 B', object, 0.75);
export const serializeRows: Scenario = serializing('a list of 100 rows, 21 kB', rows, 0.9);
export const serializeText: Scenario = serializing('100 kB of text', article, 0.9);
export const serializeNumbers: Scenario = serializing('10,000 numbers', numbers, 0.9);
export const deserializeObject: Scenario = deserializing('an object of 200 B', object, 0.75);
export const deserializeRows: Scenario = deserializing('a list of 100 rows, 21 kB', rows, 0.9);
export const deserializeText: Scenario = deserializing('100 kB of text', article, 0.9);
export const deserializeNumbers: Scenario = deserializing('10,000 numbers', numbers, 0.9);
