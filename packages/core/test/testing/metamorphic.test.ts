import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Backend, plainJson, serialized, type Wire } from '../../src/index.ts';
import { inMemoryServer, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { same } from '../../src/testing/same.ts';
import { mapBackend } from '../compose/map-backend.ts';
import { bytesBackend } from './bytes-backend.ts';

const makers: Readonly<Record<string, (clock: ManualClock) => Backend<unknown>>> = {
  'the in-memory server': (clock) => inMemoryServer({ clock }).connect(),
  'a Map': (clock) => mapBackend(clock),
  'plain JSON above bytes': (clock) =>
    serialized<unknown, Wire>(bytesBackend(inMemoryServer<Uint8Array>({ clock }).connect()), plainJson),
};

const key = fc.oneof(fc.constantFrom('a', 'a:b', '__proto__', '*'), fc.string({ minLength: 1 }));
// What plain JSON carries: of its own making, so without -0.
const value = fc.json({ maxDepth: 2 }).map((text): unknown => JSON.parse(JSON.stringify(JSON.parse(text))));
const ttl = fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 2 ** 40 }));
const pairs = fc.array(fc.tuple(key, value));
const options = fc.record({ ttl, staleFor: fc.nat(1_000) });

describe.each(Object.entries(makers))('on %s', (_, make) => {
  const holds = <T extends unknown[]>(
    arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
    property: (backend: Backend<unknown>, clock: ManualClock, ...generated: T) => Promise<boolean>,
  ): Promise<void> =>
    fc.assert(
      fc.asyncProperty(fc.tuple<T>(...arbitraries), (generated) => {
        const clock = manualClock(1_000);
        return property(make(clock), clock, ...generated);
      }),
    );

  it('getMany is get of each key', () =>
    holds([pairs, fc.array(key)], async (backend, _clock, written, asked) => {
      for (const [one, what] of written) await backend.set(one, what);
      const keys = [...asked, ...written.map(([one]) => one)];
      const one = new Map<string, unknown>();
      for (const single of keys) {
        const found = await backend.get(single);
        if (found.hit) one.set(single, found.value);
      }
      return same([...(await backend.getMany(keys))], [...one]);
    }));

  it('setMany is set of each pair, in order', () =>
    holds([pairs, options], async (backend, clock, written, how) => {
      const other = make(clock);
      await backend.setMany(written, how);
      for (const [one, what] of written) await other.set(one, what, how);
      const keys = written.map(([one]) => one);
      return same([...(await backend.getEntries(keys))], [...(await other.getEntries(keys))]);
    }));

  it('deleteMany is delete of each key', () =>
    holds([pairs, fc.array(key)], async (backend, clock, written, doomed) => {
      const other = make(clock);
      for (const each of [backend, other]) await each.setMany(written);
      const keys = [...doomed, ...written.slice(1).map(([one]) => one)];
      let removed = 0;
      for (const one of keys) if (await other.delete(one)) removed++;
      const left = (each: Backend<unknown>) => each.getMany(written.map(([one]) => one));
      return (await backend.deleteMany(keys)) === removed && same([...(await left(backend))], [...(await left(other))]);
    }));

  it('what was set is there, and set twice is set once', () =>
    holds([key, value, options], async (backend, _clock, one, what, how) => {
      await backend.set(one, what, how);
      const first = await backend.getEntry(one);
      await backend.set(one, what, how);
      return (await backend.has(one)) && first !== undefined && same(await backend.getEntry(one), first);
    }));

  it('what expires in t is there just before t has passed, and gone when it has', () =>
    holds([key, value, ttl, fc.integer({ min: 2, max: 2 ** 40 })], async (backend, clock, one, what, first, then) => {
      await backend.set(one, what, { ttl: first });
      if (!(await backend.expire(one, then))) return false;
      clock.advance(then - 1);
      const before = await backend.has(one);
      clock.advance(1);
      return before && !(await backend.has(one)) && !(await backend.delete(one));
    }));

  it('ttl and getEntry agree, whatever has passed', () =>
    holds([key, value, options, fc.nat(2 ** 40)], async (backend, clock, one, what, how, passed) => {
      await backend.set(one, what, how);
      clock.advance(passed);
      const left = (await backend.getEntry(one))?.freshFor;
      return (await backend.ttl(one)) === (typeof left === 'number' && left <= 0 ? undefined : left);
    }));

  it('clear of a prefix is delete of the keys that begin with it', () =>
    holds([pairs, key], async (backend, clock, written, prefix) => {
      const other = make(clock);
      for (const each of [backend, other]) await each.setMany(written);
      await backend.clear(prefix);
      for (const [one] of written) if (one.startsWith(prefix)) await other.delete(one);
      const all = async (each: Backend<unknown>): Promise<string[]> => {
        const keys: string[] = [];
        for await (const one of each.keys()) keys.push(one);
        return keys.sort();
      };
      return same(await all(backend), await all(other));
    }));
});
