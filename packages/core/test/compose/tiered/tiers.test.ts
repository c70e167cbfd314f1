import { describe, expect, it } from 'vitest';
import {
  Cache,
  type CapableBackend,
  defineBackend,
  type Entry,
  serialized,
  tiered,
  type Wire,
} from '../../../src/index.ts';
import { faultyBackend, inMemoryServer, manualClock } from '../../../src/testing/index.ts';

const pair = () => {
  const server = inMemoryServer<unknown>();
  const near = inMemoryServer<unknown>().connect();
  const far = server.connect();
  return { server, near, far };
};

describe('tiered', () => {
  it('refuses a far backend that tells of nothing, unless there is a bound', async () => {
    const map = new Map<string, Entry<unknown>>();
    const silent = defineBackend<unknown>({
      name: 'map',
      getEntry: (key) => map.get(key),
      set: (key, value) => void map.set(key, { value, freshFor: null, expiresIn: null }),
      delete: (key) => map.delete(key),
      keys: () => map.keys(),
    });
    const clock = manualClock();
    const near = inMemoryServer<unknown>({ clock }).connect();
    expect(() => tiered(near, silent)).toThrow(/expected a far backend that tells of changes, or nearTtl, got map/);
    const bounded = tiered(near, silent, { nearTtl: '1s', clock });
    await bounded.set('a', 1);
    await bounded.get('a');
    map.clear();
    expect(bounded.get('a')).toEqual({ hit: true, value: 1 });
    clock.advance(1_000);
    expect(await bounded.get('a')).toEqual({ hit: false });
    expect(bounded.describe()).toMatchObject({ signal: 'none', nearTtl: 1_000, maxStaleness: null });
  });

  it('refuses options that do not exist or are out of range, and a near of bytes', () => {
    const { near, far } = pair();
    expect(() => tiered(near, far, { ttl: 1 } as never)).toThrow(/tiered: .*unknown option "ttl"/);
    expect(() => tiered(near, far, { maxStaleness: 10 })).toThrow(/maxStaleness: expected at least 100 milliseconds/);
    expect(() => tiered(near, far, { nearTtl: 0 })).toThrow(/nearTtl: expected/);
    expect(() => tiered(near, far, { nearFor: 'a' as never })).toThrow(/nearFor: expected a function/);
    expect(() => tiered({ ...near, stores: 'bytes' }, far)).toThrow(/near: expected a backend of values/);
  });

  it('answers a near hit at once, and asks far nothing', async () => {
    const { near, far } = pair();
    let asked = 0;
    const counting = faultyBackend(far, { step: () => void asked++ });
    const tiers = tiered(near, counting);
    await tiers.start();
    await tiers.set('a', 1);
    await tiers.get('a');
    const before = asked;
    expect(tiers.get('a')).toEqual({ hit: true, value: 1 });
    expect(asked).toBe(before);
  });

  it('serves nothing from near while the signal is lost, and begins anew when it is restored', async () => {
    const { near, far, server } = pair();
    const tiers = tiered(near, far);
    await tiers.start();
    for (const key of ['a', 'b']) {
      await tiers.set(key, 1);
      await tiers.get(key);
      expect(near.has(key)).toBe(true);
    }
    far.loseSignal();
    server.connect().set('a', 2);
    expect(await tiers.get('a')).toEqual({ hit: true, value: 2 });
    expect(near.has('a')).toBe(false);
    server.connect().set('b', 2);
    far.restoreSignal();
    expect(near.has('b')).toBe(false);
    expect(await tiers.get('b')).toEqual({ hit: true, value: 2 });
    expect(near.has('b')).toBe(true);
    expect(tiers.describe()).toMatchObject({ emptied: 1 });
  });

  it('says that a key is under no prefix far tells of, rather than letting it grow old', async () => {
    const { near, far } = pair();
    const observing: CapableBackend<unknown> = { ...far, observes: (key) => key.startsWith('app:') };
    const tiers = tiered(near, observing, { nearFor: (key) => key !== 'other' });
    await tiers.start();
    expect(() => tiers.get('a')).toThrow(/key "a": expected one whose changes in-memory server tells of/);
    expect(await tiers.get('app:a')).toEqual({ hit: false });
    expect(await tiers.get('other')).toEqual({ hit: false });
  });

  it('leaves keys and values out of near that it is told to', async () => {
    const { near, far } = pair();
    const tiers = tiered(near, far, { nearFor: (key) => key !== 'a', admit: (_key, { value }) => value !== 'large' });
    await tiers.start();
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['c', 'large'],
    ] as const) {
      await tiers.set(key, value);
      expect(await tiers.get(key)).toEqual({ hit: true, value });
    }
    expect([...near.keys()]).toEqual(['b']);
  });

  it('gives every caller a copy where that is asked for', async () => {
    const { near, far } = pair();
    const tiers = tiered<unknown>(near, far, { clone: true });
    await tiers.start();
    far.set('a', { list: [1] });
    await tiers.get('a');
    const first = (await tiers.get('a')) as { value: { list: number[] } };
    first.value.list.push(2);
    expect(await tiers.get('a')).toEqual({ hit: true, value: { list: [1] } });
  });

  it('deserializes once for each change, whichever of two caches above it reads', async () => {
    const { near, far } = pair();
    let read = 0;
    const counting = {
      name: 'counting',
      serialize: (value: unknown) => JSON.stringify(value),
      deserialize: (wire: string) => {
        read++;
        return JSON.parse(wire);
      },
    };
    const tiers = tiered<unknown>(near, far);
    await tiers.start();
    const caches = [0, 1].map(() => new Cache<unknown>({ backend: tiers, serializer: counting as never }));
    await caches[0]?.set('a', { n: 1 });
    for (let i = 0; i < 5; i++) for (const cache of caches) expect(await cache.get('a')).toEqual({ n: 1 });
    expect(read).toBe(1);
    const same = serialized(tiers, counting as never);
    expect(same.get('a')).toEqual({ hit: true, value: { n: 1 } });
  });

  it('loads once in a fleet, and who waited finds the result near', async () => {
    const server = inMemoryServer<string>();
    const fleet = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const near = inMemoryServer<string>().connect();
        const cache = new Cache<string>({ backend: tiered<string>(near, server.connect()) });
        await cache.start();
        return { near, cache };
      }),
    );
    let loads = 0;
    const load = async (): Promise<string> => {
      loads++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return 'loaded';
    };
    const answers = await Promise.all(fleet.flatMap(({ cache }) => [1, 2, 3].map(() => cache.getOrSet('a', load))));
    expect(new Set(answers)).toEqual(new Set(['loaded']));
    expect(loads).toBe(1);
    for (const { cache } of fleet) await cache.get('a');
    expect(fleet.map(({ near }) => near.has('a'))).toEqual([true, true, true]);
  });

  it('of bytes with methods put over its own is asked by these, with a serializer above', async () => {
    const server = inMemoryServer<Wire>();
    const far = { ...server.connect(), stores: 'bytes' as const };
    const tiers = tiered<Wire>(inMemoryServer<Wire>().connect(), far);
    const asked: string[] = [];
    const own = {
      ...tiers,
      get(key: string) {
        asked.push(key);
        return tiers.get(key);
      },
    };
    const cache = new Cache<unknown>({ backend: own, prefix: 'p:' });
    await cache.start();
    await cache.set('a', { n: 1 });
    expect([await cache.get('a'), await cache.get('a')]).toEqual([{ n: 1 }, { n: 1 }]);
    expect(asked).toEqual(['p:a', 'p:a']);
  });

  it('says in events which tier it was', async () => {
    const { near, far } = pair();
    const cache = new Cache<unknown>({ backend: tiered(near, far) });
    await cache.start();
    const seen: string[] = [];
    for (const event of ['hit', 'miss', 'set'] as const) cache.on(event, ({ tier }) => seen.push(`${event} ${tier}`));
    await cache.get('a');
    await cache.set('a', 1);
    await cache.get('a');
    await cache.get('a');
    await cache.lookup('a');
    expect(seen).toEqual(['miss far', 'set far', 'hit far', 'hit near', 'hit near']);
  });

  it('counts by tier', async () => {
    const { near, far } = pair();
    const tiers = tiered(near, far);
    await tiers.start();
    await tiers.get('a');
    await tiers.set('a', 1);
    await tiers.get('a');
    await tiers.get('a');
    expect(tiers.stats?.()).toMatchObject({ type: 'tiered', requests: 3, hits: 2, misses: 1 });
    expect(tiers.describe()).toMatchObject({ signal: 'restored', fills: 1, emptied: 0, maxStaleness: 2_000 });
  });
});
