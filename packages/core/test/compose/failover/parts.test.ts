import {
  CacheConnectionError,
  type CacheStats,
  type CapableBackend,
  defineBackend,
  type Entry,
  failover,
  type Health,
  type Invalidation,
  type Removal,
  type Wire,
} from '@cache/core';
import { faultyBackend, inMemoryServer } from '@cache/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failingWorld } from './failing-world.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const silent = { logger: { warn() {} } } as const;

/** No more than a backend must be. */
function plain(name: string): CapableBackend<string> {
  const entries = new Map<string, Entry<string>>();
  return defineBackend<string>({
    name,
    getEntry: (key) => entries.get(key),
    set(key, value) {
      entries.set(key, { value, freshFor: null, expiresIn: null });
      return true;
    },
    delete: (key) => entries.delete(key),
    keys: () => entries.keys(),
  });
}

describe('of a failover there is', () => {
  it('no more than its primary can do, and tags where both keep them', async () => {
    const pair = failover(plain('one'), plain('other'));
    for (const capability of ['acquire', 'invalidateTags', 'onInvalidate', 'onRemove', 'observes'])
      expect(pair).not.toHaveProperty(capability);
    expect(failover(inMemoryServer<string>().connect(), plain('other'))).not.toHaveProperty('invalidateTags');
    await pair.set('k', 'v');
    expect(await pair.get('k')).toEqual({ hit: true, value: 'v' });
    expect(pair.stats?.()).toEqual(
      expect.objectContaining({ type: 'failover', requests: 0, hitRate: 0, evictions: 0, parts: {} }),
    );
    expect(await pair.health?.()).toMatchObject({ status: 'up', details: { primary: { status: 'up' } } });
  });

  it('the counts of both sides, its own being those of the primary', () => {
    const counting = (name: string, hits: number): CapableBackend<string> => ({
      ...plain(name),
      stats: () => ({ type: name, hits }) as CacheStats, // what is looked at of it
    });
    const stats = failover(counting('one', 3), counting('other', 5)).stats?.();
    expect(stats).toMatchObject({
      type: 'failover',
      hits: 3,
      misses: 0,
      parts: { primary: { type: 'one', hits: 3 }, fallback: { type: 'other', hits: 5 } },
    });
  });

  it('health by what its sides say of themselves', async () => {
    let one: Health['status'] = 'up';
    let other: Health['status'] = 'up';
    const checked = (name: string, status: () => Health['status']): CapableBackend<string> => ({
      ...plain(name),
      health: async () => ({ status: status(), details: {} }),
    });
    const pair = failover(
      checked('one', () => one),
      checked('other', () => other),
    );
    expect(await pair.health?.()).toMatchObject({ status: 'up' });
    one = 'down';
    expect(await pair.health?.()).toMatchObject({ status: 'degraded' });
    other = 'down';
    expect(await pair.health?.()).toMatchObject({ status: 'down' });
  });

  it('what the primary tells of removals', () => {
    const heard: Removal[] = [];
    let tell: (removal: Removal) => void = () => {};
    const removing: CapableBackend<string> = {
      ...plain('one'),
      onRemove(listener) {
        tell = listener;
        return () => {};
      },
    };
    failover(removing, plain('other')).onRemove?.((removal) => heard.push(removal));
    tell({ key: 'k', reason: 'evict' });
    expect(heard).toEqual([{ key: 'k', reason: 'evict' }]);
  });

  it('bytes also from a fallback of values', async () => {
    const primary = faultyBackend<CapableBackend<Wire>>({ ...inMemoryServer<Wire>().connect(), stores: 'bytes' });
    const pair = failover<Wire>(primary, inMemoryServer<Wire>().connect(), { ...silent, errors: 1 });
    expect(pair.stores).toBe('bytes');
    await pair.set('text', 'text');
    await pair.set('bytes', Buffer.from('bytes'));
    primary.faults.always = 'error';
    expect(await pair.get('text')).toEqual({ hit: true, value: Buffer.from('text') });
    expect(await pair.get('bytes')).toEqual({ hit: true, value: Buffer.from('bytes') });
  });
});

