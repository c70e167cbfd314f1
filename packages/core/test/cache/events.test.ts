import { channel } from 'node:diagnostics_channel';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  Cache,
  CacheConnectionError,
  type CacheEventName,
  type CacheEvents,
  failover,
  tiered,
} from '../../src/index.ts';
import { faultyBackend, inMemoryServer } from '../../src/testing/index.ts';
import { type AnyCache, faces } from './faces.ts';

const all: CacheEventName[] = ['hit', 'miss', 'set', 'delete', 'deadline', 'clear', 'invalidate', 'error'];

function listen(cache: AnyCache<never>): [CacheEventName, unknown][] {
  const heard: [CacheEventName, unknown][] = [];
  for (const event of all) cache.on(event, (payload) => heard.push([event, payload]));
  return heard;
}

describe.each(faces)('events, $name', ({ make }) => {
  it('each operation is told after the fact, with the name of the cache, the backend and the keys of the caller', async () => {
    const { cache } = make<number>({ prefix: 'users:', ttl: '1m' });
    const heard = listen(cache as never);
    const origin = { cache: 'users', tier: 'in-memory server' };
    await cache.set('a', 1, { tags: ['t'] });
    await cache.setMany([
      ['b', 2],
      ['c', 3],
    ]);
    await cache.get('a');
    await cache.lookup('x');
    await cache.getMany(['b', 'y']);
    await cache.expire('a', '1s');
    await cache.delete('b');
    await cache.deleteMany(['c', 'z']);
    await cache.invalidateTags(['t']);
    await cache.clear('q');
    expect(heard).toEqual([
      ['set', { ...origin, keys: ['a'], ttl: 60_000 }],
      ['set', { ...origin, keys: ['b', 'c'], ttl: 60_000 }],
      ['hit', { ...origin, key: 'a' }],
      ['miss', { ...origin, key: 'x' }],
      ['hit', { ...origin, key: 'b' }],
      ['miss', { ...origin, key: 'y' }],
      ['deadline', { ...origin, key: 'a', ttl: 1_000 }],
      ['delete', { ...origin, keys: ['b'], removed: 1 }],
      ['delete', { ...origin, keys: ['c', 'z'], removed: 1 }],
      ['invalidate', { ...origin, tags: ['t'], removed: 1 }],
      ['clear', { ...origin, prefix: 'q' }],
    ]);
  });

  it('what stored nothing is no set, what moved nothing is no deadline', async () => {
    const { cache } = make<number>();
    await cache.set('a', 1);
    const heard = listen(cache as never);
    await cache.set('a', 2, { ifNotExists: true });
    await cache.expire('absent', 5);
    expect(heard).toEqual([]);
  });

  it('a cache hears its namespaces, a namespace hears itself alone', async () => {
    const { cache } = make<number>({ prefix: 'p:' });
    const one = cache.namespace<number>('one');
    const two = cache.namespace<number>('two');
    const ofCache = listen(cache as never);
    const ofOne = listen(one as never);
    await one.set('k', 1);
    await two.set('k', 2);
    await cache.set('one:k', 3);
    expect(ofCache.map(([, payload]) => (payload as { cache: string }).cache)).toEqual(['p:one', 'p:two', 'p']);
    expect(ofOne).toHaveLength(1);
  });

  it('nobody is told any more after the returned function was called, however often', async () => {
    const { cache } = make<number>();
    const heard: unknown[] = [];
    const off = cache.on('miss', (event) => heard.push(event));
    const other = cache.on('miss', () => {});
    off();
    off();
    await cache.get('k');
    expect(heard).toEqual([]);
    other();
  });

  it('a listener that throws or rejects harms neither the operation nor the other listeners, and is warned of', async () => {
    const warnings: string[] = [];
    const { cache } = make<number>({ logger: { warn: (text) => warnings.push(text) } });
    const heard: unknown[] = [];
    cache.on('miss', () => {
      throw new Error('broken');
    });
    cache.on('miss', async () => {
      throw 'rejected';
    });
    cache.on('miss', () => {
      throw Object.create(null); // what no template can show
    });
    cache.on('miss', (event) => heard.push(event));
    expect(await cache.get('k', 7)).toBe(7);
    await new Promise(setImmediate);
    expect(heard).toHaveLength(1);
    expect(warnings.sort()).toEqual(
      ['broken', 'object', 'rejected'].map((reason) => `a listener of miss failed: ${reason}`),
    );
  });

  it('a listener may subscribe and end subscriptions while it is told', async () => {
    const { cache } = make<number>();
    const heard: string[] = [];
    const off = cache.on('miss', () => {
      heard.push('first');
      off();
      cache.on('miss', () => heard.push('late'));
    });
    await cache.get('k');
    await cache.get('k');
    expect(heard).toEqual(['first', 'late']);
  });

  it('an unknown event, and a listener that is no function, are refused at once', () => {
    const { cache } = make<number>();
    expect(() => cache.on('hits' as never, () => {})).toThrow(
      `event: expected 'hit' or 'miss' or 'set' or 'delete' or 'deadline' or 'clear' or 'invalidate' or 'evict' or 'expire' or 'load' or 'stale' or 'error' or 'failover' or 'recover' or 'journalOverflow', got "hits"`,
    );
    expect(() => cache.on('toString' as never, () => {})).toThrow("event: expected 'hit' or");
    expect(() => cache.on('hit', undefined as never)).toThrow('listener of hit: expected a function, got undefined');
  });

  it('every event is published on a channel of its own, with the same payload', async () => {
    const { cache } = make<number>({ name: 'channelled' });
    const heard: unknown[] = [];
    const hear = (payload: unknown): void => {
      if ((payload as { cache: string }).cache === 'channelled') heard.push(payload);
    };
    for (const event of ['hit', 'miss', 'set'] as const) channel(`cache:${event}`).subscribe(hear);
    await cache.get('k');
    await cache.set('k', 1);
    await cache.get('k');
    for (const event of ['hit', 'miss', 'set'] as const) channel(`cache:${event}`).unsubscribe(hear);
    await cache.get('k');
    expect(heard).toEqual([
      { cache: 'channelled', tier: 'in-memory server', key: 'k' },
      { cache: 'channelled', tier: 'in-memory server', keys: ['k'], ttl: null },
      { cache: 'channelled', tier: 'in-memory server', key: 'k' },
    ]);
  });
});

