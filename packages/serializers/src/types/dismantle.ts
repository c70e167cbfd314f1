import { isDeepStrictEqual } from 'node:util';
import { CacheSerializationError, hasArrayPrototype, hasObjectPrototype, valueKind, valuePath } from '@cache/core';
import { builtInByPrototype } from './built-in-types.ts';
import { setOwn, tag, tagOf } from './tags.ts';
import type { ValueType } from './type.ts';

/** What a format carries by itself, so that it needs no tag. */
export interface Format {
  readonly name: string;
  /** `false`: other programs read it, so what would need a tag is refused. */
  readonly tags: boolean;
  readonly carriesUndefined: boolean;
  readonly carriesHoles: boolean;
  carriesNumber(value: number): boolean;
  carriesBigint(value: bigint): boolean;
  carriesString(value: string): boolean;
  carriesKey(key: string): boolean;
  /** About an instance of a built-in type that has no parts; `prototype` is its own. */
  carriesLeaf(value: object, prototype: object): boolean;
  readonly carriesMapsAndSets: boolean;
}

/** What `value` becomes for a format: the same objects where nothing has to change, copies where something has. */
export interface Dismantled {
  readonly tree: unknown;
  /** Whether there are tags, or escapes of what looks like one. */
  readonly tagged: boolean;
}

/**
 * Replaces every part of `value` that `format` cannot carry by its tag.
 *
 * @throws CacheSerializationError, naming the path, for what neither the format nor a type carries
 */
