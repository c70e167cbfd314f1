import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  Cache,
  CacheConfigError,
  CacheConnectionError,
  type CacheEvents,
  failover,
  type SyncBackend,
  SyncCache,
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

describe('an outage', () => {
  it('is warned of once, in words that say what is done instead, and told of with durations and counts (P9)', async () => {
    const { cache, pair, warnings, outages, down, recovered } = failingWorld({ errors: 2 });
    const heard: unknown[] = [];
    for (const event of ['failover', 'recover'] as const) cache.on(event, (payload) => heard.push([event, payload]));
    const published: unknown[] = [];
    const publish = (payload: unknown): unknown => published.push(payload);
    subscribe('cache:failover', publish);
    down();
    await cache.get('k');
    expect(pair.isDegraded).toBe(false);
    expect(warnings).toEqual([
      "Primary cache failed for GET 'k', falling back: CONNECTION, get: expected an answer, got a fault made for a test",
    ]);
    await cache.set('k', 'v');
    await cache.set('l', 'v');
    expect(pair.isDegraded).toBe(true);
    await vi.advanceTimersByTimeAsync(2_000);
    await recovered();
    unsubscribe('cache:failover', publish);
    expect(pair.isDegraded).toBe(false);
    expect(warnings).toHaveLength(1);
    expect(outages.map(({ event }) => event)).toEqual(['error', 'error', 'failover', 'recover']);
    expect(outages.at(-1)).toEqual({
      event: 'recover',
      primary: 'in-memory server',
      fallback: 'in-memory server',
      durationMs: 2_500,
      reconciled: 2,
    });
    const origin = { cache: cache.name, tier: pair.name, primary: 'in-memory server', fallback: 'in-memory server' };
    expect(heard).toEqual([
      ['failover', { ...origin, error: expect.objectContaining({ code: 'CONNECTION' }) }],
      ['recover', { ...origin, durationMs: 2_500, reconciled: 2 }],
    ]);
    expect(published).toHaveLength(1);
    down();
    await cache.delete('k');
    expect(warnings[1]).toMatch(/^Primary cache failed for DELETE 'k', using fallback only: CONNECTION/);
  });

  it('is an error event for each failure of the primary, about own keys only, and never while the circuit is open', async () => {
    const { pair, down } = failingWorld({ errors: 2 });
    const [mine, other] = ['mine:', 'other:'].map((prefix) => new Cache<string>({ backend: pair, prefix })) as [
      Cache<string>,
      Cache<string>,
    ];
    const heard: CacheEvents['error'][] = [];
    mine.on('error', (event) => heard.push(event));
    down();
    await mine.get('k');
    for (let i = 0; i < 5; i++) await other.get('k');
    expect(heard).toMatchObject([{ cache: 'mine', operation: 'get', swallowed: true, error: { code: 'CONNECTION' } }]);
  });

  it('opens the circuit by the share of failures too, and by nothing less', async () => {
    const { cache, primary, pair } = failingWorld({ errors: 1_000, errorRate: 0.5 });
    for (let i = 0; i < 40; i++) {
      primary.faults.script('get', i % 4 === 0 ? 'error' : 'none');
      await cache.get('k');
    }
    expect(pair.isDegraded).toBe(false);
    for (let i = 0; i < 60 && !pair.isDegraded; i++) {
      primary.faults.script('get', i % 4 === 0 ? 'none' : 'error');
      await cache.get('k');
    }
    expect(pair.isDegraded).toBe(true);
  });

  it('is probed at most once in 500 ms, by one call', async () => {
    const { cache, primary, down } = failingWorld({ errors: 1 });
    down();
    await cache.set('k', 'v');
    const asked = vi.spyOn(primary, 'ttl');
    await vi.advanceTimersByTimeAsync(2_100);
    expect(asked).toHaveBeenCalledTimes(4);
    primary.faults.always = 'hang';
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveBeenCalledTimes(5);
    expect(await cache.get('k')).toBe('v');
  });

  it('begins with what is slow, where that was asked for', async () => {
    const { cache, primary, peer, pair, recovered } = failingWorld({ slowAfter: 100, errors: 1 });
    await cache.set('k', 'old');
    primary.faults.always = 'hang';
    const written = cache.set('k', 'new');
    await vi.advanceTimersByTimeAsync(100);
    expect(await written).toBe(true);
    expect(pair.isDegraded).toBe(true);
    primary.faults.always = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    // The write is still on its way: its key is not trusted before it has come.
    expect(await cache.get('k')).toBe('new');
    expect(peer.get('k')).toEqual({ hit: true, value: 'old' });
    primary.faults.resume();
    await recovered();
    expect(peer.get('k')).toEqual({ hit: false });
    expect(await cache.get('k')).toBeUndefined();
  });

  it('keeps writes that failed from coming late, for as long as they may', async () => {
    const { cache, primary, peer, recovered } = failingWorld({ lateWrites: '5s' });
    primary.faults.script('set', 'error');
    await cache.set('k', 'late');
    await recovered();
    peer.set('k', 'late'); // it has come
    await cache.set('k', 'newer');
    expect(await cache.get('k')).toBe('newer');
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await cache.get('k')).not.toBe('late');
    expect(peer.get('k')).toEqual({ hit: false });
  });
});

