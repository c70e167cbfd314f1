import { CacheConfigError } from '../contract/errors.ts';
import { loadOptionNames } from '../loads/load-options.ts';
import { assertOptions } from './check-options.ts';
import type { CacheOptions } from './options.ts';

const has = (method: string) => (given: unknown) =>
  typeof (given as Record<string, unknown> | null | undefined)?.[method] === 'function';
const isNumber = (from: number, to: number) => (given: unknown) =>
  typeof given === 'number' && given >= from && given <= to;
/** What an option may be, in words and in code. */
type Check = readonly [expected: string, fits: (given: unknown) => boolean];

const oneOf = (...allowed: readonly string[]): Check => [
  allowed.map((one) => `'${one}'`).join(' or '),
  (given) => allowed.includes(given as string),
];
const isText = (given: unknown): boolean => typeof given === 'string' && given !== '';

const checks = {
  backend: ['one, such as memoryBackend() makes', has('getEntry')],
  serializer: ['one with serialize and deserialize', has('serialize')],
  prefix: ['a string', (given) => typeof given === 'string'],
  version: ['a number or a non-empty string', (given) => typeof given === 'number' || isText(given)],
  name: ['a non-empty string', isText],
  jitter: ['a fraction from 0 to 1', isNumber(0, 1)],
  // Some schemas are functions (arktype's).
  schema: [
    "a Standard Schema (zod, valibot, arktype, … have '~standard')",
    (given) => has('validate')((given as Record<string, unknown> | null)?.['~standard']),
  ],
  onInvalid: oneOf('miss', 'throw'),
  isolate: oneOf('share', 'freeze', 'clone'),
  maxValueBytes: ['a number of bytes (at least 1)', isNumber(1, Number.POSITIVE_INFINITY)],
  onError: oneOf('throw', 'bypass'),
  enabled: ['true or false', (given) => typeof given === 'boolean'],
  clock: ['{ now(): number }', has('now')],
  logger: ['{ warn(message) }', has('warn')],
} satisfies { readonly [option in keyof CacheOptions<unknown>]?: Check };

// Those of one call make no sense for all.
const ofOneCall = new Set(['tags', 'signal', 'refresh', 'onReentry']);
const known = new Set([...Object.keys(checks), ...[...loadOptionNames].filter((name) => !ofOneCall.has(name))]);

/** Refuses options that do not exist, are not what they may be, or contradict each other. @throws {CacheConfigError} */
export function checkCacheOptions(options: CacheOptions<unknown>): void {
  assertOptions('cache', options, known);
  const { backend, serializer, maxValueBytes } = options;
  check('backend', backend ?? null);
  for (const name of Object.keys(checks) as (keyof typeof checks)[]) check(name, options[name]);
  if (maxValueBytes !== undefined && backend.stores === 'values' && serializer === undefined)
    throw new CacheConfigError(
      `maxValueBytes: expected a serializer, which makes bytes to count, got none above ${backend.name}, which keeps values by reference`,
    );
}

/** @throws {CacheConfigError} */
export function checkSchema(schema: unknown): void {
  check('schema', schema);
}

function check(name: keyof typeof checks, given: unknown): void {
  const [expected, fits] = checks[name];
  if (given === undefined || fits(given)) return;
  // Of strings only those that stand for a choice: a URL in the wrong place may hold a password.
  const shown = typeof given === 'number' || given === '' || (typeof given === 'string' && expected.startsWith("'"));
  const got = given === null ? 'null' : shown ? JSON.stringify(given) : typeof given;
  throw new CacheConfigError(`${name}: expected ${expected}, got ${got}`);
}
