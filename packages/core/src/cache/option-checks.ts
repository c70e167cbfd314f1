import { CacheConfigError } from '../contract/errors.ts';
import { kindOf } from '../contract/kind.ts';

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
export const aFunction: OptionCheck = ['a function', (given) => typeof given === 'function'];
export const aText: OptionCheck = ['a non-empty string', (given) => typeof given === 'string' && given !== ''];
export const aString: OptionCheck = ['a string', (given) => typeof given === 'string'];
export const aClock: OptionCheck = ['{ now(): number }', hasMethod('now')];
export const aLogger: OptionCheck = ['{ warn(message) }', hasMethod('warn')];
export const aBoolean: OptionCheck = ['true or false', (given) => typeof given === 'boolean'];

/** @throws {CacheConfigError} when an option that was given is not what it may be */
export function checkOption(name: string, check: OptionCheck, given: unknown): void {
  if (given !== undefined) demand(name, check, given);
}

/** As {@link checkOption}, of all that `checks` name; `label` stands before their names. */
export function checkAll(label: string, checks: Readonly<Record<string, OptionCheck>>, options: object): void {
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
