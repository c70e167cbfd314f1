import assert from 'node:assert/strict';
import type { Clause } from '../trial.ts';

// What a pattern language would take for a pattern: each beside a name that the pattern would match and must not.
const patterns: readonly (readonly [prefix: string, other: string])[] = [
  ['app[1]:', 'app1:'],
  ['a*', 'ab'],
  ['a?:', 'ab:'],
  ['[a-z]', 'q'],
  ['[^a]', 'b'],
  ['\\a', 'a'],
  ['\\*', '*'],
  ['{x}:', 'x:'],
  ['.+', 'aa'],
  ['a|b', 'a'],
  ['%', 'x'],
  ['_', 'x'],
  ['__proto__', 'toString'],
];

/** `clear(prefix)`: all that begins with the prefix, letter by letter, and nothing else. */
export const prefixes: readonly Clause[] = [
  {
    title: 'clear removes what begins with the prefix and nothing else',
    async check({ backend, key, value, isHit }) {
      const inside = ['user:', 'user:1', 'user:1:name', 'user:2'];
      const outside = ['user', 'users:1', 'user;1', 'USER:1', 'x:user:1', 'other'];
      for (const name of [...inside, ...outside]) await backend.set(key(name), value(1));
      await backend.clear(key('user:'));
      for (const name of inside) assert.equal((await backend.get(key(name))).hit, false, name);
      for (const name of outside) isHit(await backend.get(key(name)), value(1));
    },
  },
  {
    title: 'clear takes the prefix letter by letter: nothing in it is a pattern',
    async check({ backend, key, value }) {
      for (const [n, [prefix, other]] of patterns.entries()) {
        const root = `${n}:`;
        await backend.set(key(`${root}${prefix}y`), value(1));
        await backend.set(key(`${root}${other}x`), value(2));
        await backend.clear(key(root + prefix));
        assert.equal(await backend.has(key(`${root}${prefix}y`)), false, `${prefix} must clear its own`);
        assert.equal(await backend.has(key(`${root}${other}x`)), true, `${prefix} must keep ${other}x`);
      }
    },
  },
  {
    title: 'clear of a prefix that nothing has is no error, nor is clearing twice',
    async check({ backend, key, value, isHit }) {
      await backend.set(key('a'), value(1));
      await backend.clear(key('none:'));
      isHit(await backend.get(key('a')), value(1));
      await backend.clear(key('a'));
      await backend.clear(key('a'));
      assert.equal(await backend.has(key('a')), false);
    },
  },
  {
    title: 'clear removes 2,500 entries and leaves a neighbour',
    async check({ backend, key, value, isHit }) {
      for (let n = 0; n < 2_500; n++) await backend.set(key(`in:${n}`), value(n));
      await backend.set(key('out'), value(1));
      await backend.clear(key('in:'));
      for (let n = 0; n < 2_500; n += 100) assert.equal(await backend.has(key(`in:${n}`)), false);
      isHit(await backend.get(key('out')), value(1));
    },
  },
  {
    title: 'what was cleared can be set again',
    async check({ backend, key, value, isHit }) {
      await backend.set(key('a'), value(1));
      await backend.clear(key(''));
      assert.equal(await backend.set(key('a'), value(2), { ifNotExists: true }), true);
      isHit(await backend.get(key('a')), value(2));
    },
  },
];

/** The clauses of prefixes that list what is there. */
export const prefixedKeys: Clause = {
  title: 'keys takes the prefix letter by letter: nothing in it is a pattern',
  async check({ backend, key, value, keys }) {
    for (const [n, [prefix, other]] of patterns.entries()) {
      const root = `${n}:`;
      await backend.set(key(`${root}${prefix}y`), value(1));
      await backend.set(key(`${root}${other}x`), value(2));
      assert.deepEqual(await keys(root + prefix), [`${root}${prefix}y`]);
    }
  },
};

/** The clauses for a backend that nobody else stores in. */
export const clearAll: Clause = {
  title: 'clear without a prefix, or with an empty one, removes everything',
  async check({ backend, key, value }) {
    for (const all of [undefined, '']) {
      await backend.set(key('a'), value(1));
      await backend.set(`other ${key('b')}`, value(2));
      await backend.clear(all);
      assert.equal(await backend.has(key('a')), false);
      assert.equal(await backend.has(`other ${key('b')}`), false);
    }
  },
};

export const keysOfAll: Clause = {
  title: 'keys without a prefix, or with an empty one, gives everything',
  async check({ backend, key, value }) {
    await backend.set(key('a'), value(1));
    await backend.set(`other ${key('b')}`, value(2));
    for (const all of [undefined, '']) {
      const found: string[] = [];
      for await (const one of backend.keys(all)) found.push(one);
      assert.deepEqual(found.sort(), [key('a'), `other ${key('b')}`].sort());
    }
  },
};
