import {
  assertOptions,
  EXTENDED_JSON_MARK,
  isPlainJson,
  parsePlainJson,
  plainJson,
  utf8Text,
  type Wire,
} from '@cache/core';
import type { ValueLayer } from '../compose/chain.ts';
import { dismantle, type Format } from '../types/dismantle.ts';
import { revive } from '../types/revive.ts';
import { typesByName } from '../types/type.ts';
import { unreadable } from './unreadable.ts';
import { type ValueOptions, valueLayer, valueOptions } from './value-layer.ts';

/** What `json` takes. */
export interface JsonOptions extends ValueOptions {
  /** Refuse, with the path, what plain JSON cannot carry, instead of tagging it. @default false */
  readonly strict?: boolean | undefined;
}

const format: Format = {
  name: 'json',
  tags: true,
  carriesUndefined: false,
  carriesBigint: () => false,
  carriesHoles: false,
  carriesMapsAndSets: false,
  carriesNumber: (value) => Number.isFinite(value) && !Object.is(value, -0),
  carriesString: () => true,
  carriesKey: () => true,
  carriesLeaf: () => false,
};

/**
 * JSON that loses nothing. What plain JSON carries is stored as plain JSON, which any program reads; a value with
 * anything else in it (Date, Map, Set, bigint, undefined, NaN, ±Infinity, -0, bytes, URL, RegExp, Error, your own types)
 * begins with a space and a tab, and has tags in place of these (`docs/wire.md`).
 */
export function json<T = unknown>(options: JsonOptions = {}): ValueLayer<T, Wire> {
  assertOptions('json', options, new Set(['strict', ...valueOptions]));
  const { types = [], strict = false } = options;
  const byName = typesByName(types);

  const serialize = (value: unknown): string => {
    if (value === undefined) return '';
    try {
      if (isPlainJson(value)) return JSON.stringify(value);
    } catch {
      // nested beyond the stack, a cycle, a getter that throws: the walk that names paths says which
    }
    return tagged(value);
  };
  const tagged = (value: unknown): string => {
    const { tree } = dismantle(value, format, types);
    return EXTENDED_JSON_MARK + JSON.stringify(tree);
  };
  const deserialize = (wire: Wire): unknown => {
    const text = utf8Text(wire);
    if (text === '') return undefined;
    if (text.charCodeAt(0) !== FIRST_OF_MARK || !text.startsWith(EXTENDED_JSON_MARK)) return parsePlainJson(text);
    try {
      return revive(parsePlainJson(text), byName);
    } catch (cause) {
      throw unreadable('json', cause);
    }
  };
  return valueLayer<T, Wire>(
    { name: 'json', serialize: strict ? plainJson.serialize : serialize, deserialize },
    options.readsAlso,
  );
}

const FIRST_OF_MARK = EXTENDED_JSON_MARK.charCodeAt(0);
