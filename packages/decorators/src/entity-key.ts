import { CacheKeyError } from '@cache/core';
import { encodeKey } from '@cache/core/keys';
import type { PrimaryKey } from './entity-options.ts';

/** A primary key as text: strings, numbers, bigints and booleans as they are, objects as `encodeKey` says. */
export function primaryKeyText(name: string, pk: PrimaryKey): string {
  switch (typeof pk) {
    case 'string':
      if (pk !== '') return pk;
      throw noKey(name, 'an empty string');
    case 'number':
      if (!Number.isNaN(pk)) return String(pk);
      throw noKey(name, 'NaN');
    case 'bigint':
    case 'boolean':
      return String(pk);
    case 'object':
      if (pk !== null) return encodeKey([pk]);
      throw noKey(name, 'null');
    default:
      throw noKey(name, typeof pk);
  }
}

function noKey(name: string, got: string): CacheKeyError {
  return new CacheKeyError(
    `entityCache ${JSON.stringify(name)}: expected a primary key (a string, a number, a bigint, a boolean or an object), got ${got}`,
  );
}

/** The first argument, where it can be what identifies an entity. @throws {CacheKeyError} */
export function firstArgument(name: string, args: readonly unknown[]): object {
  const [first] = args;
  if (typeof first === 'object' && first !== null) return first;
  throw new CacheKeyError(
    `entityCache ${JSON.stringify(name)}: expected an object as first argument, got ${first === null ? 'null' : typeof first}; \`args\` tells how other parameters identify an entity`,
  );
}
