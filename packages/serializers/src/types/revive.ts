import { CacheSerializationError } from '@cache/core';
import { expectStored } from './built-in.ts';
import { builtInByTag } from './built-in-types.ts';
import { setOwn, tagOf } from './tags.ts';
import type { ValueType } from './type.ts';

/**
 * Undoes {@link dismantle}, in place: `tree` was just decoded and belongs to nobody else.
 *
 * @throws CacheSerializationError for a tag that is unknown or does not hold what its type writes
 */
export function revive(tree: unknown, types: ReadonlyMap<string, ValueType>): unknown {
  // what was met, since a hostile tree may share parts, or contain itself, and must still take linear time
  const met = new Map<object, unknown>();

  function anything(part: unknown): unknown {
    if (typeof part !== 'object' || part === null) return part;
    if (met.has(part)) return met.get(part);
    met.set(part, part);
    const done = object(part);
    if (done !== part) met.set(part, done);
    return done;
  }

  function object(part: object): unknown {
    if (Array.isArray(part)) {
      // a few hostile bytes can claim an array of 2 ** 32 holes
      expectStored(part.length < 2 ** 25 || Object.keys(part).length === part.length, 'an array without holes');
      for (let i = 0; i < part.length; i++) {
        const item: unknown = part[i];
        const done = anything(item);
        if (done !== item) part[i] = done;
      }
      return part;
    }
    if (part instanceof Map) {
      const entries = Array.from(part, ([key, item]) => [anything(key), anything(item)] as const);
      part.clear();
      for (const [key, item] of entries) part.set(key, item);
      return part;
    }
    if (part instanceof Set) {
      const items = Array.from(part, anything);
      part.clear();
      for (const item of items) part.add(item);
      return part;
    }
    if (Object.getPrototypeOf(part) !== Object.prototype) return part;
    const name = tagOf(part)?.slice(1);
    for (const key of Object.keys(part)) {
      const item = (part as Record<string, unknown>)[key];
      const done = anything(item);
      if (done !== item) setOwn(part, key, done);
    }
    return name === undefined ? part : untag(name, (part as Record<string, unknown>)[`$${name}`]);
  }

  function untag(name: string, payload: unknown): unknown {
    if (name.startsWith('$')) return { [name]: payload };
    switch (name) {
      case 'undefined':
        return undefined;
      case 'number':
        expectStored(
          payload === '-0' || payload === 'NaN' || payload === 'Infinity' || payload === '-Infinity',
          'a number',
        );
        return Number(payload);
      case 'bigint':
        expectStored(typeof payload === 'string' && /^-?\d+$/.test(payload), 'a bigint');
        return BigInt(payload);
      case 'string': {
        expectStored(typeof payload === 'string', 'a string');
        const text: unknown = JSON.parse(payload);
        expectStored(typeof text === 'string', 'a string');
        return text;
      }
      case 'null':
        expectStored(typeof payload === 'object' && payload !== null, 'an object without a prototype');
        return Object.setPrototypeOf({ ...payload }, null);
      case 'entries':
        return fromEntries(payload);
      case 'sparse':
        return fromSparse(payload);
      case 'type':
        return registered(payload);
      default: {
        const builtIn = builtInByTag.get(name);
        expectStored(builtIn !== undefined, `a known tag (a newer version may know $${name.slice(0, 40)})`);
        return builtIn.read(payload);
      }
    }
  }

  function registered(payload: unknown): unknown {
    expectStored(Array.isArray(payload) && payload.length === 2 && typeof payload[0] === 'string', 'a registered type');
    const [name, stored] = payload as [string, unknown];
    const each = types.get(name);
    if (each === undefined)
      throw new CacheSerializationError(
        `bytes: expected values of registered types, got a ${name.slice(0, 100)}; pass its type in types`,
      );
    return each.deserialize(stored);
  }

  return anything(tree);
}

function fromEntries(payload: unknown): object {
  expectStored(Array.isArray(payload), 'the entries of an object');
  const object = {};
  for (const pair of payload) {
    expectStored(Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string', 'the entries of an object');
    setOwn(object, pair[0], pair[1]);
  }
  return object;
}

function fromSparse(payload: unknown): unknown[] {
  expectStored(Array.isArray(payload) && payload.length === 2 && Array.isArray(payload[1]), 'an array with holes');
  const [length, entries] = payload as [unknown, unknown[]];
  const isIndex = (index: unknown): boolean => typeof index === 'number' && Number.isInteger(index) && index >= 0;
  expectStored(isIndex(length) && (length as number) < 2 ** 32, 'an array with holes');
  const array: unknown[] = [];
  // the greatest length first, so that the engine reserves no memory for the holes, whatever the bytes claim
  array.length = 2 ** 32 - 1;
  array.length = length as number;
  for (const pair of entries) {
    expectStored(Array.isArray(pair) && isIndex(pair[0]) && pair[0] < (length as number), 'an array with holes');
    array[pair[0]] = pair[1];
  }
  return array;
}
