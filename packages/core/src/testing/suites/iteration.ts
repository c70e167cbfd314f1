import assert from 'node:assert/strict';
import type { Clause } from '../trial.ts';
import { hostileNames } from './hostile-names.ts';

const MANY = 2_500;

/** `keys`: what is fresh, each once, whatever happens meanwhile. */
export const iteration: readonly Clause[] = [
  {
    title: 'keys gives every key exactly as it was written',
    async check({ backend, key, value, keys }) {
      assert.deepEqual(await keys(), []);
      for (const [n, name] of hostileNames.entries()) await backend.set(key(name), value(n));
      assert.deepEqual(await keys(), [...hostileNames].sort());
    },
  },
  {
    title: 'keys gives each key once, also when it was set several times, and none that was deleted',
    async check({ backend, key, value, keys }) {
      for (const name of ['a', 'b', 'c', 'a', 'a']) await backend.set(key(name), value(1));
      await backend.delete(key('b'));
      assert.deepEqual(await keys(), ['a', 'c']);
    },
  },
  {
    title: `keys gives each of ${MANY.toLocaleString('en')} keys once`,
    async check({ backend, key, value, keys }) {
      const names = Array.from({ length: MANY }, (_, n) => String(n));
      for (const name of names) await backend.set(key(name), value(1));
      assert.deepEqual(await keys(), names.sort());
    },
  },
  {
    title: 'keys survives changes made meanwhile: what is there throughout is shown, and nothing is shown twice',
    async check({ backend, key, value, prefix }) {
      const names = Array.from({ length: 200 }, (_, n) => key(String(n)));
      for (const name of names) await backend.set(name, value(1));
      const doomed = new Set(names.slice(150));
      const seen: string[] = [];
      for await (const one of backend.keys(prefix)) {
        seen.push(one);
        if (!names.includes(one)) continue;
        await backend.delete(one);
        await backend.set(`${one} new`, value(2));
        for (const name of doomed) await backend.delete(name);
        doomed.clear();
      }
      assert.equal(new Set(seen).size, seen.length, 'a key was shown twice');
      for (const name of names.slice(0, 150)) assert.ok(seen.includes(name), `${name} was there until it was shown`);
    },
  },
  {
    title: 'keys can be left early and asked for again',
    async check({ backend, key, value, keys, prefix }) {
      for (const name of ['a', 'b', 'c']) await backend.set(key(name), value(1));
      for await (const _ of backend.keys(prefix)) break;
      assert.deepEqual(await keys(), ['a', 'b', 'c']);
    },
  },
];

/** The clauses of iteration that need deadlines. */
export const iterationTtl: Clause = {
  title: 'keys does not show an expired entry, before anything else looked at it',
  async check({ backend, key, value, keys, advance, margin }) {
    await backend.set(key('a'), value(1), { ttl: 60_000 });
    await backend.set(key('b'), value(2), { ttl: 300_000 });
    await advance(60_000 + margin);
    assert.deepEqual(await keys(), ['b']);
  },
};