describe('the keys', () => {
  async function all(keys: AsyncIterable<string> | Iterable<string>): Promise<string[]> {
    const found: string[] = [];
    for await (const key of keys) found.push(key);
    return found.sort();
  }

  it('are those of the fallback where the primary fails, also half way, and each is given once', async () => {
    const { pair, primary } = failingWorld({ errors: 3 });
    await pair.setMany([
      ['a', 'v'],
      ['b', 'v'],
    ]);
    const { keys } = primary;
    primary.keys = async function* () {
      yield 'a';
      throw new CacheConnectionError('keys: expected an answer, got none');
    };
    expect(await all(pair.keys())).toEqual(['a', 'b']);
    primary.keys = async function* () {
      yield 'a';
      throw new TypeError('a mistake');
    };
    await expect(all(pair.keys())).rejects.toThrow(TypeError);
    primary.keys = keys;
    expect(await all(pair.keys())).toEqual(['a', 'b']);
  });

  it('in doubt are told of by the side that is not', async () => {
    for (const later of [false, true]) {
      const primary = inMemoryServer<string>().connect();
      const inner = inMemoryServer<string>().connect();
      const pair = failover<string>(primary, later ? faultyBackend(inner) : inner, silent);
      await pair.set('kept', 'v');
      await pair.set('removed', 'v');
      const { deleteMany, set, delete: remove } = primary;
      primary.deleteMany =
        primary.set =
        primary.delete =
          () => {
            throw new CacheConnectionError('expected an answer, got none');
          };
      await pair.delete('removed');
      await pair.set('new', 'v');
      expect(primary.has('removed')).toBe(true);
      expect(await all(pair.keys())).toEqual(['kept', 'new']);
      Object.assign(primary, { deleteMany, set, delete: remove });
    }
  });

  it('are not to be had where neither side answers', async () => {
    const sides = [1, 2].map(() => faultyBackend(inMemoryServer<string>().connect()));
    const [primary, fallback] = sides as [(typeof sides)[0], (typeof sides)[0]];
    const pair = failover<string>(primary, fallback, { ...silent, errors: 1 });
    primary.faults.always = fallback.faults.always = 'error';
    await expect(async () => pair.get('k')).rejects.toThrow();
    await expect(async () => all(pair.keys())).rejects.toThrow(
      'expected in-memory server or in-memory server to answer',
    );
  });
});

describe('the signal', () => {
  it('is what the primary says of it, but for the time without it', async () => {
    const { pair, primary, down, recovered } = failingWorld({ errors: 1 });
    await pair.start();
    const heard: Invalidation[] = [];
    const deaf = pair.onInvalidate?.((change) => heard.push(change));
    down();
    await pair.set('k', 'v');
    expect(heard).toEqual([{ signal: 'restored' }, { signal: 'lost' }]);
    const late: Invalidation[] = [];
    pair.onInvalidate?.((change) => late.push(change));
    expect(late.at(-1)).toEqual({ signal: 'lost' });
    await recovered();
    expect(heard.at(-1)).toEqual({ signal: 'restored' });
    expect(late.at(-1)).toEqual({ signal: 'restored' });
    deaf?.();
    await pair.set('k', 'w');
    expect(heard.at(-1)).toEqual({ signal: 'restored' });
    expect(late.at(-1)).toEqual({ keys: ['k'] });
    expect(primary).not.toHaveProperty('observes');
  });

  it('vouches for no longer after an outage than it did before, and not at all when that is over', async () => {
    for (const [holdsFor, after] of [
      [10_000, [{ signal: 'restored', holdsFor: 9_500 }]],
      [400, []],
    ] as const) {
      const answering = faultyBackend(inMemoryServer<string>().connect());
      const primary: CapableBackend<string> = {
        ...answering,
        observes: (key) => key.startsWith('seen:'),
        onInvalidate(listener) {
          listener({ signal: 'restored', holdsFor });
          return () => {};
        },
      };
      const pair = failover(primary, inMemoryServer<string>().connect(), { ...silent, errors: 1 });
      expect(pair.observes?.('seen:1')).toBe(true);
      expect(pair.observes?.('other')).toBe(false);
      const heard: Invalidation[] = [];
      pair.onInvalidate?.((change) => heard.push(change));
      answering.faults.always = 'error';
      await pair.get('k');
      answering.faults.always = undefined;
      heard.length = 0;
      await vi.advanceTimersByTimeAsync(500);
      expect(pair.isDegraded).toBe(false);
      expect(heard).toEqual(after);
    }
  });
});

describe('leases of this process', () => {
  it('can be renewed and given back while there is no primary', async () => {
    const { pair, down } = failingWorld({ errors: 1 });
    const theirs = (await pair.acquire?.('theirs', 1_000))?.lease;
    expect(theirs && (await pair.renew?.(theirs, 1_000))).toBe(true);
    down();
    await pair.set('x', 'v');
    expect(theirs && (await pair.renew?.(theirs, 1_000))).toBe(false);
    const lease = (await pair.acquire?.('k', 1_000))?.lease;
    if (lease === undefined) throw new Error('expected a lease');
    expect(await pair.renew?.(lease, 1_000)).toBe(true);
    await pair.release?.(lease);
    expect(await pair.renew?.(lease, 1_000)).toBe(false);
    expect(await pair.set('k', 'v', { lease })).toBe(false);
  });
});
