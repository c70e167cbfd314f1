import { binaryPrototypes } from '../types/binary-types.ts';
import type { Format } from '../types/dismantle.ts';
import { isWellFormedString } from './well-formed.ts';

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

/** What msgpackr loses, or takes for a name of its own. */
export const isReservedKey = (key: string): boolean => key === '__proto__' || key === '__keys__';

const leaves: ReadonlySet<object> = new Set([Date.prototype, RegExp.prototype, ...binaryPrototypes]);
