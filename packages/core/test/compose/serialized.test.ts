import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Backend,
  Cache,
  type CapableBackend,
  isChecking,
  isLeasing,
  isObserving,
  isReporting,
  isTagging,
  plainJson,
  type Serializer,
  serialized,
  type Wire,
} from '../../src/index.ts';
import { describeBackend, inMemoryServer, manualClock } from '../../src/testing/index.ts';
import { bytesBackend } from '../testing/bytes-backend.ts';

/** Plain JSON whose asynchronous pair is used, each call taking as long as `wait` says. */
function later(wait: () => Promise<unknown> = async () => {}): Serializer<unknown, Wire> {
  return {
    ...plainJson,
    async serializeAsync(value) {
      await wait();
      return plainJson.serialize(value);
    },
    async deserializeAsync(wire) {
      await wait();
      return plainJson.deserialize(wire);
    },
  };
}

describeBackend(
  'a serializer that works off the event loop above bytes that have every capability',
  () => {
    const clock = manualClock();
    const server = inMemoryServer<Wire>({ clock });
    const connect = (): Backend<unknown> => serialized(asBytes(server.connect()), later());
    return { backend: connect(), peer: connect, advance: clock.advance };
  },
  {
    leases: true,
    tags: true,
    observing: true,
    values: [null, undefined, 0, '', false, [], {}, { a: [1, null, 'x'] }],
  },
  { describe, it },
);

describe('a serialized backend', () => {
  it('has the capabilities of what is below, and no others', () => {
    const plain = serialized(bytesBackend(inMemoryServer<Uint8Array>().connect()), plainJson);
    for (const has of [isLeasing, isTagging, isObserving, isReporting, isChecking]) expect(has(plain)).toBe(false);
    const below = Object.assign(asBytes(inMemoryServer<Wire>().connect()), {
      stats: () => 'stats' as never,
      health: () => 'health' as never,
    });
    const capable = serialized(below, plainJson);
    for (const has of [isLeasing, isTagging, isObserving, isReporting, isChecking]) expect(has(capable)).toBe(true);
    expect(capable.stats?.()).toBe('stats');
    expect(capable.health?.()).toBe('health');
    expect(capable.stores).toBe('values');
    expect(capable.name).toBe(below.name);
  });

  it('answers at once when backend and serializer do', () => {
    const backend = serialized(asBytes(inMemoryServer<Wire>().connect()), plainJson);
    expect(backend.set('k', 1)).toBe(true);
    expect(backend.get('k')).toEqual({ hit: true, value: 1 });
    expect(backend.setMany([['l', 2]])).toBeUndefined();
    expect(backend.getMany(['k', 'l'])).toEqual(
      new Map([
        ['k', 1],
        ['l', 2],
      ]),
    );
  });

  it('hands the entry of a granted lease over deserialized, and stores under the lease', async () => {
    const clock = manualClock();
    const backend = serialized(
      asBytes(inMemoryServer<Wire>({ clock }).connect()),
      plainJson,
    ) as CapableBackend<unknown>;
    await backend.set('k', { a: 1 }, { ttl: 10, staleFor: 1_000 });
    clock.advance(20);
    const got = await backend.acquire?.('k', 1_000);
    expect(got?.entry).toMatchObject({ value: { a: 1 }, freshFor: -10 });
    const lease = got?.lease;
    expect(lease).toBeDefined();
    expect(await backend.renew?.(lease as never, 1_000)).toBe(true);
    expect(await backend.set('k', { a: 2 }, { lease })).toBe(true);
    await backend.release?.(lease as never);
    expect(await backend.get('k')).toEqual({ hit: true, value: { a: 2 } });
  });
});

describe('changes of a key, while a value is being serialized off the event loop', () => {
  it('reach the backend in the order they were asked for: a later set, delete, expire or clear is not overtaken', async () => {
    const step = fc.constantFrom('set', 'slowSet', 'setMany', 'delete', 'deleteMany', 'expire', 'clear', 'tags');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), fc.scheduler(), async (steps, scheduler) => {
        const calls: string[] = [];
        const below = asBytes(inMemoryServer<Wire>().connect());
        const log =
          <A extends unknown[], R>(name: string, method: (...args: A) => R) =>
          (...args: A): R => {
            calls.push(name);
            return method(...args);
          };
        const backend = serialized<unknown, Wire>(
          {
            ...below,
            set: log('set', below.set),
            setMany: log('setMany', below.setMany),
            delete: log('delete', below.delete),
            deleteMany: log('deleteMany', below.deleteMany),
            expire: log('expire', below.expire),
            clear: log('clear', below.clear),
            invalidateTags: log('tags', below.invalidateTags),
          } as typeof below,
          later(() => scheduler.schedule(Promise.resolve())),
        );
        const run: Record<string, () => unknown> = {
          set: () => backend.set('k', 1),
          slowSet: () => backend.set('k', 'x'),
          setMany: () =>
            backend.setMany([
              ['k', 2],
              ['other', 3],
            ]),
          delete: () => backend.delete('k'),
          deleteMany: () => backend.deleteMany(['other', 'k']),
          expire: () => backend.expire('k', 5),
          clear: () => backend.clear(),
          tags: () => backend.invalidateTags?.(['t']),
        };
        const done = Promise.all(steps.map((each) => run[each]?.()));
        await scheduler.waitFor(done);
        expect(calls).toEqual(steps.map((each) => (each === 'slowSet' ? 'set' : each)));
      }),
      { numRuns: 300 },
    );
  });

  it('a delete after a set that is not awaited wins', async () => {
    const cache = new Cache<unknown>({
      backend: asBytes(inMemoryServer<Wire>().connect()),
      serializer: later(() => sleep(2)),
    });
    const [stored, removed] = await Promise.all([cache.set('k', 'big'), cache.delete('k')]);
    expect([stored, removed]).toEqual([true, true]);
    expect(await cache.has('k')).toBe(false);
  });

  it('a set that the serializer refuses holds nothing up', async () => {
    const backend = serialized(asBytes(inMemoryServer<Wire>().connect()), later());
    const refused = Promise.resolve(backend.set('k', () => {})).catch((error: unknown) => error);
    const stored = backend.set('k', 1);
    expect(await refused).toMatchObject({ code: 'SERIALIZATION', key: 'k' });
    expect(await stored).toBe(true);
    expect(await backend.get('k')).toEqual({ hit: true, value: 1 });
  });
});

/** The same store, said to hold bytes. */
function asBytes<B extends Backend<Wire>>(backend: B): B {
  return Object.assign(backend, { stores: 'bytes' as const });
}

it('bytes that cannot be read off the event loop are an error that names their key, and in bulk all such keys', async () => {
  const below = asBytes(inMemoryServer<Wire>().connect());
  const backend = serialized<unknown, Wire>(below, later());
  for (const key of ['a', 'b']) below.set(key, '{');
  below.set('c', '1');
  await expect(backend.get('a')).rejects.toMatchObject({ code: 'SERIALIZATION', key: 'a' });
  await expect(backend.getEntries(['a', 'b', 'c'])).rejects.toMatchObject({ code: 'SERIALIZATION', keys: ['a', 'b'] });
});
