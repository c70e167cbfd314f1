import assert from 'node:assert/strict';
import type { Clause } from '../trial.ts';
import { hostileNames } from './hostile-names.ts';

const MANY = 1_500;

/** Many keys at once: the same answers as one by one. */
export const bulk: readonly Clause[] = [
  {
    title: 'getMany gives the hits in the order asked for and leaves absent keys out',
    async check({ backend, key, value, isValue }) {
      for (const n of [1, 2, 3]) await backend.set(key(`k${n}`), value(n));
      const found = await backend.getMany(['k3', 'absent', 'k1', 'k2'].map(key));
      assert.deepEqual([...found.keys()], ['k3', 'k1', 'k2'].map(key));
      for (const n of [1, 2, 3]) isValue(found.get(key(`k${n}`)), value(n));
    },
  },
  {
    title: 'getEntries gives the entries in the order asked for and leaves absent keys out',
    async check({ backend, key, value, isValue }) {
      for (const n of [1, 2, 3]) await backend.set(key(`k${n}`), value(n));
      const found = await backend.getEntries(['k2', 'absent', 'k3', 'k1'].map(key));
      assert.deepEqual([...found.keys()], ['k2', 'k3', 'k1'].map(key));
      for (const n of [1, 2, 3]) isValue(found.get(key(`k${n}`))?.value, value(n));
    },
  },
  {
    title: 'a key asked for twice is answered once',
    async check({ backend, key, value }) {
      await backend.set(key('a'), value(1));
      await backend.set(key('b'), value(2));
      const twice = ['a', 'b', 'a'].map(key);
      assert.deepEqual([...(await backend.getMany(twice)).keys()], ['a', 'b'].map(key));
      assert.deepEqual([...(await backend.getEntries(twice)).keys()], ['a', 'b'].map(key));
    },
  },
  {
    title: 'getMany and getEntries agree with get, key by key, whatever the keys',
    async check({ backend, key, value, isHit, isValue }) {
      const names = hostileNames.filter((_, n) => n % 2 === 0);
      for (const [n, name] of names.entries()) await backend.set(key(name), value(n));
      const all = hostileNames.map(key);
      const many = await backend.getMany(all);
      const entries = await backend.getEntries(all);
      assert.deepEqual([...many.keys()], names.map(key));
      assert.deepEqual([...entries.keys()], names.map(key));
      for (const one of all) {
        const single = await backend.get(one);
        assert.equal(many.has(one), single.hit);
        if (!single.hit) continue;
        isHit(single, many.get(one));
        isValue(entries.get(one)?.value, single.value);
      }
    },
  },
  {
    title: 'setMany stores every pair, replacing what was there',
    async check({ backend, key, value, isHit }) {
      await backend.set(key('a'), value(0));
      await backend.setMany([1, 2, 3].map((n) => [key('_abc'.charAt(n)), value(n)]));
      for (const n of [1, 2, 3]) isHit(await backend.get(key('_abc'.charAt(n))), value(n));
    },
  },
  {
    title: 'setMany takes any iterable, once through, and the last pair of a key wins',
    async check({ backend, key, value, isHit }) {
      function* pairs(): Generator<readonly [string, unknown]> {
        yield [key('a'), value(1)];
        yield [key('b'), value(2)];
        yield [key('a'), value(3)];
      }
      await backend.setMany(pairs());
      isHit(await backend.get(key('a')), value(3));
      isHit(await backend.get(key('b')), value(2));
    },
  },
  {
    title: 'deleteMany removes what it is given, counts the entries there were, and a key given twice counts once',
    async check({ backend, key, value, isHit }) {
      for (const n of [1, 2, 3]) await backend.set(key(`k${n}`), value(n));
      assert.equal(await backend.deleteMany(['k1', 'absent', 'k2', 'k1'].map(key)), 2);
      assert.equal((await backend.getMany(['k1', 'k2'].map(key))).size, 0);
      isHit(await backend.get(key('k3')), value(3));
      assert.equal(await backend.deleteMany(['k1', 'k2'].map(key)), 0);
    },
  },
  {
    title: 'empty input is no error and changes nothing',
    async check({ backend, key, value, isHit }) {
      await backend.set(key('a'), value(1));
      assert.equal((await backend.getMany([])).size, 0);
      assert.equal((await backend.getEntries([])).size, 0);
      await backend.setMany([]);
      assert.equal(await backend.deleteMany([]), 0);
      isHit(await backend.get(key('a')), value(1));
    },
  },
  {
    title: `carries ${MANY.toLocaleString('en')} keys in one call`,
    async check({ backend, key, value, isValue }) {
      const keys = Array.from({ length: MANY }, (_, n) => key(String(n)));
      await backend.setMany(keys.map((one, n) => [one, value(n)]));
      const asked = keys.toReversed();
      const found = await backend.getMany(asked);
      assert.deepEqual([...found.keys()], asked);
      for (const [n, one] of keys.entries()) isValue(found.get(one), value(n));
      assert.equal(await backend.deleteMany(keys), MANY);
      assert.equal((await backend.getMany(keys)).size, 0);
    },
  },
];
