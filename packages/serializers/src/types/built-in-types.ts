import { binaryTypes } from './binary-types.ts';
import { type BuiltInType, builtIn, expectStored } from './built-in.ts';
import { errorTypes } from './error-types.ts';

const date = builtIn<Date>(
  'Date',
  Date.prototype,
  (value) => (Number.isNaN(value.getTime()) ? null : value.toISOString()),
  (stored) => {
    if (stored === null) return new Date(Number.NaN);
    expectStored(typeof stored === 'string', 'a date');
    const value = new Date(stored);
    expectStored(!Number.isNaN(value.getTime()) && value.toISOString() === stored, 'a date as toISOString writes it');
    return value;
  },
);

const map = builtIn<Map<unknown, unknown>>(
  'Map',
  Map.prototype,
  (value) => Array.from(value, ([key, item]) => [key, item]),
  (stored) => {
    expectStored(Array.isArray(stored) && stored.every((pair) => Array.isArray(pair) && pair.length === 2), 'a Map');
    return new Map(stored as [unknown, unknown][]);
  },
);

const set = builtIn<Set<unknown>>(
  'Set',
  Set.prototype,
  (value) => Array.from(value),
  (stored) => {
    expectStored(Array.isArray(stored), 'a Set');
    return new Set(stored);
  },
);

const url = builtIn<URL>(
  'URL',
  URL.prototype,
  (value) => value.href,
  (stored) => {
    expectStored(typeof stored === 'string', 'a URL');
    return new URL(stored);
  },
);

const regExp = builtIn<RegExp>(
  'RegExp',
  RegExp.prototype,
  ({ source, flags, lastIndex }) => (lastIndex === 0 ? [source, flags] : [source, flags, lastIndex]),
  (stored) => {
    expectStored(Array.isArray(stored) && typeof stored[0] === 'string' && typeof stored[1] === 'string', 'a RegExp');
    const value = new RegExp(stored[0], stored[1]);
    if (stored[2] !== undefined) {
      expectStored(Number.isInteger(stored[2]), 'a RegExp');
      value.lastIndex = stored[2];
    }
    return value;
  },
);

const types: readonly BuiltInType[] = [date, map, set, url, regExp, ...errorTypes, ...binaryTypes];

export const builtInByPrototype: ReadonlyMap<object, BuiltInType> = new Map(
  types.map((each) => [each.prototype, each]),
);

export const builtInByTag: ReadonlyMap<string, BuiltInType> = new Map(types.map((each) => [each.tag, each]));
