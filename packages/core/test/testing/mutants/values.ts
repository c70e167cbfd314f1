import { MISS } from '../../../src/index.ts';
import { type Mutant, only, respelled } from './mutant.ts';

/** Bugs in what a value or a key is. */
export const valueMutants: readonly Mutant[] = [
  {
    bug: 'takes a falsy value for a miss',
    noticedBy: /carries every value, and every one is a hit/,
    plant: (right) => ({
      get(key) {
        const found = right.get(key);
        return found.hit && found.value ? found : MISS;
      },
    }),
  },
  {
    bug: 'takes null for a miss',
    noticedBy: /carries every value, and every one is a hit/,
    plant: (right) => ({
      get(key) {
        const found = right.get(key);
        return found.hit && found.value !== null ? found : MISS;
      },
    }),
  },
  {
    bug: 'takes undefined for a miss in getMany',
    noticedBy: /setMany, getMany and getEntries carry every value/,
    plant: (right) => ({ getMany: (keys) => only(right.getMany(keys), (value) => value !== undefined) }),
  },
  {
    bug: 'loses the sign of zero and everything else that JSON cannot carry',
    noticedBy: /carries every value, and every one is a hit/,
    plant: (right) => ({
      set: (key, value, options) =>
        right.set(key, typeof value === 'number' ? JSON.parse(JSON.stringify(value)) : value, options),
    }),
  },
  {
    bug: 'does not see falsy values in has',
    noticedBy: /carries every value, and every one is a hit/,
    plant: (right) => ({ has: (key) => Boolean((right.getEntry(key) as { value?: unknown } | undefined)?.value) }),
  },
  {
    bug: 'lets ifNotExists overwrite undefined',
    noticedBy: /every value is something that is there/,
    plant: (right) => ({
      set(key, value, options = {}) {
        const entry = right.getEntry(key);
        const free = options.ifNotExists === true && entry !== undefined && entry.value === undefined;
        return right.set(key, value, free ? { ...options, ifNotExists: false } : options);
      },
    }),
  },
  {
    bug: 'keeps its entries in an object without a thought for __proto__',
    noticedBy: /hostile names/,
    plant: (right) => ({ has: (key) => /__proto__$/.test(key) || right.has(key) }),
  },
  {
    bug: 'ignores the case of keys',
    noticedBy: /hostile names/,
    plant: (right) => respelled(right, (key) => key.toLowerCase()),
  },
  { bug: 'trims keys', noticedBy: /hostile names/, plant: (right) => respelled(right, (key) => key.trim()) },
  { bug: 'cuts long keys', noticedBy: /hostile names/, plant: (right) => respelled(right, (key) => key.slice(0, 512)) },
  {
    bug: 'ends a key at its first NUL',
    noticedBy: /hostile names/,
    plant: (right) => respelled(right, (key) => key.split('\u0000')[0] ?? ''),
  },
  {
    bug: 'normalizes keys',
    noticedBy: /hostile names/,
    plant: (right) => respelled(right, (key) => key.normalize('NFC')),
  },
  {
    bug: 'joins the parts of keys, so that namespaces share entries',
    noticedBy: /hostile names/,
    plant: (right) => respelled(right, (key) => key.replaceAll(/:+/g, ':')),
  },
];
