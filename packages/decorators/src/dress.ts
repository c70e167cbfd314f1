import type { AnyFunction } from './options.ts';

/** The part of the reflect-metadata package that is asked for, when the program has loaded it. */
interface ReflectMetadata {
  getOwnMetadataKeys?(target: object): readonly unknown[];
  getOwnMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

/** Gives `wrapper` the name, length, own properties and metadata of `fn`. @returns `wrapper` */
export function dress<W extends AnyFunction>(wrapper: W, fn: AnyFunction): W {
  for (const key of Reflect.ownKeys(fn)) {
    const descriptor = Object.getOwnPropertyDescriptor(fn, key);
    const own = Object.getOwnPropertyDescriptor(wrapper, key);
    if (descriptor === undefined || own?.configurable === false) continue;
    if (key === 'name' || key === 'length' || own === undefined) Object.defineProperty(wrapper, key, descriptor);
  }
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as ReflectMetadata;
  if (getOwnMetadataKeys !== undefined && getOwnMetadata !== undefined && defineMetadata !== undefined) {
    for (const key of getOwnMetadataKeys(fn)) defineMetadata(key, getOwnMetadata(key, fn), wrapper);
  }
  return wrapper;
}
