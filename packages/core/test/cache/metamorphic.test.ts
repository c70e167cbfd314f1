import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faces } from './faces.ts';

const numRuns = process.env.CACHE_TEST_LONG === undefined ? 200 : 5_000;
const key = fc.oneof(
  fc.constantFrom('a', 'b', 'a:b', '__proto__', 'constructor', '*', 'é'),
  fc.string({ minLength: 1, unit: 'grapheme' }),
);
const okKey = key.filter((each) => !each.startsWith('\u0000'));
const value = fc.oneof(fc.anything(), fc.constantFrom(undefined, null, 0, -0, '', false, Number.NaN));
const entries = fc.array(fc.tuple(okKey, value), { maxLength: 12 });
const prefix = fc.constantFrom('', 'p:', 'a');

describe.each(faces)('whatever the entries, $name', ({ make }) => {
  const property = <A extends unknown[]>(
    arbitraries: { [K in keyof A]: fc.Arbitrary<A[K]> },
    holds: (...args: A) => Promise<void>,
  ): Promise<void> =>
    fc.assert(
      fc.asyncProperty(fc.tuple(...arbitraries), (all) => holds(...(all as unknown as A))),
      { numRuns },
    );

  it('getMany is get for each key, hits alone, in the order asked for', async () => {
    await property([prefix, entries, fc.array(okKey)], async (prefix, stored, asked) => {
      const { cache } = make({ prefix });
      for (const [key, value] of stored) await cache.set(key, value);
      const singly = new Map<string, unknown>();
      for (const key of asked) {
        const found = await cache.lookup(key);
        if (found.hit) singly.set(key, found.value);
      }
      const many = await cache.getMany(asked);
      expect([...many.keys()]).toEqual([...singly.keys()]);
      for (const [key, value] of many) expect(Object.is(value, singly.get(key))).toBe(true);
    });
  });

  it('setMany is set for each pair', async () => {
    await property([prefix, entries], async (prefix, pairs) => {
      const { cache: many } = make({ prefix });
      const { cache: singly } = make({ prefix });
      await many.setMany(pairs, { ttl: 1_000 });
      for (const [key, value] of pairs) await singly.set(key, value, { ttl: 1_000 });
      for (const [key] of pairs) {
        expect(Object.is(await many.get(key), await singly.get(key))).toBe(true);
        expect(await many.ttl(key)).toBe(await singly.ttl(key));
      }
    });
  });

  it('what was set is there: has, a hit with the very value, a key among keys; what was deleted is not', async () => {
    await property([prefix, okKey, value], async (prefix, key, value) => {
      const { cache } = make({ prefix });
      await cache.set(key, value);
      expect(await cache.has(key)).toBe(true);
      const found = await cache.lookup(key);
      expect(found.hit && Object.is(found.value, value)).toBe(true);
      const keys: string[] = [];
      for await (const each of cache.keys()) keys.push(each);
      expect(keys).toEqual([key]);
      expect(await cache.delete(key)).toBe(true);
      expect(await cache.has(key)).toBe(false);
    });
  });

  it('expire(t) and then t is a miss, and not a millisecond before', async () => {
    await property([okKey, fc.integer({ min: 1, max: 2 ** 40 })], async (key, ttl) => {
      const { cache, clock } = make();
      await cache.set(key, 1);
      await cache.expire(key, ttl);
      clock.advance(ttl - 1);
      expect(await cache.has(key)).toBe(true);
      clock.advance(1);
      expect(await cache.lookup(key)).toEqual({ hit: false });
    });
  });

  it('deleteMany is delete for each key, and counts those that said true', async () => {
    await property([prefix, entries, fc.array(okKey)], async (prefix, stored, asked) => {
      const { cache: many } = make({ prefix });
      const { cache: singly } = make({ prefix });
      await many.setMany(stored);
      await singly.setMany(stored);
      let count = 0;
      for (const key of asked) if (await singly.delete(key)) count++;
      expect(await many.deleteMany(asked)).toBe(count);
      for (const [key] of stored) expect(await many.has(key)).toBe(await singly.has(key));
    });
  });

  it('a namespace is its prefix spelt out', async () => {
    await property([prefix, okKey, okKey, value], async (prefix, name, key, value) => {
      const { cache } = make({ prefix });
      await cache.namespace(name).set(key, value);
      const found = await cache.lookup(`${name}:${key}`);
      expect(found.hit && Object.is(found.value, value)).toBe(true);
    });
  });
});
