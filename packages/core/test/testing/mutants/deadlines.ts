import { MISS } from '../../../src/index.ts';
import type { Mutant } from './mutant.ts';

/** Bugs in when an entry is fresh, stale or gone. */
export const deadlineMutants: readonly Mutant[] = [
  {
    bug: 'lets an entry live one millisecond too long',
    noticedBy: /fresh until its deadline and gone at it/,
    plant: (right) => ({
      set: (key, value, o) => right.set(key, value, o?.ttl == null ? o : { ...o, ttl: o.ttl + 1 }),
    }),
  },
  {
    bug: 'ends an entry one millisecond too early',
    noticedBy: /fresh until its deadline and gone at it/,
    plant: (right) => ({
      get: (key) => (right.ttl(key) === 1 ? MISS : right.get(key)),
    }),
  },
  {
    bug: 'takes a TTL for seconds',
    noticedBy: /ttl gives the milliseconds left/,
    plant: (right) => ({
      set: (key, value, o) => right.set(key, value, o?.ttl == null ? o : { ...o, ttl: o.ttl * 1_000 }),
    }),
  },
  {
    bug: 'rounds a TTL to whole seconds',
    noticedBy: /not rounded to seconds/,
    plant: (right) => ({
      set: (key, value, o) =>
        right.set(key, value, o?.ttl == null ? o : { ...o, ttl: Math.ceil(o.ttl / 1_000) * 1_000 }),
    }),
  },
  {
    bug: 'cuts a TTL to what a timer can wait',
    noticedBy: /longest timer/,
    plant: (right) => ({
      set: (key, value, o) => right.set(key, value, o?.ttl == null ? o : { ...o, ttl: Math.min(o.ttl, 2 ** 31 - 1) }),
    }),
  },
  {
    bug: 'keeps the old deadline when an entry is overwritten',
    noticedBy: /setting again replaces the deadline/,
    plant: (right) => ({
      set: (key, value, o) => right.set(key, value, { ...o, ttl: right.ttl(key) ?? o?.ttl }),
    }),
  },
  {
    bug: 'moves the deadline when an ifNotExists is refused',
    noticedBy: /refused ifNotExists leaves the deadline/,
    plant: (right) => ({
      set(key, value, o) {
        const stored = right.set(key, value, o);
        if (!stored && o?.ttl !== undefined) right.expire(key, o.ttl);
        return stored;
      },
    }),
  },
  {
    bug: 'slides the deadline on every read',
    noticedBy: /reading does not move the deadline/,
    plant: (right) => ({
      get(key) {
        if (typeof right.ttl(key) === 'number') right.expire(key, 60_000);
        return right.get(key);
      },
    }),
  },
  {
    bug: 'ignores the TTL of setMany',
    noticedBy: /setMany gives every entry the TTL/,
    plant: (right) => ({ setMany: (entries, o) => right.setMany(entries, { ...o, ttl: null }) }),
  },
  {
    bug: 'keeps old deadlines in setMany',
    noticedBy: /setMany without a TTL takes an old deadline away/,
    plant: (right) => ({
      setMany(entries, o) {
        for (const [key, value] of entries) right.set(key, value, { ...o, ttl: o?.ttl ?? right.ttl(key) ?? null });
      },
    }),
  },
  {
    bug: 'counts an expired entry in delete',
    noticedBy: /delete of an expired entry says that there was none/,
    plant: (right) => remembering(right, { delete: (key, known) => right.delete(key) || known.delete(key) }),
  },
  {
    bug: 'counts expired entries in deleteMany',
    noticedBy: /deleteMany does not count an expired entry/,
    plant: (right) =>
      remembering(right, {
        deleteMany: (keys, known) => right.deleteMany(keys) + keys.filter((key) => known.delete(key)).length,
      }),
  },
  {
    bug: 'ignores expiry in has',
    noticedBy: /absent for has, before/,
    plant: (right) => remembering(right, { has: (key, known) => right.has(key) || known.has(key) }),
  },
  {
    bug: 'lets an expired entry stand in the way of ifNotExists',
    noticedBy: /expired entry does not stand in the way/,
    plant: (right) => {
      const written = new Set<string>();
      return {
        set(key, value, o) {
          if (o?.ifNotExists === true && written.has(key)) return false;
          written.add(key);
          return right.set(key, value, o);
        },
      };
    },
  },
  {
    bug: 'brings an expired entry back with expire',
    noticedBy: /expire cannot bring an expired entry back/,
    plant: (right) => {
      const values = new Map<string, unknown>();
      return {
        set(key, value, o) {
          values.set(key, value);
          return right.set(key, value, o);
        },
        expire: (key, ttl) => right.expire(key, ttl) || (values.has(key) && right.set(key, values.get(key), { ttl })),
      };
    },
  },
  {
    bug: 'creates an entry when it is told to expire an absent one',
    noticedBy: /expire of an absent key says so and creates nothing/,
    plant: (right) => ({ expire: (key, ttl) => right.expire(key, ttl) || right.set(key, null, { ttl }) }),
  },
  {
    bug: 'takes null for zero in expire',
    noticedBy: /expire with null/,
    plant: (right) => ({ expire: (key, ttl) => (ttl === null ? right.delete(key) : right.expire(key, ttl)) }),
  },
  {
    bug: 'says that an absent key never expires',
    noticedBy: /ttl gives the milliseconds left/,
    plant: (right) => ({ ttl: (key) => right.ttl(key) ?? null }),
  },
];

interface Sighted {
  has?(key: string, known: Set<string>): boolean;
  delete?(key: string, known: Set<string>): boolean;
  deleteMany?(keys: readonly string[], known: Set<string>): number;
}

/** `right` with methods that also know which keys were ever written and not deleted, expired or not. */
function remembering(right: Parameters<Mutant['plant']>[0], sighted: Sighted): ReturnType<Mutant['plant']> {
  const known = new Set<string>();
  const { has, delete: remove, deleteMany } = sighted;
  return {
    set(key, value, o) {
      const stored = right.set(key, value, o);
      if (stored) known.add(key);
      return stored;
    },
    delete(key) {
      const there = right.delete(key);
      if (there) known.delete(key);
      return there;
    },
    ...(has && { has: (key: string) => has(key, known) }),
    ...(remove && {
      delete(key: string) {
        if (right.has(key)) known.delete(key);
        return remove(key, known);
      },
    }),
    ...(deleteMany && {
      deleteMany(keys: readonly string[]) {
        for (const key of keys) if (right.has(key)) known.delete(key);
        return deleteMany(keys, known);
      },
    }),
  };
}
