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

/** @throws {CacheConfigError} when an option that was given is not what it may be */
export function checkOption(name: string, [expected, fits]: OptionCheck, given: unknown): void {
  if (given === undefined || fits(given)) return;
  // Of strings only those that stand for a choice: a URL in the wrong place may hold a password.
  const shown = typeof given === 'number' || given === '' || (typeof given === 'string' && expected.startsWith("'"));
  const got = shown ? JSON.stringify(given) : kindOf(given);
  throw new CacheConfigError(`${name}: expected ${expected}, got ${got}`);
}
