import { CacheConfigError } from '../contract/errors.ts';
import { loadOptionNames } from '../loads/load-options.ts';
import {
  aBackend,
  aBoolean,
  aBound,
  aClock,
  aLogger,
  aSerializer,
  aString,
  aText,
  checkOptions,
  demand,
  hasMethod,
  isNumber,
  type OptionCheck,
  oneOf,
} from './option-checks.ts';
import type { CacheOptions } from './options.ts';

// Some schemas are functions (arktype's).
export const aSchema: OptionCheck = [
  "a Standard Schema (zod, valibot, arktype, … have '~standard')",
  (given) => hasMethod('validate')((given as Record<string, unknown> | null)?.['~standard']),
];

const checks = {
  backend: aBackend,
  serializer: aSerializer,
  prefix: aString,
  version: ['a number or a non-empty string', (given) => Number.isFinite(given) || aText[1](given)],
  name: aText,
  jitter: ['a fraction from 0 to 1', isNumber(0, 1)],
  schema: aSchema,
  onInvalid: oneOf('miss', 'throw'),
  isolate: oneOf('share', 'freeze', 'clone'),
  maxValueBytes: aBound,
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
  checkOptions('cache', checks, options, '', known);
  const { backend, serializer, maxValueBytes } = options;
  demand('backend', aBackend, backend);
  if (maxValueBytes !== undefined && backend.stores === 'values' && serializer === undefined)
    throw new CacheConfigError(
      `maxValueBytes: expected a serializer, which makes bytes to count, got none above ${backend.name}, which keeps values by reference`,
    );
}