describe('what was changed meanwhile', () => {
  it('is removed, so that nothing older than what another process wrote is put over it', async () => {
    const { cache, peer, down, recovered } = failingWorld();
    down();
    await cache.set('k', 'ours');
    peer.set('k', 'theirs');
    await recovered();
    expect(peer.get('k')).toEqual({ hit: false });
  });

  it("is restored with reconcile: 'restore', with what is left of its time, unless another process wrote since", async () => {
    const { cache, peer, primary, fallback, down } = failingWorld({ reconcile: 'restore' });
    await cache.set('k', 'before');
    down();
    await cache.set('k', 'ours', { ttl: '1m', tags: ['t'] });
    await cache.set('contested', 'ours');
    await cache.set('gone', 'ours', { ttl: 100 });
    primary.faults.always = undefined;
    const set = primary.set;
    // Another process writes between the removal and the restoring.
    primary.set = (key, value, how) => {
      if (key === 'contested') peer.set('contested', 'theirs');
      return set(key, value, how);
    };
    await vi.advanceTimersByTimeAsync(1_000);
    expect(peer.getEntry('k')).toMatchObject({ value: 'ours', tags: ['t'] });
    expect(peer.ttl('k')).toBeLessThan(60_000);
    expect(peer.get('contested')).toEqual({ hit: true, value: 'theirs' });
    expect(fallback.get('contested')).toEqual({ hit: false });
    expect(peer.has('gone')).toBe(false);
  });

  it('is forgotten by the fallback too: a second outage does not serve the first one’s values', async () => {
    for (const mirror of ['always', 'errors-only'] as const) {
      const { cache, fallback, down, recovered } = failingWorld({ mirror });
      await cache.set('before', 'v');
      expect(fallback.has('before')).toBe(mirror === 'always');
      down();
      await cache.set('k', 'v');
      expect(await cache.get('k')).toBe('v');
      await recovered();
      down();
      expect(await cache.get('k')).toBeUndefined();
    }
  });

  it('is cleared by what it begins with when it is more than is remembered', async () => {
    const { pair, peer, outages, down, recovered } = failingWorld({ maxJournalEntries: 10 });
    for (let i = 0; i < 30; i++) peer.set(`users:eu:${i}`, 'old');
    peer.set('users:us:1', 'kept');
    peer.set('other', 'kept');
    down();
    for (let i = 0; i < 30; i++) await pair.set(`users:eu:${i}`, 'new');
    const overflow = outages.find(({ event }) => event === 'journalOverflow');
    expect(overflow).toMatchObject({ entries: 11, prefixes: ['users:eu:'] });
    expect(await pair.get('users:eu:29')).toEqual({ hit: true, value: 'new' });
    await recovered();
    expect([...peer.keys()].sort()).toEqual(['other', 'users:us:1']);
    expect(pair.isDegraded).toBe(false);
  });

  it('is reconciled again where a new outage interrupts it', async () => {
    const { pair, peer, primary, down } = failingWorld();
    for (let i = 0; i < 1_200; i++) peer.set(`k${i}`, 'old');
    down();
    for (let i = 0; i < 1_200; i++) await pair.set(`k${i}`, 'new');
    primary.faults.always = undefined;
    primary.faults.script('deleteMany', 'none', 'lostReply');
    await vi.advanceTimersByTimeAsync(500);
    expect(pair.isDegraded).toBe(true);
    expect([...peer.keys()]).toHaveLength(200);
    await vi.advanceTimersByTimeAsync(500);
    expect(pair.isDegraded).toBe(false);
    expect([...peer.keys()]).toEqual([]);
  });

  it('lives in the fallback no longer than fallbackTtl, its stale window included', async () => {
    const { pair, fallback, down } = failingWorld({ fallbackTtl: '1m' });
    await pair.set('long', 'v', { ttl: 3_600_000, staleFor: 1_000 });
    await pair.set('never', 'v');
    await pair.set('short', 'v', { ttl: 59_000, staleFor: 5_000 });
    expect(fallback.getEntry('long')).toMatchObject({ freshFor: 60_000, expiresIn: 60_000 });
    expect(fallback.getEntry('never')).toMatchObject({ freshFor: 60_000, expiresIn: 60_000 });
    expect(fallback.getEntry('short')).toMatchObject({ freshFor: 59_000, expiresIn: 60_000 });
    down();
    await pair.expire('short', null);
    expect(fallback.ttl('short')).toBe(60_000);
  });
});

