import { CacheConfigError } from '../contract/errors.ts';
import { parseTtl, type Ttl } from '../time/ttl.ts';
import { didYouMean } from './nearest.ts';
import { collect, type Problems, shown } from './problems.ts';
import type { HostPort, Parameter, Parameters, SchemeForm } from './scheme.ts';
import { parseHost } from './url.ts';

/** A setting as it was given, and where, for the message when it is wrong: `CACHE_URL parameter "max"`. */
export interface Given {
  readonly value: unknown;
  readonly where: string;
  readonly from: 'URL' | 'environment' | 'code';
}

/** Parameters that may stand beside those of a scheme. */
export interface Beside {
  /** In messages: `every cache`. */
  readonly owner: string;
  readonly parameters: Parameters;
}

export interface Reading {
  /** Of two parameters with one name that of the form is meant. */
  readonly beside?: Beside | undefined;
  /** Whether what is missing may be given elsewhere. @default false */
  readonly partial?: boolean | undefined;
  /** What might have named another form and names none. */
  readonly unsaid?: string | undefined;
}

/**
 * The settings of `given`, checked by the parameters of `form` and by those beside them, with the defaults filled in. What
 * is wrong is added to `problems`.
 * @param what names the whole in messages
 */
export function readSettings(
  { scheme, parameters }: Pick<SchemeForm, 'scheme' | 'parameters'>,
  given: ReadonlyMap<string, Given>,
  what: string,
  problems: Problems,
  { beside, partial = false, unsaid }: Reading = {},
): Record<string, unknown> {
  const all = { ...beside?.parameters, ...parameters };
  const settings: Record<string, unknown> = {};
  const nested = ['near', 'fallback'].some((name) => Object.hasOwn(all, name) && given.get(name)?.from === 'URL');
  for (const [name, { where, from }] of given) {
    if (Object.hasOwn(all, name)) continue;
    const own = Object.keys(parameters).join(', ') || 'none';
    const others = beside && ` or of ${beside.owner} (${Object.keys(beside.parameters).join(', ')})`;
    const hint =
      didYouMean(name, Object.keys(all)) ||
      (nested && from === 'URL'
        ? '; if it belongs to the URL of a near tier or a fallback, write & there as %26'
        : '') ||
      (unsaid === undefined ? '' : `; ${scheme}:// is meant as long as ${unsaid} names no other`);
    problems.push(`${where}: expected a parameter of ${scheme}:// (${own})${others ?? ''}${hint}`);
  }
  for (const [name, parameter] of Object.entries(all)) {
    const found = given.get(name);
    if (found !== undefined) {
      settings[name] = collect(problems, () => readParameter(parameter, found));
    } else if (parameter.default !== undefined) {
      settings[name] = parameter.default;
    } else if (parameter.required === true && !partial) {
      problems.push(
        `${what}: expected ${JSON.stringify(name)} (${parameter.description}), which ${scheme}:// needs, got none`,
      );
    }
  }
  return settings;
}

/** One setting, read from text or taken from code. @throws {CacheConfigError} */
export function readParameter(parameter: Parameter, { value, where }: Given): unknown {
  const read = readers[parameter.type] as (value: unknown, parameter: Parameter, where: string) => unknown;
  const result = read(value, parameter, where);
  if (result !== refused) return result;
  const hint =
    parameter.type === 'choice' && typeof value === 'string' && parameter.secret !== true
      ? didYouMean(value, parameter.choices)
      : '';
  throw new CacheConfigError(
    `${where}: expected ${expectation(parameter)}, got ${shown(value, parameter.secret)}${hint}`,
  );
}

const refused: unique symbol = Symbol('refused');
type Read<Type extends Parameter['type']> = (
  value: unknown,
  parameter: Extract<Parameter, { type: Type }>,
  where: string,
) => unknown;

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on', 't', 'y'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off', 'f', 'n'].map((word) => [word, false] as const),
]);

const readers: { readonly [Type in Parameter['type']]: Read<Type> } = {
  text: (value) => (typeof value === 'string' ? value : refused),
  integer: (value, parameter) => bounded(number(value, /^-?\d{1,16}$/), parameter, Number.isSafeInteger),
  number: (value, parameter) => bounded(number(value, /^-?\d{1,16}(\.\d{1,16})?$/), parameter, Number.isFinite),
  boolean: (value) =>
    typeof value === 'boolean'
      ? value
      : ((typeof value === 'string' ? truths.get(value.toLowerCase()) : undefined) ?? refused),
  duration(value, { orNever, orZero }) {
    if (value === null || value === Number.POSITIVE_INFINITY || value === 'never') return orNever ? null : refused;
    const ttl = typeof value === 'string' && /^\d{1,16}(\.\d{1,16})?$/.test(value) ? Number(value) : value;
    if (ttl === 0) return orZero ? 0 : refused;
    try {
      return parseTtl(ttl as Ttl);
    } catch {
      return refused; // an InvalidTtlError, whose words are for code
    }
  },
  choice: (value, { choices }) => (typeof value === 'string' && choices.includes(value) ? value : refused),
  hosts(value, _parameter, where) {
    if (typeof value === 'string') return value.split(',').map((host) => parseHost(host.trim(), where));
    if (!Array.isArray(value) || value.length === 0) return refused;
    return value.map((host: string | HostPort) => parseHost(typeof host === 'string' ? host : hostText(host), where));
  },
  list(value) {
    const items: unknown[] | undefined =
      typeof value === 'string'
        ? value.split(',').map((item) => item.trim())
        : Array.isArray(value)
          ? value
          : undefined;
    return items?.every((item) => typeof item === 'string' && item !== '') ? items : refused;
  },
};

function hostText(given: HostPort): string {
  const host = String(given?.host ?? '');
  const name = host.includes(':') ? `[${host}]` : host;
  return given?.port === undefined ? name : `${name}:${given.port}`;
}

function number(value: unknown, grammar: RegExp): unknown {
  if (typeof value !== 'string') return value;
  return grammar.test(value) ? Number(value) : /^infinity$/i.test(value) ? Number.POSITIVE_INFINITY : undefined;
}

function bounded(
  value: unknown,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, orInfinity = false }: Bounds,
  fits: (value: unknown) => boolean,
): unknown {
  if (value === Number.POSITIVE_INFINITY) return orInfinity ? value : refused;
  return fits(value) && Number(value) >= min && Number(value) <= max ? value : refused;
}

interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly orInfinity?: boolean | undefined;
}

/** What a parameter takes, for messages and the reference page. */
export function expectation(parameter: Parameter): string {
  switch (parameter.type) {
    case 'text':
      return 'a text';
    case 'integer':
    case 'number': {
      const { type, min, max, orInfinity } = parameter;
      const range =
        min !== undefined && max !== undefined
          ? ` from ${min} to ${max}`
          : min !== undefined
            ? ` of at least ${min}`
            : max !== undefined
              ? ` of at most ${max}`
              : '';
      return `${type === 'integer' ? 'an integer' : 'a number'}${range}${orInfinity ? ' or Infinity' : ''}`;
    }
    case 'boolean':
      return 'true or false (also yes, no, on, off, 1, 0)';
    case 'duration':
      return `a duration (milliseconds, or 250ms 1.5s 5m 2h 7d)${parameter.orZero ? ' or 0' : ''}${parameter.orNever ? ' or never' : ''}`;
    case 'choice':
      return parameter.choices.length === 1 ? String(parameter.choices[0]) : `one of ${parameter.choices.join(', ')}`;
    case 'hosts':
      return 'servers such as a:6379,b:6379';
    case 'list':
      return 'a list such as a,b';
  }
}
