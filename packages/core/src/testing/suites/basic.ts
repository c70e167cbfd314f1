import assert from 'node:assert/strict';
import type { Clause } from '../trial.ts';
import { hostileNames } from './hostile-names.ts';

/** Reading, writing and deleting one key. */
export const basic: readonly Clause[] = [
  {
    title: 'has a name and says whether it stores values or bytes',
    async check({ backend }) {
      assert.equal(typeof backend.name, 'string');
      assert.notEqual(backend.name, '');
      assert.ok(backend.stores === 'values' || backend.stores === 'bytes', `stores: got ${String(backend.stores)}`);
    },
  },
  {
    title: 'answers a missing key with a miss, never with an exception',
    async check({ backend, key }) {
      const absent = key('absent');
      assert.deepEqual({ ...(await backend.get(absent)) }, { hit: false });
      assert.equal(await backend.getEntry(absent), undefined);
      assert.equal(await backend.has(absent), false);
      assert.equal(await backend.delete(absent), false);
    },
  },
  {
    title: 'gives back what was set',
    async check({ backend, key, value, isHit, isValue }) {
      assert.equal(await backend.set(key('a'), value(1)), true);
      isHit(await backend.get(key('a')), value(1));
      const entry = await backend.getEntry(key('a'));
      assert.ok(entry, 'getEntry: expected an entry');
      isValue(entry.value, value(1));
      assert.equal(await backend.has(key('a')), true);
    },
  },
  {
    title: 'replaces the value when a key is set again',
    async check({ backend, key, value, isHit }) {
      await backend.set(key('a'), value(1));
      assert.equal(await backend.set(key('a'), value(2)), true);
      isHit(await backend.get(key('a')), value(2));
    },
  },
  {
    title: 'keeps an entry when it is read, however often',
    async check({ backend, key, value, isHit }) {
      await backend.set(key('a'), value(1));
      for (let i = 0; i < 3; i++) {
        isHit(await backend.get(key('a')), value(1));
        assert.equal(await backend.has(key('a')), true);
      }
    },
  },
  {
    title: 'removes an entry on delete and says whether there was one',
    async check({ backend, key, value, isHit }) {
      await backend.set(key('a'), value(1));
      await backend.set(key('b'), value(2));
      assert.equal(await backend.delete(key('a')), true);
      assert.equal((await backend.get(key('a'))).hit, false);
      assert.equal(await backend.getEntry(key('a')), undefined);
      assert.equal(await backend.has(key('a')), false);
      assert.equal(await backend.delete(key('a')), false);
      isHit(await backend.get(key('b')), value(2));
    },
  },
  {
    title: 'stores with ifNotExists where nothing is, and refuses where something is',
    async check({ backend, key, value, isHit }) {
      assert.equal(await backend.set(key('a'), value(1), { ifNotExists: true }), true);
      assert.equal(await backend.set(key('a'), value(2), { ifNotExists: true }), false);
      isHit(await backend.get(key('a')), value(1));
      await backend.delete(key('a'));
      assert.equal(await backend.set(key('a'), value(3), { ifNotExists: true }), true);
      isHit(await backend.get(key('a')), value(3));
    },
  },
  {
    title: 'lets exactly one of many ifNotExists of a key win',
    async check({ backend, key, value, isHit }) {
      const won = await Promise.all(
        Array.from({ length: 10 }, async (_, n) => backend.set(key('a'), value(n), { ifNotExists: true })),
      );
      assert.equal(won.filter(Boolean).length, 1);
      isHit(await backend.get(key('a')), value(won.indexOf(true)));
    },
  },
  {
    title: 'takes every well-formed key as it is: hostile names are keys like any other',
    async check({ backend, key, value, isHit }) {
      for (const [n, name] of hostileNames.entries()) {
        assert.equal(await backend.has(key(name)), false, `has ${JSON.stringify(name.slice(0, 20))} before set`);
        await backend.set(key(name), value(n));
      }
      for (const [n, name] of hostileNames.entries()) isHit(await backend.get(key(name)), value(n));
      for (const name of hostileNames) assert.equal(await backend.delete(key(name)), true);
    },
  },
  {
    title: 'can be started twice and closed twice',
    async check({ backend, key, value, isHit }) {
      await backend.start();
      await backend.set(key('a'), value(1));
      isHit(await backend.get(key('a')), value(1));
      await backend.close();
      await backend.close();
    },
  },
];