/** A backend that tells of removals when the test says so. */
function removing() {
  const listeners = new Set<(removal: { key: string; reason: 'evict' | 'expire' | 'delete' }) => void>();
  const backend = Object.assign(inMemoryServer<number>().connect(), {
    onRemove(listener: (removal: { key: string; reason: 'evict' | 'expire' | 'delete' }) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  return { backend, listeners };
}

it('what the backend removes on its own is told as evict and expire, under keys of the cache, to those it concerns', async () => {
  const { backend, listeners } = removing();
  const cache = new Cache<number>({ backend, prefix: 'p:' });
  const inner = cache.namespace('n');
  expect(listeners.size).toBe(0);
  const heard: unknown[] = [];
  cache.on('evict', (event) => heard.push(['evict', event]));
  cache.on('expire', (event) => heard.push(['expire', event]));
  inner.on('expire', (event) => heard.push(['inner', event]));
  expect(listeners.size).toBe(1);
  for (const listener of listeners) {
    listener({ key: 'p:a', reason: 'evict' });
    listener({ key: 'p:n:b', reason: 'expire' });
    listener({ key: 'p:c', reason: 'delete' });
    listener({ key: 'other', reason: 'evict' });
  }
  const origin = { cache: 'p', tier: 'in-memory server' };
  expect(heard).toEqual([
    ['evict', { ...origin, key: 'a' }],
    ['expire', { ...origin, key: 'n:b' }],
    ['inner', { ...origin, key: 'n:b' }],
  ]);
  await cache.close();
  expect(listeners.size).toBe(0);
});

it('what a near tier removes on its own is told as its own', async () => {
  const { backend: near, listeners } = removing();
  const far = inMemoryServer<number>().connect();
  const cache = new Cache<number>({ backend: tiered(near, far), prefix: 'p:' });
  await cache.start();
  const heard: unknown[] = [];
  cache.on('evict', (event) => heard.push(event));
  for (const listener of listeners) listener({ key: 'p:a', reason: 'evict' });
  expect(heard).toEqual([{ cache: 'p', tier: 'near', key: 'a' }]);
  await cache.close();
});

it('a hit says which tier answered, whichever way it was asked for', async () => {
  const asking: Record<string, (cache: Cache<number>) => Promise<unknown>> = {
    get: (cache) => cache.get('a'),
    getOrSet: (cache) => cache.getOrSet('a', () => 0),
    'getOrSet that looks ahead': (cache) => cache.getOrSet('a', () => 0, { ttl: '1m', refreshAhead: 0.9 }),
    getMany: (cache) => cache.getMany(['a']),
    getOrSetMany: (cache) => cache.getOrSetMany(['a'], () => []),
  };
  for (const [name, ask] of Object.entries(asking)) {
    const server = inMemoryServer<number>();
    const far = faultyBackend(server.connect()); // answers later, as a server does
    const cache = new Cache<number>({ backend: tiered(inMemoryServer<number>().connect(), far) });
    await cache.start();
    await server.connect().set('a', 1, { ttl: 60_000 });
    await cache.getOrSet('other', () => 0); // from here on reads of one moment are shared
    const tiers: string[] = [];
    cache.on('hit', ({ tier }) => tiers.push(tier));
    for (let i = 0; i < 3; i++) await ask(cache);
    expect(tiers, name).toEqual(['far', 'near', 'near']);
    await cache.close();
  }
});

it('an error that a fallback answered for is about the key of the caller', async () => {
  const primary = faultyBackend(inMemoryServer<number>().connect(), {
    failWith: ({ keys }) =>
      new CacheConnectionError('line: cut', keys.length === 1 ? { key: keys[0] as string } : { keys }),
  });
  const cache = new Cache<number>({
    backend: failover(primary, inMemoryServer<number>().connect()),
    prefix: 'p:',
    logger: { warn() {} },
  });
  await cache.start();
  const heard: unknown[] = [];
  cache.on('error', ({ error: { key, keys } }) => heard.push(key ?? keys));
  primary.faults.script('get', 'error');
  primary.faults.script('getMany', 'error');
  await cache.get('a');
  await cache.getMany(['b', 'c']);
  expect(heard).toEqual(['a', ['b', 'c']]);
  await cache.close();
});

it('removals are published without a listener when somebody had subscribed to their channel', () => {
  const heard: unknown[] = [];
  const hear = (payload: unknown): number => heard.push(payload);
  channel('cache:evict').subscribe(hear);
  const { backend, listeners } = removing();
  const cache = new Cache<number>({ backend, name: 'watched' });
  for (const listener of listeners) listener({ key: 'a', reason: 'evict' });
  channel('cache:evict').unsubscribe(hear);
  expect(heard).toEqual([{ cache: 'watched', tier: 'in-memory server', key: 'a' }]);
  expect(cache.name).toBe('watched');
});

it('a listener gets the payload of its event, and no other event compiles', () => {
  const cache = new Cache<number>({ backend: inMemoryServer<number>().connect() });
  cache.on('set', (event) => {
    expectTypeOf(event).toEqualTypeOf<CacheEvents['set']>();
    expectTypeOf(event.keys).toEqualTypeOf<readonly string[]>();
  });
  // @ts-expect-error there is no event of that name
  expect(() => cache.on('sets', () => {})).toThrow();
});
