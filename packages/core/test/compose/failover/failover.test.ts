import {
  CacheConfigError,
  CacheConnectionError,
  type CapableBackend,
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

  it('are both closed: one that fails is told of, both failing is an error (R20)', async () => {
    const close = new CacheConnectionError('close: expected an answer, got none');
    const sides = [1, 2].map(() => inMemoryServer<string>().connect());
    const closing = (fails: readonly boolean[]) => {
      const warnings: string[] = [];
      const closed: number[] = [];
      const [one, other] = sides.map(
        (side, index): CapableBackend<string> => ({
          ...side,
          async close() {
            closed.push(index);
            if (fails[index]) throw close;
          },
        }),
      ) as [CapableBackend<string>, CapableBackend<string>];
      const pair = failover<string>(one, other, { logger: { warn: (line) => void warnings.push(line) } });
      const errors: unknown[] = [];
      pair.onOutage((outage) => outage.event === 'error' && errors.push(outage.error));
      return { pair, warnings, closed, errors };
    };

    const first = closing([true, false]);
    await first.pair.close();
    expect(first.closed).toEqual([1, 0]);
    expect(first.warnings).toEqual([
      'Primary cache failed to close, using fallback only: CONNECTION, close: expected an answer, got none',
    ]);
    expect(first.errors).toEqual([close]);

    const second = closing([false, true]);
    await second.pair.close();
    expect(second.closed).toEqual([1, 0]);
    expect(second.warnings).toEqual([
      'Fallback cache failed to close, going on without it: CONNECTION, close: expected an answer, got none',
    ]);

    const both = closing([true, true]);
    await expect(async () => both.pair.close()).rejects.toBe(close);
    expect(both.closed).toEqual([1, 0]);
    expect(both.warnings).toHaveLength(2);
  });

  it('are both closed whatever the first one throws, and that is told of', async () => {
    const mistake = new TypeError('a mistake');
    const [primary, fallback] = [inMemoryServer<string>().connect(), inMemoryServer<string>().connect()];
    const closed = vi.spyOn(primary, 'close');
    const warnings: string[] = [];
    const fails = () => {
      throw mistake;
    };
    for (const close of [fails, async () => fails()]) {
      const pair = failover<string>(
        primary,
        { ...fallback, close },
        { logger: { warn: (line) => warnings.push(line) } },
      );
      await pair.close();
      expect(closed).toHaveBeenCalledTimes(1);
      expect(warnings.splice(0)).toEqual([
        'Fallback cache failed to close, going on without it: CONNECTION, close: expected in-memory server to close, got its cause',
      ]);
      closed.mockClear();
      const neither = failover<string>({ ...primary, close }, { ...fallback, close }, { logger: { warn() {} } });
      await expect(async () => neither.close()).rejects.toMatchObject({ code: 'CONNECTION', cause: mistake });
    }
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