describe('leases', () => {
  it('are local while the primary is away, and what was loaded under one is never written to it', async () => {
    const { pair, peer, down, recovered } = failingWorld({ errors: 1 });
    down();
    const loaded = await pair.acquire?.('k', 1_000);
    expect(loaded?.lease).toBeDefined();
    const kept = await pair.acquire?.('kept', 1_000);
    expect(await pair.set('kept', 'v', { lease: kept?.lease })).toBe(true);
    expect(await pair.set('kept', 'again', { lease: kept?.lease })).toBe(false);
    const broken = await pair.acquire?.('broken', 1_000);
    await pair.delete('broken');
    expect(await pair.set('broken', 'v', { lease: broken?.lease })).toBe(false);
    await recovered();
    expect(await pair.set('k', 'loaded', { lease: loaded?.lease })).toBe(false);
    expect(peer.has('k')).toBe(false);
    expect(await pair.get('k')).toEqual({ hit: false });
  });

  it('of the primary are worth nothing without it', async () => {
    const { pair, fallback, down } = failingWorld({ errors: 1 });
    const got = await pair.acquire?.('k', 10_000);
    down();
    expect(await pair.set('k', 'loaded', { lease: got?.lease })).toBe(false);
    expect(fallback.has('k')).toBe(false);
  });

  it('or not, there is one load of a key in the process', async () => {
    const { cache, down } = failingWorld({ errors: 1 });
    down();
    const loader = vi.fn(async () => 'loaded');
    const all = await Promise.all(Array.from({ length: 50 }, () => cache.getOrSet('k', loader)));
    expect(new Set(all)).toEqual(new Set(['loaded']));
    expect(loader).toHaveBeenCalledTimes(1);
    expect(await cache.get('k')).toBe('loaded');
  });
});

