import { isUtf8 } from 'node:buffer';
import { CacheSerializationError } from '../contract/errors.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import { hasArrayPrototype, hasObjectPrototype, isPlainJson, valueKind, valuePath } from './plain-value.ts';

/**
 * Strict plain JSON: the default above a backend of bytes. What JSON cannot carry exactly is refused, naming its path.
 * A top-level `undefined` is zero bytes.
 */
export const plainJson: Serializer<unknown, Wire> = {
  name: 'json',
  serialize(value) {
    if (value === undefined) return '';
    try {
      if (isPlainJson(value)) return JSON.stringify(value);
    } catch (cause) {
      throw refusal(value, cause);
    }
    throw refusal(value);
  },
  deserialize(wire) {
    const text = utf8Text(wire);
    if (text === '') return undefined;
    if (text.startsWith(EXTENDED_JSON_MARK))
      throw new CacheSerializationError(
        'bytes: expected plain JSON, got JSON with tagged types; read it with json() of @cache/serializers',
      );
    return parsePlainJson(text);
  },
};

/** What the JSON with tagged types of `@cache/serializers` begins with: space that JSON allows and `JSON.stringify` never writes there. */
export const EXTENDED_JSON_MARK = ' \t';

/** `JSON.parse`, whose failure is a `CacheSerializationError` that quotes none of the text. */
export function parsePlainJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the engine's message quotes the text, so it is not kept as the cause
    throw new CacheSerializationError(`bytes: expected JSON, got ${text.length} characters that are none`);
  }
}

/** The text that `wire` stands for. Bytes that are not UTF-8 are refused, where decoding alone would replace them. */
export function utf8Text(wire: Wire): string {
  if (typeof wire === 'string') return wire;
  const bytes = Buffer.isBuffer(wire) ? wire : Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  const text = bytes.toString();
  if (text.includes('\ufffd') && !isUtf8(bytes))
    throw new CacheSerializationError(`bytes: expected UTF-8, got ${bytes.length} bytes that are not`);
  return text;
}

interface Place {
  readonly value: object;
  readonly steps: readonly (string | number)[];
  readonly parents: Place | undefined;
}

function refusal(value: unknown, cause?: unknown): CacheSerializationError {
  try {
    return whyNot(value, cause);
  } catch (thrown) {
    return new CacheSerializationError(
      'value: expected what plain JSON carries, got something that throws when it is read',
      {
        cause: thrown,
      },
    );
  }
}

/** Why `value` is no plain JSON. A second, slow walk, without recursion: values nested beyond the stack come here too. */
function whyNot(value: unknown, cause: unknown): CacheSerializationError {
  const todo: { value: unknown; steps: readonly (string | number)[]; parent: Place | undefined }[] = [
    { value, steps: [], parent: undefined },
  ];
  const refuse = (steps: readonly (string | number)[], got: string): CacheSerializationError =>
    new CacheSerializationError(
      `value at ${valuePath(steps)}: expected what plain JSON carries, got ${got}; json() and msgpack() of @cache/serializers carry more`,
      {
        ...(cause !== undefined && !(cause instanceof RangeError) && { cause }),
      },
    );
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { value: part, steps, parent } = next;
    if (typeof part !== 'object' || part === null) {
      if (!isPlainJson(part)) return refuse(steps, valueKind(part));
      continue;
    }
    for (let above = parent; above !== undefined; above = above.parents)
      if (above.value === part) return refuse(steps, `a reference back to ${valuePath(above.steps)}`);
    if (steps.length > DEEPEST) return refuse(steps, `more than ${DEEPEST} levels of nesting`);
    const isList = Array.isArray(part);
    const odd = Object.getOwnPropertySymbols(part).length > 0;
    if (odd || !(isList ? hasArrayPrototype(part) : hasObjectPrototype(part))) return refuse(steps, valueKind(part));
    const keys: readonly (string | number)[] = Object.keys(part);
    if (isList && keys.length !== part.length) return refuse(steps, valueKind(part));
    const here: Place = { value: part, steps, parents: parent };
    // last first, so that the first offender is the one named
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = isList ? i : (keys[i] as string);
      todo.push({ value: (part as Record<string | number, unknown>)[key], steps: [...steps, key], parent: here });
    }
  }
  return new CacheSerializationError('value: expected what plain JSON carries, got an object that changes while read', {
    cause,
  });
}

/** Where the search for a path ends; the engine's own stack ends a little later. */
const DEEPEST = 2000;
