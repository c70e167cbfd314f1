import type { Backend, CacheResult } from '@cache/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Flight } from '../../src/loads/flight.ts';
import { FlightTable } from '../../src/loads/flight-table.ts';
import type { LoadPlan } from '../../src/loads/load-options.ts';
import { Loads } from '../../src/loads/loads.ts';
import { SharedReads } from '../../src/loads/shared-reads.ts';
import { seedByChance, seedFrom } from '../planted-bugs.ts';
import { directedRaces } from './directed-races.ts';
import { everySchedule, type World, worlds } from './interleavings.ts';

const table = FlightTable.prototype;
const flight = Flight.prototype as Flight;
const loads = Loads.prototype as Loads<unknown>;
const original = { fence: table.fence, land: table.land, overtakenAt: table.overtakenAt };

/** Bugs that a careful reader could overlook, each planted by replacing one method. */
const mutants: Readonly<Record<string, () => void>> = {
  'set and delete forget to fence': () => {
    table.changeKey = (_key, change) => change();
  },
  'clear forgets to fence': () => {
    table.changePrefix = (_prefix, change) => change();
  },
  'an invalidation of tags forgets to fence': () => {
    table.changeTags = (_tags, change) => change();
  },
  'a change fences when it begins, and not what began before its acknowledgement': () => {
    table.changeKey = function (this: FlightTable, key, change) {
      const running = this.flights.get(key);
      if (running !== undefined) this.fence(running);
      return change();
    };
  },
  'a change does not wait for a fill that is under way': () => {
    table.fence = function (this: FlightTable, running, fills) {
      original.fence.call(this, running);
      running.writing = undefined;
      return fills;
    };
  },
  'a fenced flight can still be joined': () => {
    table.fence = (running, fills) => {
      running.break();
      return fills;
    };
  },
  'a value is stored whatever happened meanwhile': () => {
    table.mayStore = () => true;
  },
  'a change under way does not forbid the fill': () => {
    table.mayStore = function (this: FlightTable, running, tags) {
      return !running.broken && this.overtakenAt(running, tags) === -1;
    };
  },
  'tags that the loader decides are not looked at': () => {
    table.overtakenAt = () => -1;
  },
  'of several invalidations of a tag the last one counts': () => {
    table.overtakenAt = function (this: FlightTable, running, tags) {
      return original.overtakenAt.call(this, running, tags) === -1 ? -1 : this.sequence;
    };
  },
  'a flight stays in its table when its loader fails': () => {
    table.land = function (this: FlightTable, running) {
      running.landing.then(
        () => original.land.call(this, running),
        () => {},
      );
    };
  },
  'nobody looks whether another load has landed since the miss was read': () => {
    table.land = function (this: FlightTable, running) {
      original.land.call(this, running);
      this.moves--;
    };
  },
  'a load that has begun is stored although its key was deleted': () => {
    flight.break = function (this: Flight) {
      if (!this.loading) this.broken = true;
    };
  },
  'one waiter that leaves aborts the load of all': () => {
    flight.leave = () => true;
  },
  'there is no single flight': () => {
    loads.running = () => undefined;
  },
  'a refresh joins a load that began before it': () => {
    loads.running = function (this: Loads<unknown>, key: string, plan: LoadPlan) {
      return plan.singleFlight ? (flightsOf(this).get(key) as Flight | undefined) : undefined;
    };
  },
  'whoever joins late is given a value that the server refused': () => {
    loads.stands = (landing) => landing.found;
  },
  'a read that was sent long ago is joined': () => {
    const reads = new WeakMap<object, Map<string, Promise<CacheResult<unknown>>>>();
    SharedReads.prototype.read = (backend: Backend<unknown>, key: string) => {
      const own = reads.get(backend) ?? new Map<string, Promise<CacheResult<unknown>>>();
      reads.set(backend, own);
      const found = own.get(key) ?? Promise.resolve(backend.get(key));
      own.set(key, found);
      return found;
    };
  },
};

// `Loads` keeps its host to itself; a mutant sees the flights that the latest table began.
let latest: FlightTable | undefined;
const begin = table.begin;
function flightsOf(_loads: Loads<unknown>): ReadonlyMap<string, Flight> {
  return latest?.flights ?? new Map();
}

// No directed race meets these. From its seed each shows soon in a schedule of one process. Whoever changes what schedules are
// made of moves them: the next is searched for from there.
const alone = worlds['in one process, above a backend without leases'] as World;
const seeds: Readonly<Record<string, number>> = {
  'clear forgets to fence': 3,
  'a change under way does not forbid the fill': 1,
  'a flight stays in its table when its loader fails': 1,
  'a load that has begun is stored although its key was deleted': 1,
  'one waiter that leaves aborts the load of all': 121,
  'there is no single flight': 1,
  'a refresh joins a load that began before it': 3,
  'a read that was sent long ago is joined': 57,
};

const saved = [table, flight, loads, SharedReads.prototype].map(
  (prototype) => [prototype, Object.getOwnPropertyDescriptors(prototype)] as const,
);

describe('every planted race is caught', () => {
  beforeEach(() => {
    table.begin = function <T>(this: FlightTable, ...given: Parameters<FlightTable['begin']>): Flight<T> {
      latest = this;
      return begin.apply(this, given) as Flight<T>;
    };
  });
  afterEach(() => {
    for (const [prototype, descriptors] of saved) Object.defineProperties(prototype, descriptors);
  });

  it.each(Object.entries(mutants))('%s', { timeout: 60_000 }, async (name, plant) => {
    plant();
    const seed = seeds[name];
    if (seed !== undefined)
      return expect(
        await seedFrom(seed, everySchedule(alone)),
        `no schedule from seed ${seed} on goes wrong`,
      ).toBeDefined();
    const caught: string[] = [];
    for (const [what, race] of Object.entries(directedRaces)) if ((await race()) !== undefined) caught.push(what);
    expect(caught, 'the races in which it showed').not.toEqual([]);
  });

  if (process.env.CACHE_TEST_LONG === '1')
    it.each(Object.keys(seeds))('by chance: %s', { timeout: 3_600_000 }, async (name) => {
      mutants[name]?.();
      const seed = await seedByChance(everySchedule(alone));
      console.log(`seed ${seed}: ${name}`);
      expect(seed).toBeDefined();
    });
});
