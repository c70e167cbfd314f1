import { isDeepStrictEqual } from 'node:util';

/**
 * What plain JSON carries exactly: null, booleans, strings, finite numbers but -0, dense arrays and plain objects of
 * these. Nothing else, because everything else comes back as something else.
 *
 * One tight walk, since it runs before every write: a replacer function costs twice as much as the rest of
 * `JSON.stringify`. A cycle, or nesting beyond the stack, is a RangeError here as it is there.
 */
export function isPlainJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return isPlainNumber(value);
    case 'object':
      return value === null || (Array.isArray(value) ? isPlainArray(value) : isPlainObject(value));
    default:
      return false;
  }
}

// x - x is NaN for NaN and the infinities; 1 / -0 is negative
const isPlainNumber = (value: number): boolean => (value === 0 ? 1 / value > 0 : value - value === 0);

function isPlainArray(value: readonly unknown[]): boolean {
  if (!hasArrayPrototype(value)) return false;
  const { length } = value;
  for (let i = 0; i < length; i++) {
    const item = value[i];
    if (typeof item === 'string') continue;
    if (typeof item === 'number') {
      if (item === 0 ? 1 / item > 0 : item - item === 0) continue;
      return false;
    }
    if (!isPlainJson(item)) return false;
  }
  return hasElementsOnly(value);
}

function isPlainObject(value: object): boolean {
  if (!hasObjectPrototype(value) || Object.getOwnPropertySymbols(value).length !== 0) return false;
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'string') continue;
    if (typeof item === 'number') {
      if (item === 0 ? 1 / item > 0 : item - item === 0) continue;
      return false;
    }
    if (!isPlainJson(item)) return false;
  }
  return true;
}

/** Whether the array `value` has no properties but its elements: others, as the result of a RegExp match has, would be lost. */
export function hasElementsOnly(value: readonly unknown[]): boolean {
  const { length } = value;
  if (length < MANY) return Object.values(value).length === length && Object.getOwnPropertySymbols(value).length === 0;
  // Listing a long array takes as long as writing it. Node compares properties other than elements before any element,
  // and knows them without listing the elements: so who is asked for its first one is compared with an array that has no others.
  probe.length = length;
  isReached = false;
  isDeepStrictEqual(value, probe);
  return isReached;
}

const MANY = 128;
let isReached = false;
const probe: unknown[] = Object.defineProperty([], 0, {
  configurable: true,
  enumerable: true,
  get() {
    isReached = true;
    return probe; // equal to nothing that is compared with it
  },
});

/** Whether `value` is an object as `{}` makes it, in this realm or another. */
export function hasObjectPrototype(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return true;
  return (
    prototype !== null && Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'propertyIsEnumerable')
  );
}

/** Whether the array `value` is as `[]` makes it, in this realm or another: no subclass. */
export function hasArrayPrototype(value: readonly unknown[]): boolean {
  const prototype = Object.getPrototypeOf(value);
  // in every realm Array.prototype is itself an array, and the prototype of no subclass is one
  return prototype === Array.prototype || (Array.isArray(prototype) && Object.hasOwn(prototype, 'flatMap'));
}

/** The place of a part inside a value, as in a JSONPath: `$.user["first name"][0]`. */
export function valuePath(steps: readonly (string | number)[]): string {
  let path = '$';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`;
    else path += /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  }
  return path.length <= 200 ? path : `${path.slice(0, 120)} … ${path.slice(-60)}`;
}

/** What `value` is, for a message that must not print it: `a function`, `an instance of Avatar`, `-0`. */
export function valueKind(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : Number.isFinite(value) ? 'a number' : String(value);
    case 'object': {
      if (value === null) return 'null';
      const prototype: object | null = Object.getPrototypeOf(value);
      if (prototype === null) return 'an object without a prototype';
      if (hasObjectPrototype(value)) return 'an object with properties named by symbols';
      if (Array.isArray(value) && hasArrayPrototype(value)) return 'an array with holes or named properties';
      const { name } = (prototype.constructor ?? {}) as { readonly name?: unknown };
      return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an instance of a class';
    }
    case 'undefined':
      return 'undefined';
    default:
      return `a ${typeof value}`;
  }
}
