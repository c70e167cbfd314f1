import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Breaker } from '../../../src/compose/failover/breaker.ts';
import { Journal } from '../../../src/compose/failover/journal.ts';
import { LocalLeases } from '../../../src/compose/failover/local-leases.ts';
import { Routes } from '../../../src/compose/failover/routes.ts';
import { Side } from '../../../src/compose/failover/side.ts';
import { KeyOrder } from '../../../src/compose/key-order.ts';
import { seedByChance, seedFrom } from '../../planted-bugs.ts';
import { anAction, aPair } from './happenings.ts';
import { histories } from './histories.ts';
import { wrongIn } from './run-world.ts';

const journal = Journal.prototype;
const side = Side.prototype as Side<unknown>;
const routes = Routes.prototype as Routes<unknown>;
const { settle, addKeys } = journal;
const { ready, ask, doubt } = side;
const { change } = routes;

/** Bugs that a careful reader could overlook, each planted by replacing one method. */
const mutants: Readonly<Record<string, () => void>> = {
  'the primary is asked about keys that are in doubt': () => {
    journal.doubts = () => false;
  },
  'keys are not written into the journal': () => {
    journal.addKeys = () => {};
  },
  'keys of a write that failed are not written into the journal, only those of writes that were not tried': () => {
    side.ask = function (this: Side<unknown>, operation, names, call) {
      return ask.call(this, operation, names, call, []) as never;
    };
  },
  'clears are not written into the journal': () => {
    journal.addPrefix = () => {};
  },
  'invalidations of tags are not written into the journal': () => {
    journal.addTags = () => {};
  },
  'a doubt is settled although its key was changed meanwhile': () => {
    journal.settle = function (this: Journal, doubts, name) {
      return settle.call(this, doubts, name, doubts.get(name));
    };
  },
  'nobody minds a write that was given up and may still come': () => {
    journal.haunted = () => false;
  },
  'doubts are settled without anything being removed': () => {
    side.cleanse = function (this: Side<unknown>, keys) {
      for (const key of keys) this.journal.settle(this.journal.keys, key, this.journal.keys.get(key));
      return undefined;
    };
  },
  'the journal forgets what it held when it overflows': () => {
    journal.addKeys = function (this: Journal, keys) {
      addKeys.call(this, keys);
      for (const [name, { collapsed }] of this.prefixes) if (collapsed) this.prefixes.delete(name);
    };
  },
  'what a recovery settles stays in the fallback': () => {
    side.cleanse = async function (this: Side<unknown>, keys) {
      const doubts = keys.map((key) => this.journal.keys.get(key));
      await this.ask('delete', keys, () => this.backend.deleteMany(keys));
      for (const [index, key] of keys.entries()) this.journal.settle(this.journal.keys, key, doubts[index]);
      return undefined;
    };
  },
  'a change of a key in doubt does not remove what the primary had': () => {
    side.ready = function (this: Side<unknown>) {
      return this.closed;
    };
  },
  'changes of one key are mirrored in any order': () => {
    KeyOrder.prototype.run = (_keys, step) => step();
  },
  'what the fallback missed is not remembered': () => {
    side.doubt = function (this: Side<unknown>, note) {
      if (!this.closed || this.backend.name.includes('primary')) doubt.call(this, note);
    };
  },
  'a fill that its lease forbids stays in the fallback': () => {
    routes.change = function (this: Routes<unknown>, operation, keys, make, mirror, alone) {
      const kept = (answer: never) => (answer === false ? undefined : mirror(answer));
      return change.call(this, operation, keys, make as never, kept as never, alone as never) as never;
    };
  },
  'a lease of this process holds whatever is changed': () => {
    LocalLeases.prototype.break = () => {};
    LocalLeases.prototype.breakAll = () => {};
  },
  'a late answer closes the circuit': () => {
    Breaker.prototype.succeeded = function (this: Breaker) {
      this.close();
    };
  },
  'a change that a sweep met under way is trusted before it was removed': () => {
    journal.hold = () => {};
  },
  'what a clear removed is given back to the primary after it': () => {
    Object.defineProperty(routes, 'sweeps', { get: () => 0 });
  },
  'a side counts as ready while its circuit is open': () => {
    side.ready = function (this: Side<unknown>, keys) {
      return this.closed ? ready.call(this, keys) : true;
    };
  },
};

// Where a bug takes a rare world to show, a seed from which one comes soon; others show soon from the first. Whoever changes
// what worlds are made of moves them: the next is searched for from there.
const seeds: Readonly<Record<string, number>> = {
  'the primary is asked about keys that are in doubt': 111,
  'keys of a write that failed are not written into the journal, only those of writes that were not tried': 3,
  'clears are not written into the journal': 3,
  'invalidations of tags are not written into the journal': 5,
  'a doubt is settled although its key was changed meanwhile': 89,
  'nobody minds a write that was given up and may still come': 3,
  'a change of a key in doubt does not remove what the primary had': 28,
  'what the fallback missed is not remembered': 7,
  'a fill that its lease forbids stays in the fallback': 18,
  'a late answer closes the circuit': 15,
};

// Where such a world is too rare: one that was found.
const stored: Readonly<Record<string, keyof typeof histories>> = {
  'changes of one key are mirrored in any order': 'a slow fallback carries out two writes of a key the other way round',
  'what a clear removed is given back to the primary after it': 'a clear meets what is given back to the primary',
  'a change that a sweep met under way is trusted before it was removed': 'a clear overtakes a fill in a slow fallback',
};

const everyWorld = fc.asyncProperty(
  aPair,
  fc.array(anAction, { minLength: 10, maxLength: 60, size: 'max' }),
  async (shape, actions) => {
    expect(await wrongIn(shape, actions)).toEqual([]);
  },
) as fc.IAsyncProperty<unknown>;

describe('the model catches', () => {
  const prototypes = [journal, side, routes, LocalLeases.prototype, Breaker.prototype, KeyOrder.prototype] as const;
  const originals = prototypes.map((one) => Object.getOwnPropertyDescriptors(one));

  afterEach(() => {
    vi.useRealTimers();
    for (const [index, one] of prototypes.entries())
      Object.defineProperties(one, originals[index] as PropertyDescriptorMap);
  });

  it.each(Object.entries(mutants))('%s', { timeout: 60_000 }, async (name, plant) => {
    plant();
    const history = stored[name];
    if (history !== undefined) {
      const [shape, actions] = histories[history];
      expect(await wrongIn(shape, actions)).not.toEqual([]);
      return;
    }
    const seed = seeds[name] ?? 1;
    expect(await seedFrom(seed, everyWorld), `no world from seed ${seed} on goes wrong`).toBeDefined();
  });

  if (process.env.CACHE_TEST_LONG === '1')
    it.each(Object.entries(mutants))('by chance: %s', { timeout: 3_600_000 }, async (name, plant) => {
      plant();
      const seed = await seedByChance(everyWorld);
      console.log(`seed ${seed}: ${name}`);
      expect(seed).toBeDefined();
    });
});
