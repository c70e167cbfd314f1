import { expect, it } from 'vitest';
import { isListing } from '../../src/contract/capabilities.ts';
import {
  Cache,
  type CapableBackend,
  hit,
  MISS,
  plainJson,
  type Serializer,
  type StandardSchema,
  serialized,
  type Wire,
} from '../../src/index.ts';
import { inMemoryServer, type ServerBackend } from '../../src/testing/index.ts';

/** What is asked of a server whose batches are lists, and nothing else of it. */
function listing(): { server: ServerBackend<Wire>; backend: CapableBackend<Wire>; asked: (readonly string[])[] } {
  const server = inMemoryServer<Wire>().connect();
  const asked: (readonly string[])[] = [];
  const backend: CapableBackend<Wire> = {
    ...server,
    stores: 'bytes',
    getMany: Object.assign(() => Promise.reject(new Error('expected to be asked for a list')), {
      async list(keys: readonly string[]) {
        asked.push(keys);
        return keys.map((key) => server.get(key));
      },
    }),
  };
  return { server, backend, asked };
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

it('a batch is asked for as a list where the backend has lists, each key once, and given by the keys of the caller', async () => {
  const { server, backend, asked } = listing();
  const cache = new Cache<unknown>({ backend, prefix: 'p:' });
  for (const key of ['a', 'b', 'c']) server.set(`p:${key}`, json(key));
  server.set('p:null', json(null));
  server.set('p:undefined', '');
  const keys = ['c', 'none', 'a', 'c', 'null', 'undefined'];
  expect([...(await cache.getMany(keys))]).toEqual([
    ['c', 'c'],
    ['a', 'a'],
    ['null', null],
    ['undefined', undefined],
  ]);
  expect([...(await cache.getMany(new Set(['b'])))]).toEqual([['b', 'b']]);
  expect(asked).toEqual([['p:c', 'p:none', 'p:a', 'p:null', 'p:undefined'], ['p:b']]);
  expect(cache.stats()).toMatchObject({ hits: 5, misses: 1 });
});

it('what cannot be read is an error that names its keys, and what has an old shape is deleted and a miss', async () => {
  const { server, backend } = listing();
  const numbers: StandardSchema<number> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => (typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] }),
    },
  };
  const cache = new Cache<number>({ backend, prefix: 'p:', schema: numbers });
  server.set('p:one', json(1));
  server.set('p:old', json('1'));
  expect([...(await cache.getMany(['old', 'one']))]).toEqual([['one', 1]]);
  expect(server.has('p:old')).toBe(false);
  server.set('p:bad', json('x').subarray(1));
  server.set('p:worse', json('x').subarray(2));
  await expect(cache.getMany(['bad', 'one', 'worse'])).rejects.toMatchObject({
    code: 'SERIALIZATION',
    keys: ['bad', 'worse'],
  });
});

it('a serializer that takes its time, or a place in a list that is empty, changes nothing of the order', async () => {
  const { server, backend } = listing();
  const slow: Serializer<unknown, Wire> = {
    ...plainJson,
    deserializeAsync: async (wire) => {
      const value = plainJson.deserialize(wire);
      for (let turns = Number(value); turns > 0; turns--) await Promise.resolve();
      return value;
    },
  };
  const composed = serialized(backend, slow);
  for (const n of [3, 1, 2]) server.set(String(n), json(n));
  if (!isListing(composed)) throw new Error('expected lists to be passed on');
  expect(await composed.getMany.list(['3', 'none', '1', '2', '3'])).toEqual([hit(3), MISS, hit(1), hit(2), hit(3)]);
});

it('who puts a getMany of their own over one with a list is asked by it, also when they do so later', async () => {
  const { server, backend } = listing();
  for (const key of ['a', 'b']) server.set(`p:${key}`, json(key));
  const mine = (seen: string[][]) => ({
    async getMany(keys: readonly string[]) {
      seen.push([...keys]);
      return new Map(keys.filter((key) => key !== 'p:b').map((key) => [key, json('mine')] as const));
    },
  });
  const seen: string[][] = [];
  const spread = new Cache<unknown>({ backend: { ...backend, ...mine(seen) }, prefix: 'p:' });
  expect([...(await spread.getMany(['a', 'b']))]).toEqual([['a', 'mine']]);
  const later = new Cache<unknown>({ backend, prefix: 'p:' });
  expect([...(await later.getMany(['a']))]).toEqual([['a', 'a']]);
  Object.assign(backend, mine(seen));
  expect([...(await later.getMany(['a', 'b']))]).toEqual([['a', 'mine']]);
  expect(seen).toEqual([
    ['p:a', 'p:b'],
    ['p:a', 'p:b'],
  ]);
});
