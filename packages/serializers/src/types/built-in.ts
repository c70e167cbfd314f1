import { CacheSerializationError } from '@cache/core';

/** A type of the language or of Node: recognised by its exact prototype, so that no subclass is flattened. */
export interface BuiltInType {
  readonly tag: string;
  readonly prototype: object;
  /** What stands for the value; its parts are tagged in turn. */
  write(value: never): unknown;
  /** The value again. @throws anything when `stored` is not what `write` makes */
  read(stored: unknown): unknown;
}

export const builtIn = <T>(
  tag: string,
  prototype: object,
  write: (value: T) => unknown,
  read: (stored: unknown) => T,
): BuiltInType => ({ tag, prototype, write, read });

/** Refuses what `write` of a type could not have made. */
export function expectStored(holds: boolean, what: string): asserts holds {
  if (!holds) throw new CacheSerializationError(`bytes: expected ${what}, got something else`);
}
