import { CacheConfigError } from '../contract/errors.ts';
import { loadOptionNames } from '../loads/load-options.ts';
import { assertOptions } from './check-options.ts';
import {
  aBackend,
  aBoolean,
  aClock,
  aLogger,
  aSerializer,
  aString,
  aText,
  checkAll,
  checkOption,
  demand,
  hasMethod,
  isNumber,
  type OptionCheck,
  oneOf,
} from './option-checks.ts';
import type { CacheOptions } from './options.ts';

const checks = {
  backend: aBackend,
  serializer: aSerializer,
  prefix: aString,
  version: ['a number or a non-empty string', (given) => Number.isFinite(given) || aText[1](given)],
  name: aText,
  jitter: ['a fraction from 0 to 1', isNumber(0, 1)],
  // Some schemas are functions (arktype's).
  schema: [
    "a Standard Schema (zod, valibot, arktype, … have '~standard')",
    (given) => hasMethod('validate')((given as Record<string, unknown> | null)?.['~standard']),
  ],
  onInvalid: oneOf('miss', 'throw'),
  isolate: oneOf('share', 'freeze', 'clone'),
  maxValueBytes: ['a number of bytes (at least 1)', isNumber(1, Number.POSITIVE_INFINITY)],
  onError: oneOf('throw', 'bypass'),
  enabled: aBoolean,
  clock: aClock,
  logger: aLogger,
} satisfies { readonly [option in keyof CacheOptions<unknown>]?: OptionCheck };

// Those of one call make no sense for all.
const ofOneCall = new Set(['tags', 'signal', 'refresh', 'onReentry']);
/** What is said of loads for all of them, and the ttl. */
export const loadDefaultNames: readonly string[] = [...loadOptionNames].filter((name) => !ofOneCall.has(name));
const known = new Set([...Object.keys(checks), ...loadDefaultNames]);

/** Refuses options that do not exist, are not what they may be, or contradict each other. @throws {CacheConfigError} */
export function checkCacheOptions(options: CacheOptions<unknown>): void {
  assertOptions('cache', options, known);
  const { backend, serializer, maxValueBytes } = options;
  demand('backend', aBackend, backend);
  checkAll('', checks, options);
  if (maxValueBytes !== undefined && backend.stores === 'values' && serializer === undefined)
    throw new CacheConfigError(
      `maxValueBytes: expected a serializer, which makes bytes to count, got none above ${backend.name}, which keeps values by reference`,
    );
}

/** @throws {CacheConfigError} */
export function checkSchema(schema: unknown): void {
  checkOption('schema', checks.schema, schema);
}
