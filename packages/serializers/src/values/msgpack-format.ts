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
  carriesBigint: () => true,
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

/** What other languages read as the same: no tags, and only the types that the format itself has. */
export const interopFormat: Format = {
  ...msgpackFormat,
  name: 'msgpack for other languages',
  tags: false,
  carriesUndefined: false,
  carriesMapsAndSets: false,
  carriesBigint: (value) => value >= -(2n ** 63n) && value < 2n ** 64n,
  carriesLeaf: (value, prototype) =>
    prototype === Buffer.prototype || (prototype === Date.prototype && msgpackFormat.carriesLeaf(value, prototype)),
};

const isReservedKey = (key: string): boolean => key === '__proto__' || key === '__keys__';

const leaves: ReadonlySet<object> = new Set([Date.prototype, RegExp.prototype, ...binaryPrototypes]);

/**
 * Whether msgpackr carries `value` exactly and nothing in it needs a look, but for lone surrogates: the tight walk.
 *
 * Properties named by symbols, and named properties of short arrays, are looked for in the first containers alone:
 * looking costs as much as packing, and who makes such objects makes the first one so.
 * @throws RangeError when it is nested beyond the stack, or a cycle
 */
export function isPackable(value: unknown): boolean {
  closeLooks = CLOSE_LOOKS;
  sawText = false;
  return isPackablePart(value);
}

const CLOSE_LOOKS = 16;
let closeLooks = 0;
/** Whether the last walk met strings or keys: among numbers alone nothing can be ill-formed, and their bytes look like anything. */
let sawText = false;

function isPackablePart(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      sawText = true;
      return true;
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
  if (closeLooks > 0) {
    closeLooks--;
    if (length < 64 && Object.keys(value).length !== length) return false;
  }
  for (let i = packableNumbers(value); i < length; i++) {
    const item = value[i];
    if (typeof item === 'string') {
      sawText = true;
      continue;
    }
    if (item === undefined || !isPackablePart(item)) return false; // undefined, or a hole: the slow walk knows
  }
  return true;
}

/** How many numbers `value` begins with, up to the first -0: a loop of its own, because the engine makes it twice as fast. */
function packableNumbers(value: readonly unknown[]): number {
  const { length } = value;
  let i = 0;
  for (; i < length; i++) {
    const item = value[i];
    if (typeof item !== 'number' || (item === 0 && 1 / item < 0)) break;
  }
  return i;
}

function isPackableObject(value: object): boolean {
  if (!hasObjectPrototype(value)) return false;
  sawText = true;
  if (closeLooks > 0) {
    closeLooks--;
    if (hasSymbols(value)) return false;
  }
  for (const key in value) {
    if (key === '__proto__' || key === '__keys__') return false;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'string') continue;
    if (typeof item === 'number') {
      if (item !== 0 || 1 / item > 0) continue;
      return false;
    }
    if (!isPackablePart(item)) return false;
  }
  return true;
}

const hasSymbols = (value: object): boolean => Object.getOwnPropertySymbols(value).length > 0;

/**
 * Whether no string in `value`, about which {@link isPackable} was just asked, has a lone surrogate. Looking at every string costs more than packing it, so `packed` is
 * searched first for what UTF-8 encoders make of one: U+FFFD, or the three bytes of the surrogate itself.
 */
export function isWellFormed(value: unknown, packed: Buffer): boolean {
  return !sawText || !mayHoldSurrogate(packed) || stringsAreWellFormed(value);
}

const REPLACEMENT = Buffer.from('\ufffd');

function mayHoldSurrogate(packed: Buffer): boolean {
  const start = packed.indexOf(0xef); // of U+FFFD, and of much else
  if (start !== -1 && packed.indexOf(REPLACEMENT, start) !== -1) return true;
  for (let at = packed.indexOf(0xed); at !== -1; at = packed.indexOf(0xed, at + 1))
    if ((packed[at + 1] ?? 0) >= 0xa0) return true;
  return false;
}

function stringsAreWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return isWellFormedString(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (let i = packableNumbers(value); i < value.length; i++) if (!stringsAreWellFormed(value[i])) return false;
    return true;
  }
  for (const key in value)
    if (!isWellFormedString(key) || !stringsAreWellFormed((value as Record<string, unknown>)[key])) return false;
  return true;
}
