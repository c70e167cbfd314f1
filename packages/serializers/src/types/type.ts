import { CacheConfigError } from '@cache/core';

/** How values of one class travel. Made by {@link type}; given as `types: [money]` to json, msgpack and v8 alike. */
export interface ValueType<T = unknown> {
  /** Names the type on the wire. Entries outlive deployments: never reuse a name for something else. */
  readonly name: string;
  /** Whether `value` is one. Asked about every object that is neither a plain object nor a plain array. */
  test(value: object): boolean;
  /** What is stored in its place: anything the serializer carries, values of registered types included. */
  serialize(value: T): unknown;
  /** The value again. What it throws becomes a `CacheSerializationError`; what it gets may be hostile. */
  deserialize(stored: unknown): T;
}

/** A {@link ValueType} of which `test` and `serialize` know the type, as a class or a type guard gives it. */
export interface TypeDefinition<T extends object, S> {
  readonly name: string;
  test(value: object): value is T;
  serialize(value: T): S;
  deserialize(stored: S): T;
}

/**
 * Registers how values of a class travel, once for every value serializer.
 *
 * @throws CacheConfigError when the name is empty or a member is missing
 */
export function type<T extends object, S>(definition: TypeDefinition<T, S>): ValueType<T> {
  const { name } = definition;
  if (typeof name !== 'string' || name === '')
    throw new CacheConfigError(`type: expected a name (a non-empty string), got ${JSON.stringify(name)}`);
  for (const member of ['test', 'serialize', 'deserialize'] as const)
    if (typeof definition[member] !== 'function')
      throw new CacheConfigError(`type ${name}: expected a function ${member}, got ${typeof definition[member]}`);
  // what is read back has the form that serialize gave it, or deserialize throws: S is the author's promise to himself
  return definition as unknown as ValueType<T>;
}

/** The types by name, looked up when reading. Two of one name would decide by order which reads an entry. */
export function typesByName(types: readonly ValueType[]): ReadonlyMap<string, ValueType> {
  const byName = new Map<string, ValueType>();
  for (const each of types) {
    if (byName.has(each.name))
      throw new CacheConfigError(`types: expected each name once, got ${JSON.stringify(each.name)} twice`);
    byName.set(each.name, each);
  }
  return byName;
}
