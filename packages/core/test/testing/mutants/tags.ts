import type { Mutant } from './mutant.ts';

/** Bugs in tags, and in what is told. */
export const tagMutants: readonly Mutant[] = [
  {
    bug: 'leaves an entry under a tag it was set again without',
    noticedBy: /set again without a tag leaves it/,
    plant: (right) => ({
      set(key, value, o) {
        const before = right.getEntry(key)?.tags ?? [];
        return right.set(key, value, { ...o, tags: [...before, ...(o?.tags ?? [])] });
      },
    }),
  },
  {
    bug: 'invalidates only what carries the first tag it is given',
    noticedBy: /counts entries, each once|any one of several tags|takes every/,
    plant: (right) => ({
      set: (key, value, o) => right.set(key, value, { ...o, tags: o?.tags?.slice(0, 1) }),
    }),
  },
  {
    bug: 'counts its tag indexes as entries',
    noticedBy: /counts entries, each once and nothing else/,
    plant: (right) => ({ invalidateTags: (tags) => (right.invalidateTags(tags) as number) + tags.length }),
  },
  {
    bug: 'ignores the tags of setMany',
    noticedBy: /setMany gives every entry its tags/,
    plant: (right) => ({ setMany: (entries, o) => right.setMany(entries, { ...o, tags: [] }) }),
  },
  {
    bug: 'drops the tags in expire',
    noticedBy: /expire keeps the tags of an entry/,
    plant: (right) => ({
      expire(key, ttl) {
        const entry = right.getEntry(key);
        return entry !== undefined && right.set(key, entry.value, { ttl });
      },
    }),
  },
  {
    bug: 'refuses a tag for good once it was invalidated',
    noticedBy: /written after an invalidation lives/,
    plant: (right) => {
      const dead = new Set<string>();
      return {
        invalidateTags(tags) {
          for (const tag of tags) dead.add(tag);
          return right.invalidateTags(tags);
        },
        set(key, value, o) {
          const stored = right.set(key, value, o);
          if (o?.tags?.some((tag) => dead.has(tag)) === true) right.delete(key);
          return stored;
        },
      };
    },
  },
  {
    bug: 'tells nothing of its own writes',
    noticedBy: /tells of a set by the same client/,
    plant: (right) => {
      const own = new Set<string>();
      return {
        set(key, value, o) {
          own.add(key);
          return right.set(key, value, o);
        },
        onInvalidate: (listener) =>
          right.onInvalidate((change) => {
            if (!('keys' in change) || !change.keys.every((key) => own.delete(key))) listener(change);
          }),
      };
    },
  },
  {
    bug: 'does not tell of changed deadlines',
    noticedBy: /tells of an expire by the same client/,
    plant: (right) => {
      let quiet = false;
      return {
        expire(key, ttl) {
          quiet = true;
          const there = right.expire(key, ttl);
          quiet = false;
          return there;
        },
        onInvalidate: (listener) =>
          right.onInvalidate((change) => {
            if (!quiet) listener(change);
          }),
      };
    },
  },
  {
    bug: 'leaves a new listener in the dark about the signal',
    noticedBy: /tells a new listener at once/,
    plant: (right) => ({
      onInvalidate: (listener) =>
        right.onInvalidate((change) => {
          if (!('signal' in change)) listener(change);
        }),
    }),
  },
  {
    bug: 'goes on telling a listener that was taken away',
    noticedBy: /taken away hears no more/,
    plant: (right) => ({
      onInvalidate(listener) {
        right.onInvalidate(listener);
        return () => {};
      },
    }),
  },
  {
    bug: 'promises where it says that it answers at once',
    noticedBy: /answers at once, without a promise/,
    plant: (right) => ({ ttl: (key) => Promise.resolve(right.ttl(key)) as never }),
  },
  {
    bug: 'has leases and does not say so',
    said: { leases: false },
    noticedBy: /claims those it has/,
    plant: () => ({}),
  },
];
