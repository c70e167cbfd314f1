import { hasArrayPrototype, hasObjectPrototype } from '@cache/core';
import { binaryPrototypes } from '../types/binary-types.ts';
import type { Format } from '../types/dismantle.ts';

// in every Node we support, but not in the library of TypeScript that goes with the oldest
const isWellFormedString = (value: string): boolean => (value as string & { isWellFormed(): boolean }).isWellFormed();

/**
 * What msgpackr carries by itself and exactly. Measured, not believed: -0, lone surrogates, the key `__proto__`, holes,
 * subclasses, errors with properties and the lastIndex of a RegExp come back as something else, so they are tagged or
 * refused; the key `__keys__` is a name msgpackr uses inside its own tables.
 */
export const msgpackFormat: Format = {
  name: 'msgpack',
  carriesUndefined: true,
  carriesBigint: true,
  carriesHoles: false,
  carriesMapsAndSets: true,
  tags: true,
  carriesNumber: (value) => !Object.is(value, -0),
  carriesString: isWellFormedString,
  carriesKey: (key) => !isReservedKey(key) && isWellFormedString(key),
  carriesLeaf: (value, prototype) =>
    leaves.has(prototype) &&
    !(value instanceof Date && Number.isNaN(value.getTime())) &&
    !(value instanceof RegExp && value.lastIndex !== 0),
};

const isReservedKey = (key: string): boolean => key === '__proto__' || key === '__keys__';

const leaves: ReadonlySet<object> = new Set([Date.prototype, RegExp.prototype, ...binaryPrototypes]);

/**
 * Whether msgpackr carries `value` exactly and nothing in it needs a look, but for lone surrogates: the tight walk.
 * @throws RangeError when it is nested beyond the stack, or a cycle
 */
export function isPackable(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
    case 'bigint':
      return true;
    case 'number':
      return value !== 0 || 1 / value > 0;
    case 'object':
      return value === null || (Array.isArray(value) ? isPackableArray(value) : isPackableObject(value));
    default:
      return false;
  }
}

function isPackableArray(value: readonly unknown[]): boolean {
  if (!hasArrayPrototype(value)) return false;
  const { length } = value;
  for (let i = 0; i < length; i++) {
    const item = value[i];
    if (typeof item === 'number') {
      if (item !== 0 || 1 / item > 0) continue;
      return false;
    }
    if (typeof item === 'string') continue;
    if (item === undefined || !isPackable(item)) return false; // undefined, or a hole: the slow walk knows
  }
  return true;
}

function isPackableObject(value: object): boolean {
  if (!hasObjectPrototype(value)) return false;
  for (const key in value) {
    if (key === '__proto__' || key === '__keys__') return false;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'string') continue;
    if (typeof item === 'number') {
      if (item !== 0 || 1 / item > 0) continue;
      return false;
    }
    if (!isPackable(item)) return false;
  }
  return true;
}

/**
 * Whether no string in `value` has a lone surrogate. Looking at every string costs more than packing it, so `packed` is
 * searched first for what UTF-8 encoders make of one: U+FFFD, or the three bytes of the surrogate itself.
 */
export function isWellFormed(value: unknown, packed: Buffer): boolean {
  return !mayHoldSurrogate(packed) || stringsAreWellFormed(value);
}

const REPLACEMENT = Buffer.from('\ufffd');

function mayHoldSurrogate(packed: Buffer): boolean {
  if (packed.indexOf(REPLACEMENT) !== -1) return true;
  for (let at = packed.indexOf(0xed); at !== -1; at = packed.indexOf(0xed, at + 1))
    if ((packed[at + 1] ?? 0) >= 0xa0) return true;
  return false;
}

function stringsAreWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return isWellFormedString(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(stringsAreWellFormed);
  for (const key in value)
    if (!isWellFormedString(key) || !stringsAreWellFormed((value as Record<string, unknown>)[key])) return false;
  return true;
}
