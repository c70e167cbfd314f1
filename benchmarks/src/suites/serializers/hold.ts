import type { Serializer, Wire } from '@cache/core';
import { chain, json, msgpack, zlib } from '@cache/serializers';
import { measure, measured, type Scenario, versionOf } from '../../harness/index.ts';
import { article, rows } from './payloads.ts';

/** The longest that the event loop does not turn while `work` is done, in milliseconds: the least of three, since a neighbour or the collector of garbage can only add. */
async function longestHold(work: () => unknown): Promise<number> {
  return Math.min(await holdOnce(work), await holdOnce(work), await holdOnce(work));
}

async function holdOnce(work: () => unknown): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isOver = false;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await new Promise((resolve) => setTimeout(resolve, 20));
  longest = 0;
  last = performance.now();
  await work();
  await new Promise((resolve) => setTimeout(resolve, 1));
  isOver = true;
  return longest;
}

const version = versionOf('@cache/serializers');
const megabytes = 5;
const list = Array.from({ length: megabytes * 4800 }, (_, id) => ({ ...rows[id % rows.length], id }));
const text = article.body.repeat((megabytes * 1e6) / article.body.length);
const bytes = Buffer.from(text);

/** What the compressor adds to the hold of the layer of values alone. */
function added(name: string, values: Serializer<unknown, Wire>, value: unknown): ReturnType<typeof measured> {
  const both = chain(values, zlib());
  return measured({
    name,
    version,
    async value() {
      const alone = await longestHold(() => values.serialize(value));
      const written = await longestHold(() => both.serializeAsync?.(value));
      const plain = Buffer.from(values.serialize(value));
      const wire = (await both.serializeAsync?.(value)) as Uint8Array; // zlib has the asynchronous pair, so the chain has
      const readAlone = await longestHold(() => values.deserialize(plain));
      const read = await longestHold(() => both.deserializeAsync?.(wire));
      return Math.max(written - alone, read - readAlone);
    },
  });
}

export const addedByCompression: Scenario = measure({
  title: 'what zlib adds to the longest hold of the event loop, 5 MB on the asynchronous path',
  unit: 'ms',
  better: 'lower',
  rounds: 9,
  contestants: [
    added('json+zlib, a list', json(), list),
    added('json+zlib, text', json(), text),
    added('msgpack+zlib, a list', msgpack() as Serializer<unknown, Wire>, list),
    added('msgpack+zlib, bytes', msgpack() as Serializer<unknown, Wire>, bytes),
  ],
  asks: ['json+zlib, a list', 'json+zlib, text', 'msgpack+zlib, a list', 'msgpack+zlib, bytes'].map((of) => ({
    of,
    atMost: 2,
  })),
});

/** The longest hold of the whole way. */
function whole(name: string, values: Serializer<unknown, Wire>, value: unknown): ReturnType<typeof measured> {
  const both = chain(values, zlib());
  return measured({
    name,
    version,
    async value() {
      const wire = (await both.serializeAsync?.(value)) as Uint8Array;
      return Math.max(
        await longestHold(() => both.serializeAsync?.(value)),
        await longestHold(() => both.deserializeAsync?.(wire)),
      );
    },
  });
}

export const stringsAndBytes: Scenario = measure({
  title: 'the longest hold of the event loop, 5 MB of text and of bytes on the asynchronous path',
  unit: 'ms',
  better: 'lower',
  rounds: 9,
  contestants: [
    whole('json+zlib, text', json(), text),
    whole('msgpack+zlib, text', msgpack() as Serializer<unknown, Wire>, text),
    whole('json+zlib, bytes', json(), bytes),
    whole('msgpack+zlib, bytes', msgpack() as Serializer<unknown, Wire>, bytes),
  ],
  asks: ['json+zlib, text', 'msgpack+zlib, text', 'json+zlib, bytes', 'msgpack+zlib, bytes'].map((of) => ({
    of,
    atMost: 15,
  })),
});
