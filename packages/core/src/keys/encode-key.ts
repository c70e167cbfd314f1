import { CacheKeyError } from '../contract/errors.ts';
import { encodeBuiltIn } from './encode-built-in.ts';

/*
 * An injective, readable encoding of values, the same for equal values whatever the order of their properties.
 * Invariants: each kind of value begins with a character or word that no other kind begins with; text only ever appears as a
 * JSON string, so a separator outside of quotes is a separator; the members of objects, maps and sets are sorted. So
 * the text can be read back in one way only.
 */

const maxDepth = 200;
const maxLength = 4_000_000;

/** A value that says itself what it is in a key: what `toCacheKey` returns is encoded in its place. */
export interface KeyedValue {
  toCacheKey(): unknown;
}

/**
 * `values` as one text, the same exactly for equal lists of values. They are compared as `assert.deepStrictEqual` does:
 * properties, maps and sets have no order, `1` is not `'1'`, `0` is not `-0`, an `undefined` property is not an absent one.
 * Trailing `undefined`s are left out, as the call `f(1, undefined)` is the call `f(1)`.
 *
 * Carries `undefined`, `null`, booleans, numbers, bigints, strings, dates, regular expressions, URLs, bytes, typed
 * arrays, arrays, plain objects, maps and sets; other objects by their `toCacheKey()`, else by class name and `toJSON()`.
 * @throws {CacheKeyError} on functions, symbols, cycles, arrays with holes, properties named by symbols, objects of a class
 * with neither method, nesting deeper than 200 levels, and more than 4,000,000 characters; with the cause, when one of their
 * own methods throws.
 */
export function encodeKey(values: readonly unknown[]): string {
  let count = values.length;
  while (count > 0 && values[count - 1] === undefined) count--;
  if (count === 0) return '';
  const walk: Walk = { open: [], written: 0 };
  try {
    let text = encode(walk, values[0], '0');
    for (let index = 1; index < count; index++) text += `,${encode(walk, values[index], String(index))}`;
    return text;
  } catch (cause) {
    if (cause instanceof CacheKeyError) throw cause;
    throw new CacheKeyError(
      'arguments: expected values that can be part of a key, got one that failed to say what it is',
      { cause },
    );
  }
}

/** The objects being walked, from the outside in, and how many characters have been written. */
interface Walk {
  readonly open: object[];
  written: number;
}

function encode(walk: Walk, value: unknown, path: string): string {
  switch (typeof value) {
    case 'string':
      return leaf(walk, JSON.stringify(value), path);
    case 'number':
      return leaf(walk, Object.is(value, -0) ? '-0' : String(value), path);
    case 'boolean':
    case 'undefined':
      return leaf(walk, String(value), path);
    case 'bigint':
      return leaf(walk, `${value}n`, path);
    case 'object':
      return value === null ? leaf(walk, 'null', path) : within(walk, value, path);
    default:
      throw refused(path, `a ${typeof value}`);
  }
}

// Counts what is written, so that objects that share their parts cannot grow an exponential text.
function leaf(walk: Walk, text: string, path: string): string {
  walk.written += text.length + 1;
  if (walk.written > maxLength) throw refused(path, `more than ${maxLength} characters`);
  return text;
}

function within(walk: Walk, value: object, path: string): string {
  const { open } = walk;
  if (open.includes(value)) throw refused(path, 'a cycle');
  if (open.length === maxDepth) throw refused(path, `nesting deeper than ${maxDepth} levels`);
  walk.written += 2;
  open.push(value);
  const text = encodeObject(walk, value, path);
  open.pop();
  return text;
}

function encodeObject(walk: Walk, value: object, path: string): string {
  const { toCacheKey } = value as Partial<KeyedValue>;
  if (typeof toCacheKey === 'function') return `@(${encode(walk, toCacheKey.call(value), `${path}.toCacheKey()`)})`;
  if (Array.isArray(value)) return `[${encodeArray(walk, value, path)}]`;
  if (isPlain(value)) return `{${encodeProperties(walk, value, path)}}`;
  const builtIn = encodeBuiltIn(value, (member) => encode(walk, member, `${path}[…]`));
  if (builtIn === undefined) return encodeInstance(walk, value, path);
  leaf(walk, builtIn, path);
  // Somebody may have hung properties of their own on a map or a date.
  if (ArrayBuffer.isView(value) || Object.keys(value).length === 0) return builtIn;
  return `${builtIn}{${encodeProperties(walk, value as Readonly<Record<string, unknown>>, path)}}`;
}

function encodeArray(walk: Walk, array: readonly unknown[], path: string): string {
  let text = '';
  for (let index = 0; index < array.length; index++) {
    if (!(index in array)) throw refused(`${path}.${index}`, 'a hole in an array');
    const member = encode(walk, array[index], `${path}.${index}`);
    text += index === 0 ? member : `,${member}`;
  }
  return text;
}

function encodeProperties(walk: Walk, object: Readonly<Record<string, unknown>>, path: string): string {
  if (Object.getOwnPropertySymbols(object).length > 0) throw refused(path, 'a property named by a symbol');
  let text = '';
  for (const name of Object.keys(object).sort()) {
    const property = `${leaf(walk, JSON.stringify(name), path)}:${encode(walk, object[name], `${path}.${name}`)}`;
    text += text === '' ? property : `,${property}`;
  }
  return text;
}

// A class is known by its name alone, so a minifier's name could make two classes one: those have to say what they are.
function encodeInstance(walk: Walk, value: object, path: string): string {
  const { name } = value.constructor ?? {};
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON !== 'function') throw refused(path, `an instance of ${name || 'a class without a name'}`);
  if (typeof name !== 'string' || name.length <= 2)
    throw refused(path, `an instance of a class named ${JSON.stringify(name ?? '')}, as by a minifier,`);
  return `new ${leaf(walk, JSON.stringify(name), path)}(${encode(walk, toJSON.call(value), `${path}.toJSON()`)})`;
}

/** Whether `value` was made by `{}` or `Object.create(null)`, in this realm or another. */
export function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

function refused(path: string, what: string): CacheKeyError {
  return new CacheKeyError(
    `argument ${path}: expected a value that can be part of a key, got ${what}; give the class a toCacheKey() method, or the function a \`key\``,
  );
}
