import { CacheConfigError } from '../contract/errors.ts';
import { kindOf } from '../contract/kind.ts';
import { assertOptions } from './check-options.ts';

/** What an option may be, in words and in code. */
export type OptionCheck = readonly [expected: string, fits: (given: unknown) => boolean];

export const hasMethod =
  (method: string) =>
  (given: unknown): boolean =>
    typeof (given as Record<string, unknown> | null | undefined)?.[method] === 'function';

export const isNumber =
  (from: number, to: number) =>
  (given: unknown): boolean =>
    typeof given === 'number' && given >= from && given <= to;

export const oneOf = (...allowed: readonly string[]): OptionCheck => [
  allowed.map((one) => `'${one}'`).join(' or '),
  (given) => allowed.includes(given as string),
];

export const aBackend: OptionCheck = ['one, such as memoryBackend() makes', hasMethod('getEntry')];
export const aSerializer: OptionCheck = [
  'one with serialize and deserialize (of a name: serializerFromUrl)',
  hasMethod('serialize'),
];
export const aBound: OptionCheck = ['a number of bytes (at least 1)', isNumber(1, Number.POSITIVE_INFINITY)];
export const aFunction: OptionCheck = ['a function', (given) => typeof given === 'function'];
export const aText: OptionCheck = ['a non-empty string', (given) => typeof given === 'string' && given !== ''];
export const aString: OptionCheck = ['a string', (given) => typeof given === 'string'];
export const aTime: OptionCheck = ['a time', () => true]; // parsed where it is used, which says what is wrong with it
export const aClock: OptionCheck = ['{ now(): number }', hasMethod('now')];
export const aLogger: OptionCheck = ['{ warn(message) }', hasMethod('warn')];
export const aBoolean: OptionCheck = ['true or false', (given) => typeof given === 'boolean'];

/** @throws {CacheConfigError} when the backends that `what` is made of are one */
export function assertTwo(what: string, first: { readonly name: string }, second: object): void {
  if (first === second) throw new CacheConfigError(`${what}: expected two backends, got ${first.name} twice`);
}

/** @throws {CacheConfigError} when an option that was given is not what it may be */
export function checkOption(name: string, check: OptionCheck, given: unknown): void {
  if (given !== undefined) demand(name, check, given);
}

/**
 * As {@link checkOption}, of all that `checks` name, which are the options that exist unless `known` says more; `label`
 * stands before their names.
 */
export function checkOptions(
  what: string,
  checks: Readonly<Record<string, OptionCheck>>,
  options: object,
  label: string = '',
  known: ReadonlySet<string> = new Set(Object.keys(checks)),
): void {
  assertOptions(what, options, known);
  for (const [name, check] of Object.entries(checks))
    checkOption(label + name, check, (options as Readonly<Record<string, unknown>>)[name]);
}

/** As {@link checkOption}, of what must be given. */
export function demand(name: string, [expected, fits]: OptionCheck, given: unknown): void {
  if (fits(given)) return;
  // Of strings only those that stand for a choice: a URL in the wrong place may hold a password.
  const shown = given === '' || (typeof given === 'string' && expected.startsWith("'"));
  const got = shown ? JSON.stringify(given) : typeof given === 'number' ? given : kindOf(given);
  throw new CacheConfigError(`${name}: expected ${expected}, got ${got}`);
}
