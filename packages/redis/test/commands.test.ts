import { randomUUID } from 'node:crypto';
import { type RedisServer, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RedisBackend, redisBackend } from '../src/index.ts';

let server: RedisServer;
let admin: Redis;
let backend: RedisBackend;
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis({ ...server.address });
  backend = redisBackend({ url: server.url });
  await backend.start();
});
beforeEach(async () => {
  await admin.flushall();
  await admin.config('RESETSTAT');
});
afterAll(async () => {
  admin.disconnect();
  await backend.close();
  await server.stop();
});

/** The commands clients sent while `operation` ran; those inside scripts and heartbeats left out. */
async function sentBy(operation: () => unknown): Promise<Record<string, number>> {
  const monitor = await admin.duplicate().monitor();
  const sent: Record<string, number> = {};
  const end = randomUUID();
  const ended = new Promise<void>((resolve) => {
    monitor.on('monitor', (_time: string, [name = '', ...args]: string[], source: string) => {
      if (args[0] === end) resolve();
      else if (source !== 'lua' && name.toLowerCase() !== 'ping')
        sent[name.toLowerCase()] = (sent[name.toLowerCase()] ?? 0) + 1;
    });
  });
  await operation();
  await admin.echo(end);
  await ended;
  monitor.disconnect();
  return sent;
}

describe('each operation is one command', () => {
  it('a hit is a plain GET, a set with a TTL a plain SET PX, exact to the millisecond (D5, D34, C16)', async () => {
    expect(await sentBy(() => backend.set('k', 'v', { ttl: 9_500 }))).toEqual({ set: 1 });
    expect(await sentBy(() => backend.get('k'))).toEqual({ get: 1 });
    expect(await sentBy(() => backend.get('none'))).toEqual({ get: 1 });
    expect(await sentBy(() => backend.set('k2', 'v', { ifNotExists: true, ttl: 500 }))).toEqual({ set: 1 });
    const left = await admin.pttl('k');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(9_500); // not 10 s
  });

  it('has, ttl, getEntry, delete and expire are one script each', async () => {
    await backend.set('k', 'v', { ttl: 60_000 });
    for (const operation of [
      () => backend.has('k'),
      () => backend.ttl('k'),
      () => backend.getEntry('k'),
      () => backend.expire('k', 60_000),
      () => backend.delete('k'),
    ]) {
      await operation(); // the first time, the server is sent the text
      expect(await sentBy(operation)).toEqual({ evalsha: 1 });
    }
  });

  it('a frame with a window is read by one GET where the clock says enough', async () => {
    await backend.set('w', 'v', { ttl: 60_000, staleFor: 60_000 });
    await backend.get('w'); // the first time, the server is asked for its clock
    await expect.poll(() => sentBy(() => backend.get('w'))).toEqual({ get: 1 });
  });

  it('an entry known to carry tags is read in one round trip, whatever their number', async () => {
    const tags = Array.from({ length: 20 }, (_, i) => `tag${i}`);
    await backend.set('t', 'v', { ttl: 60_000, tags });
    expect(await sentBy(() => backend.get('t'))).toEqual({ get: 1, mget: 1 }); // two trips, the first time
    await backend.get('t');
    expect(await sentBy(() => backend.get('t'))).toEqual({ evalsha: 1 });
    await backend.invalidateTags(tags);
    expect(await sentBy(() => backend.invalidateTags(tags))).toEqual({ evalsha: 1 });
    expect(await admin.keys('\0{tags}:*')).toEqual([]); // nothing is left of them but a line in the log
  });

  it('tags keep no index: an entry set again has left its old ones, and what a tag leaves has an end (K12, D14, R17)', async () => {
    const entry = async (): Promise<string | undefined> => {
      const found = await backend.get('k');
      return found.hit ? String(found.value) : undefined;
    };
    await backend.set('k', 'old', { ttl: 60_000, tags: ['left', 'kept'] });
    await backend.set('k', 'new', { ttl: 60_000, tags: ['kept'] });
    // It cannot count what it does not list, and says so rather than count keys of its own.
    expect(await backend.invalidateTags(['left'])).toBeUndefined();
    expect(await entry()).toBe('new');
    await backend.invalidateTags(['kept']);
    expect(await entry()).toBeUndefined();
    await backend.set('k', 'brief', { ttl: 40, tags: ['brief'] });
    expect(await admin.keys('\0{tags}:*')).toEqual(['\0{tags}:brief']);
    expect(await admin.pttl('\0{tags}:brief')).toBeGreaterThan(40);
  });

  it('empty input sends nothing, and no invalidation is counted (K12, D23)', async () => {
    const before = backend.stats().tagInvalidations;
    const sent = await sentBy(async () => {
      expect(await backend.getMany([])).toEqual(new Map());
      expect(await backend.getEntries([])).toEqual(new Map());
      expect(await backend.deleteMany([])).toBe(0);
      await backend.setMany([]);
      expect(await backend.invalidateTags([])).toBe(0);
    });
    expect(backend.stats().tagInvalidations).toBe(before);
    expect(sent).toEqual({});
  });

  it('bulk operations are few commands, and setMany gives every entry its TTL (D19, D24)', async () => {
    const keys = Array.from({ length: 100 }, (_, i) => `many${i}`);
    const pairs = keys.map((key) => [key, `value of ${key}`] as const);
    expect(await sentBy(() => backend.setMany(pairs, { ttl: 60_000 }))).toEqual({ set: 100 });
    for (const key of keys) expect(await admin.pttl(key)).toBeGreaterThan(0);
    const found = new Map<string, unknown>();
    expect(await sentBy(async () => found.set('all', await backend.getMany(keys)))).toEqual({ mget: 1 });
    expect([...(found.get('all') as Map<string, unknown>).keys()]).toEqual(keys);
    await backend.deleteMany(['none']);
    expect(await sentBy(() => backend.deleteMany(keys))).toEqual({ evalsha: 1 });
  });

  it('a bulk write of which one entry is refused says which', async () => {
    await admin.config('SET', 'maxmemory', 1);
    const error = await Promise.resolve(backend.setMany([['refused', 'x']])).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    await admin.config('SET', 'maxmemory', 0);
    expect(error).toMatchObject({ code: 'OOM', key: 'refused' });
  });

  it('clear of 10,000 keys scans in batches, unlinks, and leaves what is not of the prefix (K9, R18, D15, D16, D17)', async () => {
    const mine = Array.from({ length: 10_000 }, (_, i) => [`a*[b]?\\${i}`, 'x'] as const);
    await backend.setMany(mine);
    await admin.mset('a*b', 1, 'axb?y', 2, 'ab', 3, 'a*[b]?', 4);
    const sent = await sentBy(() => backend.clear('a*[b]?\\'));
    expect(sent.scan).toBeGreaterThanOrEqual(10);
    expect(Object.keys(sent).sort()).toEqual(['publish', 'scan', 'unlink']);
    expect((await admin.keys('*')).sort()).toEqual(['a*[b]?', 'a*b', 'ab', 'axb?y']);
    await expect(backend.clear()).rejects.toMatchObject({ name: 'CacheConfigError' });
    await backend.clear('a*[b]?\\'); // again: nothing, and no error
  });
});
