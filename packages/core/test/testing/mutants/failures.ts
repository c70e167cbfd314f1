import { CacheConnectionError, MISS } from '../../../src/index.ts';
import type { Mutant } from './mutant.ts';

/** Bugs that only a server that is away brings to light. `isAway` says whether it is. */
export const failureMutants: readonly (Omit<Mutant, 'plant'> & {
  readonly plant: (right: Parameters<Mutant['plant']>[0], isAway: () => boolean) => ReturnType<Mutant['plant']>;
})[] = [
  {
    bug: 'answers with a miss when its server is away',
    noticedBy: /every operation fails/,
    plant: (right, isAway) => ({ get: (key) => (isAway() ? MISS : right.get(key)) }),
  },
  {
    bug: 'says it stored what never reached its server',
    noticedBy: /every operation fails/,
    plant: (right, isAway) => ({ set: (key, value, options) => isAway() || right.set(key, value, options) }),
  },
  {
    bug: 'says nothing was there to delete when it could not look',
    noticedBy: /every operation fails/,
    plant: (right, isAway) => ({ deleteMany: (keys) => (isAway() ? 0 : right.deleteMany(keys)) }),
  },
  {
    bug: 'fails with an error that is none of ours',
    noticedBy: /every operation fails/,
    plant: (right, isAway) => ({
      has(key) {
        if (isAway()) throw new TypeError('socket is undefined');
        return right.has(key);
      },
    }),
  },
  {
    bug: 'throws its entries away when its server comes back',
    noticedBy: /what was stored before is there/,
    plant(right, isAway) {
      let away = false;
      return {
        get(key) {
          if (isAway()) away = true;
          else if (away) {
            away = false;
            right.clear();
          }
          return right.get(key);
        },
        set(key, value, options) {
          if (isAway()) away = true;
          return right.set(key, value, options);
        },
      };
    },
  },
  {
    bug: 'stays away for good once its server was',
    noticedBy: /it serves again by itself/,
    throws: 'CacheConnectionError',
    plant(right, isAway) {
      let dead = false;
      return {
        set(key, value, options) {
          dead ||= isAway();
          return right.set(key, value, options);
        },
        get(key) {
          if (dead) throw new CacheConnectionError('still away');
          return right.get(key);
        },
      };
    },
  },
];
