import { CacheConfigError, type FailoverOptions, failover } from '@cache/core';
import { faultyBackend, inMemoryServer } from '@cache/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failingWorld } from './failing-world.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
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

  it('is cleared beside what the prefix covers where that was not all of it', async () => {
    const { pair, peer, outages, down, recovered } = failingWorld({ maxJournalEntries: 4, prefix: 'app:' });
    const keys = ['app:1', 'app:2', 'own:1', 'own:2', 'app:3', 'app:4'];
    for (const key of [...keys, 'app:other', 'kept:1']) peer.set(key, 'old');
    down();
    for (const key of keys) await pair.set(key, 'new');
    expect(outages).toContainEqual(expect.objectContaining({ event: 'journalOverflow', prefixes: ['app:', 'own:'] }));
    await recovered();
    expect([...peer.keys()]).toEqual(['kept:1']);
    for (const key of keys) expect(await pair.get(key)).toEqual({ hit: false });
  });

  it('is remembered by its tags when it is the keys that are too many', async () => {
    const { cache, peer, outages, down, recovered } = failingWorld({ maxJournalEntries: 10 });
    peer.set('tagged', 'old', { tags: ['t'] });
    peer.set('other', 'kept');
    down();
    await cache.invalidateTags(['t']);
    for (let i = 0; i < 30; i++) await cache.set(`users:${i}`, 'new');
    expect(outages).toContainEqual(expect.objectContaining({ event: 'journalOverflow', prefixes: ['users:'] }));
    await recovered();
    expect([...peer.keys()]).toEqual(['other']);
  });

  it('overflows once by the changes that are remembered, however many writes were given up and may still come', async () => {
    const { pair, peer, primary, outages, recovered } = failingWorld({
      maxJournalEntries: 10,
      slowAfter: 100,
      errors: 1,
    });
    for (let i = 0; i < 30; i++) peer.set(`users:${i}`, 'old');
    primary.faults.always = 'hang';
    const writing = Array.from({ length: 30 }, (_, i) => pair.set(`users:${i}`, 'given up'));
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all(writing);
    const overflows = () => outages.filter(({ event }) => event === 'journalOverflow');
    expect(overflows()).toEqual([]);
    for (let i = 0; i < 30; i++) await pair.set(`orders:${i}`, 'alone');
    for (let i = 0; i < 30; i++) await pair.set(`users:${i}`, 'again');
    expect(overflows()).toHaveLength(1);
    primary.faults.resume();
    await recovered();
    expect(pair.isDegraded).toBe(false);
    expect([...peer.keys()]).toEqual([]);
    expect(overflows()).toHaveLength(1);
  });

  it('overflows once where what is cleared instead is itself more than is remembered', async () => {
    for (const bound of [{ maxJournalEntries: 2 }, { maxJournalBytes: 1, prefix: '' }, { maxJournalBytes: 1 }]) {
      const { pair, peer, outages, down, recovered } = failingWorld(bound);
      down();
      await Promise.all(['a:1', 'b:1', 'c:1', 'a:1', 'b:1', 'c:1'].map((key) => pair.set(key, 'v')));
      const told = outages.filter(({ event }) => event === 'journalOverflow').length;
      expect(told).toBeLessThanOrEqual(3);
      for (const key of ['a:1', 'b:1', 'c:1']) await pair.set(key, 'w');
      expect(outages.filter(({ event }) => event === 'journalOverflow')).toHaveLength(told);
      await recovered();
      expect([...peer.keys()]).toEqual([]);
    }
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

  it('is restored again where a new outage interrupts that, and not what was changed meanwhile', async () => {
    const { pair, peer, primary, fallback, down } = failingWorld({ reconcile: 'restore', errors: 1 });
    down();
    await pair.set('k', 'ours');
    await pair.set('changed', 'ours');
    primary.faults.always = undefined;
    primary.faults.script('set', 'error', 'error');
    await vi.advanceTimersByTimeAsync(500);
    expect(pair.isDegraded).toBe(true);
    const { getEntries } = fallback;
    fallback.getEntries = (keys) => {
      fallback.getEntries = getEntries;
      const entries = getEntries(keys);
      pair.delete('changed');
      return entries;
    };
    await vi.advanceTimersByTimeAsync(1_000);
    expect(pair.isDegraded).toBe(false);
    expect([...peer.keys()]).toEqual(['k']);
    expect(await pair.get('changed')).toEqual({ hit: false });
  });

  it('is not cut apart within a character when it is cleared by what it begins with', async () => {
    const { pair, outages, down } = failingWorld({ maxJournalEntries: 2 });
    down();
    for (const key of ['k\u{1F600}', 'k\u{1F601}', 'k\u{1F602}']) await pair.set(key, 'v');
    expect(outages).toContainEqual(expect.objectContaining({ event: 'journalOverflow', prefixes: ['k'] }));
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

describe('a primary that does not clear everything', () => {
  /** As Redis by default. */
  function refusing(options: FailoverOptions) {
    const server = inMemoryServer<string>();
    const peer = server.connect();
    const primary = faultyBackend(server.connect());
    const clear = async (prefix = ''): Promise<void> => {
      if (prefix === '') throw new CacheConfigError('clear: expected a prefix, got none');
      return peer.clear(prefix);
    };
    const warnings: string[] = [];
    const pair = failover<string>({ ...primary, clearsAll: false, clear }, inMemoryServer<string>().connect(), {
      errors: 1,
      maxJournalEntries: 2,
      logger: { warn: (line) => void warnings.push(line) },
      ...options,
    });
    return { pair, peer, primary, warnings };
  }

  it('refuses to clear everything also while it is away, rather than never to be asked again', async () => {
    const { pair, primary } = refusing({});
    expect(pair.clearsAll).toBe(false);
    await pair.set('k', 'v');
    for (const fault of [undefined, 'error'] as const) {
      primary.faults.always = fault;
      expect(await pair.get('k')).toEqual({ hit: true, value: 'v' });
      await expect(async () => pair.clear()).rejects.toThrow(CacheConfigError);
    }
    expect(pair.isDegraded).toBe(true);
    primary.faults.always = undefined;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(pair.isDegraded).toBe(false);
  });

  it('is not asked again after an overflow that only that would settle: said at once, with what to do, and no more than once more', async () => {
    const { pair, peer, primary, warnings } = refusing({});
    for (const key of ['a', 'b', 'c']) peer.set(key, 'old');
    primary.faults.always = 'error';
    for (const key of ['a', 'b', 'c']) await pair.set(key, 'new');
    expect(warnings[1]).toBe(
      'failover: expected changes to remember or a prefix in common, got neither: in-memory server is not asked again, as in-memory server does not clear everything; give failover a prefix',
    );
    primary.faults.always = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pair.isDegraded).toBe(true);
    expect(await pair.get('a')).toEqual({ hit: true, value: 'new' });
    expect(warnings).toHaveLength(3);
    expect(warnings[2]).toMatch(/^failover cannot reconcile .*expected a prefix, got none/);
  });

  it('is asked again after an overflow of tags where it was given the prefix', async () => {
    const { pair, peer, primary, warnings } = refusing({ prefix: 'app:' });
    for (const key of ['app:1', 'other:1']) peer.set(key, 'old', { tags: [`tag of ${key}`] });
    primary.faults.always = 'error';
    for (const tag of ['app:1', 'app:2', 'app:3']) await pair.invalidateTags?.([`tag of ${tag}`]);
    primary.faults.always = undefined;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(pair.isDegraded).toBe(false);
    expect([...peer.keys()]).toEqual(['other:1']);
    expect(warnings).toHaveLength(1);
  });
});
