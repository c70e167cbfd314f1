import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { Cache, type CacheOperation, defineBackend } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';
import { faces } from './faces.ts';

/** Runs `work` and answers what `tracing:cache:operation:*` published of the cache called `name`. */
async function tracedBy(name: string, work: () => unknown): Promise<[string, CacheOperation][]> {
  const heard: [string, CacheOperation][] = [];
  const hear = (stage: string) => (message: unknown) => {
    const operation = message as CacheOperation;
    if (operation.cache === name) heard.push([stage, { ...operation }]);
  };
  const subscribers = {
    start: hear('start'),
    end: hear('end'),
    asyncStart: hear('asyncStart'),
    asyncEnd: hear('asyncEnd'),
    error: hear('error'),
  };
  const channels = tracingChannel<CacheOperation, CacheOperation>('cache:operation');
  channels.subscribe(subscribers);
  try {
    await work();
  } finally {
    channels.unsubscribe(subscribers);
  }
  return heard;
}

describe.each(faces)('tracing, $name', ({ make }) => {
  it('an operation starts and ends, with its name, its cache and its key', async () => {
    const { cache } = make<number>({ name: 'traced' });
    const heard = await tracedBy('traced', async () => {
      await cache.set('k', 1);
      expect(await cache.get('k')).toBe(1);
      await cache.getMany(['k', 'l']);
      await cache.clear();
    });
    const origin = { cache: 'traced', tier: 'in-memory server' };
    const of = (operation: string, key: string | undefined, size: number) => {
      const payload = { ...origin, operation, key, size };
      return [
        ['start', payload],
        ['end', payload],
      ];
    };
    expect(heard).toEqual([
      ...of('set', 'k', 1),
      ...of('get', 'k', 1),
      ...of('getMany', undefined, 2),
      ...of('clear', undefined, 0),
    ]);
    expect(cache.stats()).toMatchObject({ hits: 2, misses: 1, requests: 3 });
  });

  it('a failure is published with its error', async () => {
    const backend = { ...inMemoryServer<number>().connect() };
    backend.get = () => {
      throw new Error('no');
    };
    const { cache } = make<number>({ name: 'failing', backend });
    const heard = await tracedBy('failing', () => expect(async () => cache.get('k')).rejects.toThrow());
    expect(heard.map(([stage]) => stage)).toEqual(['start', 'error', 'end']);
    expect(heard[1]?.[1].error).toMatchObject({ code: 'BACKEND' });
  });
});

it('an answer that comes later is told when it comes, and a failure before it', async () => {
  let broken = false;
  const backend = defineBackend<number>({
    name: 'later',
    async getEntry() {
      if (broken) throw new Error('no');
      return { value: 1, freshFor: null, expiresIn: null };
    },
    set: async () => {},
    delete: async () => {},
    keys: () => [],
  });
  const cache = new Cache<number>({ backend, name: 'late' });
  const fine = await tracedBy('late', () => cache.get('k'));
  expect(fine.map(([stage]) => stage)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
  broken = true;
  const failed = await tracedBy('late', () => expect(cache.get('k')).rejects.toThrow());
  expect(failed.map(([stage]) => stage)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
});

it('stores bound to the start of an operation are there while the backend works', async () => {
  const span = new AsyncLocalStorage<CacheOperation>();
  const seen: (string | undefined)[] = [];
  const backend = { ...inMemoryServer<number>().connect() };
  const inner = backend.get;
  backend.get = (key) => {
    seen.push(span.getStore()?.operation);
    return inner(key);
  };
  const cache = new Cache<number>({ backend, name: 'bound' });
  const channels = tracingChannel<CacheOperation, CacheOperation>('cache:operation');
  channels.start.bindStore(span);
  await cache.get('k');
  channels.start.unbindStore(span);
  await cache.get('k');
  expect(seen).toEqual(['get', undefined]);
});

it.each(faces)('loads are operations too, $name', async ({ make }) => {
  const { cache } = make<number>({ name: 'loading' });
  const heard = await tracedBy('loading', async () => {
    expect(await cache.getOrSet('k', () => 1)).toBe(1);
  });
  expect(heard.map(([stage, { operation, key }]) => `${stage} ${operation} ${key}`).slice(0, 2)).toEqual([
    'start getOrSet k',
    'end getOrSet k',
  ]);
});

it('a load of many is one operation', async () => {
  const cache = new Cache<number>({ backend: inMemoryServer<number>().connect(), name: 'batch' });
  const heard = await tracedBy('batch', () =>
    cache.getOrSetMany(['a', 'b'], (keys) => new Map(keys.map((key) => [key, 1]))),
  );
  expect(heard.map(([stage, { operation }]) => `${stage} ${operation}`)).toEqual([
    'start getOrSetMany',
    'end getOrSetMany',
    'asyncStart getOrSetMany',
    'asyncEnd getOrSetMany',
  ]);
});