describe('the two sides', () => {
  it('are both started: one that fails is warned of, both failing is an error (R20)', async () => {
    const { pair, primary, warnings, down, recovered } = failingWorld();
    down();
    await pair.start();
    expect(warnings[0]).toMatch(/^Primary cache failed to start, using fallback only: CONNECTION/);
    expect(pair.isDegraded).toBe(true);
    const started = vi.spyOn(primary, 'start');
    await recovered();
    expect(started).toHaveBeenCalled();
    expect(pair.isDegraded).toBe(false);

    const [one, other] = [faultyBackend(inMemoryServer().connect()), faultyBackend(inMemoryServer().connect())];
    one.faults.always = other.faults.always = 'error';
    const neither = failover(one, other, { logger: { warn() {} } });
    await expect(async () => neither.start()).rejects.toMatchObject({ code: 'CONNECTION' });
    await expect(async () => neither.get('k')).rejects.toThrow(
      /expected in-memory server or in-memory server to answer/,
    );
  });

  it('can both fail: then the caller is told, and neither answers with what it missed', async () => {
    const server = inMemoryServer<string>();
    const [primary, fallback] = [faultyBackend(server.connect()), faultyBackend(inMemoryServer<string>().connect())];
    const pair = failover<string>(primary, fallback, { logger: { warn() {} } });
    await pair.set('k', 'old');
    fallback.faults.always = 'error';
    await pair.set('k', 'new');
    primary.faults.always = 'error';
    await expect(async () => pair.set('k', 'never')).rejects.toMatchObject({ code: 'CONNECTION' });
    fallback.faults.always = undefined;
    expect(await pair.get('k')).toEqual({ hit: false });
  });

  it('are told of by health and statistics', async () => {
    const { pair, cache, down } = failingWorld({ errors: 1 });
    expect(await cache.health()).toMatchObject({ status: 'up', details: { circuit: 'closed', journal: 0 } });
    down();
    await cache.set('k', 'v');
    expect(await cache.health()).toMatchObject({
      status: 'degraded',
      details: { circuit: 'open', journal: 1, primary: { status: 'down' }, fallback: { status: 'up' } },
    });
    expect(pair.stats?.()).toMatchObject({ type: 'failover', parts: {} });
  });

  it('may be two of three', async () => {
    const backends = [1, 2, 3].map(() => faultyBackend(inMemoryServer<string>().connect()));
    const [a, b, c] = backends as [(typeof backends)[0], (typeof backends)[0], (typeof backends)[0]];
    const options = { errors: 1, logger: { warn() {} } };
    const pair = failover<string>(a, failover<string>(b, c, options), options);
    await pair.set('k', 'v');
    a.faults.always = 'error';
    expect(await pair.get('k')).toEqual({ hit: true, value: 'v' });
    b.faults.always = 'error';
    expect(await pair.get('k')).toEqual({ hit: true, value: 'v' });
    await pair.set('k', 'w');
    expect(await c.get('k')).toEqual({ hit: true, value: 'w' });
    a.faults.always = b.faults.always = undefined;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(pair.isDegraded).toBe(false);
    expect(await pair.get('k')).toEqual({ hit: false });
    await pair.set('k', 'x');
    for (const one of backends) expect(await one.get('k')).toEqual({ hit: true, value: 'x' });
  });

  it('answer at once where both do, also while one fails', async () => {
    const server = inMemoryServer<string>().connect();
    let fails = false;
    const primary: SyncBackend<string> = {
      ...server,
      get(key) {
        if (fails) throw new CacheConnectionError('get: expected an answer, got none');
        return server.get(key);
      },
    };
    const cache = new SyncCache<string>({
      backend: failover<string>(primary, inMemoryServer<string>().connect(), { errors: 1, logger: { warn() {} } }),
    });
    cache.set('k', 'v');
    fails = true;
    expect(cache.get('k')).toBe('v');
    expect(cache.getOrSet('l', () => 'loaded')).toBe('loaded');
  });

  it('must be of one kind', () => {
    const bytes = { ...inMemoryServer().connect(), stores: 'bytes' as const };
    expect(() => failover(inMemoryServer().connect(), bytes)).toThrow(CacheConfigError);
    expect(() => failover(inMemoryServer().connect(), inMemoryServer().connect(), { error: 3 } as never)).toThrow(
      /expected one of errors,/,
    );
    expect(() => failover(inMemoryServer().connect(), inMemoryServer().connect(), { errors: 0 })).toThrow(
      'failover errors: expected a whole number (at least 1), got 0',
    );
  });
});