export function dismantle(value: unknown, format: Format, types: readonly ValueType[]): Dismantled {
  const steps: (string | number)[] = [];
  const open = new Set<object>();
  let tagged = false;

  const refuse = (got: string, cause?: unknown): CacheSerializationError =>
    new CacheSerializationError(`value at ${valuePath(steps)}: expected what ${format.name} carries, got ${got}`, {
      ...(cause !== undefined && { cause }),
    });

  const mark = (part: unknown, name: string, payload: () => unknown): object => {
    if (!format.tags) throw refuse(valueKind(part));
    tagged = true;
    return tag(name, payload());
  };

  const step = (name: string | number, part: unknown): unknown => {
    steps.push(name);
    const done = anything(part);
    steps.pop();
    return done;
  };

  function anything(part: unknown): unknown {
    switch (typeof part) {
      case 'string':
        return format.carriesString(part) ? part : mark(part, 'string', () => JSON.stringify(part));
      case 'number':
        return format.carriesNumber(part)
          ? part
          : mark(part, 'number', () => (Object.is(part, -0) ? '-0' : String(part)));
      case 'boolean':
        return part;
      case 'undefined':
        return format.carriesUndefined ? part : mark(part, 'undefined', () => 0);
      case 'bigint':
        return format.carriesBigint(part) ? part : mark(part, 'bigint', () => String(part));
      case 'object':
        return part === null ? part : object(part);
      default:
        throw refuse(valueKind(part));
    }
  }

  function object(part: object): unknown {
    if (open.has(part)) throw refuse('a reference back to a value that contains it');
    if (open.size >= DEEPEST) throw refuse(`more than ${DEEPEST} levels of nesting`);
    open.add(part);
    let done: unknown;
    if (Array.isArray(part) && hasArrayPrototype(part)) done = list(part);
    else if (!Array.isArray(part) && hasObjectPrototype(part)) done = plain(part);
    else done = instance(part);
    open.delete(part);
    return done;
  }

  function list(part: unknown[]): unknown {
    let copy: unknown[] | undefined;
    let present = 0;
    let holes = 0;
    for (let i = 0; i < part.length; i++) {
      const item = part[i];
      if (item === undefined && !Object.hasOwn(part, i)) {
        holes++;
        if (!format.carriesHoles) return sparse(part);
        continue;
      }
      present++;
      const done = step(i, item);
      if (!Object.is(done, item)) {
        copy ??= part.slice();
        copy[i] = done;
      }
    }
    if (holes + present !== part.length || Object.keys(part).length !== present || hasSymbols(part))
      throw refuse('an array with named properties');
    return copy ?? part;
  }

  function sparse(part: unknown[]): unknown {
    return mark(part, 'sparse', () => [
      part.length,
      Object.keys(part).map((key) => {
        const index = Number(key);
        if (String(index) !== key || !(index < part.length) || hasSymbols(part))
          throw refuse('an array with named properties');
        return [index, step(index, part[index])];
      }),
    ]);
  }

  function plain(part: object): unknown {
    if (hasSymbols(part)) throw refuse('an object with properties named by symbols');
    let copy: object | undefined;
    let asEntries = false;
    for (const key of Object.keys(part)) {
      const item = (part as Record<string, unknown>)[key];
      asEntries ||= !format.carriesKey(key);
      const done = step(key, item);
      if (!Object.is(done, item)) {
        copy ??= { ...part };
        setOwn(copy, key, done);
      }
    }
    const done = copy ?? part;
    if (asEntries) return mark(part, 'entries', () => Object.entries(done).map(([key, item]) => [anything(key), item]));
    const lookalike = format.tags ? tagOf(done) : undefined;
    if (lookalike === undefined) return done;
    return mark(part, lookalike, () => (done as Record<string, unknown>)[lookalike]);
  }

  function instance(part: object): unknown {
    const registered = types.find((each) => each.test(part));
    if (registered !== undefined) {
      let stored: unknown;
      try {
        stored = registered.serialize(part);
      } catch (cause) {
        throw refuse(`a ${registered.name} that its type cannot serialize`, cause);
      }
      return mark(part, 'type', () => [registered.name, anything(stored)]);
    }
    const prototype: object | null = Object.getPrototypeOf(part);
    if (prototype === null) {
      if (hasSymbols(part)) throw refuse('an object with properties named by symbols');
      return mark(part, 'null', () => plain({ ...part }));
    }
    const builtIn = builtInByPrototype.get(prototype);
    if (builtIn === undefined) throw refuse(`${valueKind(part)}; register a type for it (types: [type({ … })])`);
    if (hasOwnProperties(part)) throw refuse(`${valueKind(part)} with properties of its own`);
    if (format.carriesMapsAndSets && part instanceof Map) return map(part);
    if (format.carriesMapsAndSets && part instanceof Set) return set(part);
    if (format.carriesLeaf(part, prototype)) return part;
    // the cast: part has the prototype that this type is for
    return mark(part, builtIn.tag, () => anything(builtIn.write(part as never)));
  }

  function map(part: Map<unknown, unknown>): unknown {
    let changed = false;
    let index = 0;
    const entries = Array.from(part, ([key, item]): [unknown, unknown] => {
      const done: [unknown, unknown] = [step(index, key), step(index, item)];
      index++;
      changed ||= !Object.is(done[0], key) || !Object.is(done[1], item);
      return done;
    });
    return changed ? new Map(entries) : part;
  }

  function set(part: Set<unknown>): unknown {
    let changed = false;
    let index = 0;
    const items = Array.from(part, (item) => {
      const done = step(index++, item);
      changed ||= !Object.is(done, item);
      return done;
    });
    return changed ? new Set(items) : part;
  }

  try {
    const tree = anything(value);
    return { tree, tagged };
  } catch (cause) {
    if (cause instanceof CacheSerializationError) throw cause;
    throw refuse('something that throws when it is read', cause); // a getter, a proxy
  }
}

/** Where the walk ends, well before the stack does: what the engine throws there is not always a RangeError. */
const DEEPEST = 1000;

/** Whether an instance of a built-in type has properties that it would lose. An Error keeps those that are named. */
function hasOwnProperties(part: object): boolean {
  if (ArrayBuffer.isView(part)) return !isDeepStrictEqual(part, sameBytes(part)); // to list the elements would take long
  return (!(part instanceof Error) && Object.keys(part).length > 0) || hasSymbols(part);
}

function sameBytes(view: ArrayBufferView): ArrayBufferView {
  const { buffer, byteOffset, byteLength } = view;
  if (Buffer.isBuffer(view)) return Buffer.from(buffer, byteOffset, byteLength);
  if (view instanceof DataView) return new DataView(buffer, byteOffset, byteLength);
  const { constructor: Same } = Object.getPrototypeOf(view) as { readonly constructor: Uint8ArrayConstructor }; // or one like it
  return new Same(buffer as ArrayBuffer, byteOffset, (view as Uint8Array).length);
}

const hasSymbols = (value: object): boolean => Object.getOwnPropertySymbols(value).length > 0;
