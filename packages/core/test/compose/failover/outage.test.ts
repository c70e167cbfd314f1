import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Cache, type CacheEvents, type CapableBackend, failover, type Health } from '@cache/core';
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

  it('is over when the primary says of itself that it is well, and not when it only answers', async () => {
    const { down, primary, fallback } = failingWorld();
    let status: Health['status'] = 'down';
    const health = vi.fn(async () => ({ status, details: {} }));
    const pair = failover<string>({ ...primary, health } as CapableBackend<string>, fallback, {
      errors: 1,
      logger: { warn() {} },
    });
    down();
    await pair.set('k', 'v');
    primary.faults.always = undefined;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(health).toHaveBeenCalledTimes(2);
    expect(pair.isDegraded).toBe(true);
    status = 'degraded';
    await vi.advanceTimersByTimeAsync(500);
    expect(pair.isDegraded).toBe(false);
  });

  it('is told of to those who listen, whatever one of them throws', async () => {
    const { pair, down, recovered } = failingWorld({ errors: 1 });
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const mistake = new TypeError('a mistake');
    const heard: string[] = [];
    pair.onOutage(() => {
      throw mistake;
    });
    const deaf = pair.onOutage(({ event }) => heard.push(event));
    down();
    await pair.get('k');
    deaf();
    await recovered();
    expect(heard).toEqual(['error', 'failover']);
    expect(warned).toHaveBeenCalledWith(mistake);
    warned.mockRestore();
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
