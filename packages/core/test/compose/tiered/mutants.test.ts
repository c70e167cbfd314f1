import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Changes } from '../../../src/compose/tiered/changes.ts';
import { NearTier } from '../../../src/compose/tiered/near-tier.ts';
import { Trust } from '../../../src/compose/tiered/trust.ts';
import type { Entry } from '../../../src/index.ts';
import { everySchedule } from './world.ts';

type Tier = NearTier<unknown>;
const tier = NearTier.prototype as Tier;
const changes = Changes.prototype;
const trust = Trust.prototype;
const { hear, settle, listen, drop } = tier;
const { overtook, begin, end } = changes;
const { restore } = trust;

/** Bugs that a careful reader could overlook, each planted by replacing one method. */
const mutants: Readonly<Record<string, () => void>> = {
  'a read fills near although its key changed meanwhile': () => {
    changes.overtook = () => false;
  },
  'a read fills near although a tag of its entry was invalidated meanwhile': () => {
    changes.overtook = function (this: Changes, begun, key) {
      return overtook.call(this, begun, key);
    };
  },
  'what was overtaken is told, and near keeps what it has': () => {
    tier.settle = function (this: Tier, ...given: Parameters<Tier['settle']>) {
      settle.apply(this, given);
      return true;
    };
  },
  'changes are forgotten when any read ends': () => {
    const running = new WeakMap<Changes, number>();
    changes.begin = function (this: Changes) {
      running.set(this, (running.get(this) ?? 0) + 1);
      return begin.call(this);
    };
    changes.end = function (this: Changes) {
      const all = running.get(this) ?? 0;
      running.set(this, all - 1);
      for (let i = 0; i < all; i++) end.call(this);
      for (let i = 1; i < all; i++) begin.call(this);
    };
  },
  'a change is only remembered for the latest read': () => {
    changes.begin = function (this: Changes) {
      return Number.POSITIVE_INFINITY;
    };
  },
  'near counts the time to live from when the answer came': () => {
    tier.now = () => 0;
  },
  'near holds for ever what far will expire': () => {
    tier.settle = function (this: Tier, key: string, entry: Entry<unknown> | undefined, ...when) {
      return settle.call(this, key, entry && { ...entry, freshFor: null, expiresIn: null }, ...when);
    };
  },
  'near serves an entry through its stale window': () => {
    tier.settle = function (this: Tier, key: string, entry: Entry<unknown> | undefined, ...when) {
      return settle.call(this, key, entry && { ...entry, freshFor: entry.expiresIn }, ...when);
    };
  },
  'a lost signal is not heeded': () => {
    tier.hear = function (this: Tier, told) {
      if (!('signal' in told) || told.signal === 'restored') hear.call(this, told);
    };
  },
  'a lost signal empties near, and reads under way fill it': () => {
    changes.all = () => {};
  },
  'a signal that is restored is trusted with what near held before': () => {
    tier.hear = function (this: Tier, told) {
      if (!('signal' in told)) hear.call(this, told);
      else if (told.signal === 'lost') this.trust.lose();
      else this.trust.restore(told.holdsFor);
    };
  },
  'silence is trusted for ever': () => {
    trust.restore = function (this: Trust) {
      restore.call(this);
    };
  },
  'silence is trusted for a while longer': () => {
    trust.restore = function (this: Trust, holdsFor) {
      restore.call(this, holdsFor === undefined ? undefined : holdsFor + 500);
    };
  },
  'keys that changed are not removed': () => {
    tier.hear = function (this: Tier, told) {
      if (!('keys' in told)) hear.call(this, told);
    };
  },
  'tags that were invalidated are not passed on': () => {
    tier.hear = function (this: Tier, told) {
      if (!('tags' in told)) hear.call(this, told);
    };
  },
  'an own write, or a change, removes what near has and lets reads under way fill it': () => {
    tier.drop = function (this: Tier, key) {
      const { changes: own } = this;
      (this as { changes: unknown }).changes = { key() {} };
      drop.call(this, key);
      (this as { changes: unknown }).changes = own;
    };
  },
  'an own write, or a change, stops reads under way and leaves what near has': () => {
    tier.drop = function (this: Tier, key) {
      this.changes.key(key);
    };
  },
  'an own clear leaves what near has': () => {
    tier.dropPrefix = function (this: Tier) {
      this.changes.all();
    };
  },
  'an own invalidation of tags leaves what near has, and reads under way': () => {
    tier.dropTags = () => {};
  },
  'two caches above one pair do not know of each other’s reads': () => {
    tier.listen = function (this: Tier, far) {
      this.current.has = () => false;
      listen.call(this, far);
    };
  },
};

const saved = [tier, changes, trust].map(
  (prototype) => [prototype, Object.getOwnPropertyDescriptors(prototype)] as const,
);
afterEach(() => {
  for (const [prototype, descriptors] of saved) Object.defineProperties(prototype, descriptors);
});

describe('every planted bug is caught', () => {
  it.each(Object.entries(mutants))(
    '%s',
    async (_name, plant) => {
      plant();
      const { failed, numRuns } = await fc.check(everySchedule(), { numRuns: 20_000, endOnFailure: true });
      if (process.env.CACHE_TIERS_REPORT === '1') console.log(failed, numRuns, _name);
      expect(failed, `${numRuns} schedules found nothing wrong`).toBe(true);
    },
    600_000,
  );
});
