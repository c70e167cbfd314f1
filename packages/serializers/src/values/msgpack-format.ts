import { hasArrayPrototype, hasElementsOnly, hasObjectPrototype } from '@cache/core';
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
 * Whether msgpackr carries `value` exactly and nothing in it needs a look: the tight walk. What it does not vouch for,
 * {@link dismantle} looks at. Of lone surrogates {@link isWellFormed} has the last word.
 *
 * Properties named by symbols, and named ones of arrays, are looked for everywhere but in elements of an array after the
 * first {@link CLOSE_ELEMENTS}: such a look costs a fifth of packing, and elements of one array are made by one piece of code.
 *
 * @throws RangeError when it is nested beyond the stack, or a cycle
 */
export function isPackable(value: unknown): boolean {
  isClose = true;
  looks = LOOKS;
  hasUnseenText = false;
  return isPackablePart(value);
}

const CLOSE_ELEMENTS = 16;
let isClose = true;

/**
 * How many strings and keys are looked at one by one for lone surrogates, and how long they may be: a look at many, or at
 * a long one that is not Latin-1, costs more than packing it, and a search of what was packed costs less.
 */
const LOOKS = 32;
const LONG = 1024;

let looks = 0;
/** Whether the last walk met text that it did not look at. Among numbers alone nothing is ill-formed, and their bytes look like anything. */
let hasUnseenText = false;

function isPackableText(text: string): boolean {
  if (looks > 0 && text.length < LONG) {
    looks--;
    return isWellFormedString(text);
  }
  hasUnseenText = true;
  return true;
}

function isPackablePart(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return isPackableText(value);
    case 'boolean':
    case 'undefined':
    case 'bigint':
      return true;
    case 'number':
      return !Object.is(value, -0);
    case 'object':
      return value === null || (Array.isArray(value) ? isPackableArray(value) : isPackableObject(value));
    default:
      return false;
  }
}

function isPackableArray(value: readonly unknown[]): boolean {
  if (!hasArrayPrototype(value) || (isClose && !hasElementsOnly(value))) return false;
  const { length } = value;
  const isCloseHere = isClose;
  for (let i = packableNumbers(value); i < length; i++) {
    isClose = isCloseHere && i < CLOSE_ELEMENTS;
    const item = value[i];
    if (item === undefined || !isPackablePart(item)) return false; // undefined, or a hole: the slow walk knows
  }
  isClose = isCloseHere;
  return true;
}

/** How many numbers `value` begins with, up to the first -0: a loop of its own, four at a time, because the engine makes it twice as fast. */
function packableNumbers(value: readonly unknown[]): number {
  const { length } = value;
  let i = 0;
  for (; i + 3 < length; i += 4)
    if (
      !isPackableNumber(value[i]) ||
      !isPackableNumber(value[i + 1]) ||
      !isPackableNumber(value[i + 2]) ||
      !isPackableNumber(value[i + 3])
    )
      break;
  while (i < length && isPackableNumber(value[i])) i++;
  return i;
}

const isPackableNumber = (value: unknown): boolean => typeof value === 'number' && !Object.is(value, -0);

function isPackableObject(value: object): boolean {
  if (!hasObjectPrototype(value) || (isClose && Object.getOwnPropertySymbols(value).length > 0)) return false;
  for (const key in value) {
    if (isReservedKey(key) || !isPackableText(key)) return false;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'string') {
      if (!isPackableText(item)) return false;
    } else if (typeof item === 'number') {
      if (Object.is(item, -0)) return false;
    } else if (!isPackablePart(item)) return false;
  }
  return true;
}

/**
 * Whether no string in `value`, about which {@link isPackable} was just asked, has a lone surrogate, now that it is packed:
 * `packed` is searched for what UTF-8 encoders make of one, which is U+FFFD or the three bytes of the surrogate itself.
 */
export function isWellFormed(value: unknown, packed: Buffer): boolean {
  return !hasUnseenText || !mayHoldSurrogate(packed) || stringsAreWellFormed(value);
}

const REPLACEMENT = Buffer.from('\ufffd');

function mayHoldSurrogate(packed: Buffer): boolean {
  const start = packed.indexOf(0xef); // of U+FFFD, and of much else
  if (start !== -1 && packed.indexOf(REPLACEMENT, start) !== -1) return true;
  let at = packed.indexOf(0xed);
  for (let hits = 0; at !== -1; at = packed.indexOf(0xed, at + 1))
    if ((packed[at + 1] ?? 0) >= 0xa0 || ++hits === 64) return true; // Korean is full of this byte
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
