import { CacheConfigError } from '../contract/errors.ts';
import type { Asking } from './load-package.ts';

/** What is wrong with a configuration: one sentence each, none with a secret in it. */
export type Problems = string[];

const listed = new WeakMap<CacheConfigError, readonly string[]>();

/** @throws {CacheConfigError} that lists all of `problems` once, if there are any */
export function refuse(all: Readonly<Problems>): void {
  const problems = [...new Set(all)];
  if (problems.length === 0) return;
  const error = new CacheConfigError(
    problems.length === 1
      ? String(problems[0])
      : `the configuration has ${problems.length} problems:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
  );
  listed.set(error, problems);
  throw error;
}

/** `read()`, or `undefined` with the message of the error it refused with among `problems`. */
export function collect<T>(problems: Problems, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    keep(problems, error);
    return undefined;
  }
}

/** As {@link collect}, of what is read later. */
export async function collectAsync<T>(problems: Problems, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    keep(problems, error);
    return undefined;
  }
}

/** As {@link collect}, of reading that asks for packages. */
export function* collecting<T>(problems: Problems, asking: Asking<T>): Asking<T | undefined> {
  try {
    return yield* asking;
  } catch (error) {
    keep(problems, error);
    return undefined;
  }
}

/** A refusal that says nothing: of what cannot be judged now. */
export function unjudged(): CacheConfigError {
  const error = new CacheConfigError('the configuration could not be judged');
  listed.set(error, []);
  return error;
}

/** Adds the message of the refusal `error`, or each of those it lists, to `problems`. Any other error is thrown. */
export function keep(problems: Problems, error: unknown): void {
  if (!(error instanceof CacheConfigError)) throw error;
  problems.push(...(listed.get(error) ?? [error.message]));
}

/** `got` for a message: short, and without its content where that may be a secret. */
export function shown(got: unknown, secret = false): string {
  // a URL in the wrong place may have a password in it
  if (secret || (typeof got === 'string' && got.includes('://')))
    return typeof got === 'string' ? 'a text that is not shown' : typeName(got);
  if (typeof got === 'string') return JSON.stringify(got.length > 40 ? `${got.slice(0, 40)}…` : got);
  if (typeof got === 'number' || typeof got === 'boolean' || typeof got === 'bigint') return String(got);
  return typeName(got);
}

function typeName(got: unknown): string {
  if (got === null || got === undefined) return String(got);
  if (Array.isArray(got)) return 'a list';
  return typeof got === 'object' ? 'an object' : `a ${typeof got}`;
}
