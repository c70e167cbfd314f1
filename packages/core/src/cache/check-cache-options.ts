import { CacheConfigError } from '../contract/errors.ts';
import { loadOptionNames } from '../loads/load-options.ts';
import { assertOptions } from './check-options.ts';
import { checkOption, hasMethod, isNumber, type OptionCheck, oneOf } from './option-checks.ts';
import type { CacheOptions } from './options.ts';

const isText = (given: unknown): boolean => typeof given === 'string' && given !== '';

const checks = {
  backend: ['one, such as memoryBackend() makes', hasMethod('getEntry')],
  serializer: ['one with serialize and deserialize (of a name: serializerFromUrl)', hasMethod('serialize')],
  prefix: ['a string', (given) => typeof given === 'string'],
  version: ['a number or a non-empty string', (given) => typeof given === 'number' || isText(given)],
  name: ['a non-empty string', isText],
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
  enabled: ['true or false', (given) => typeof given === 'boolean'],
  clock: ['{ now(): number }', hasMethod('now')],
  logger: ['{ warn(message) }', hasMethod('warn')],
} satisfies { readonly [option in keyof CacheOptions<unknown>]?: OptionCheck };

// Those of one call make no sense for all.
const ofOneCall = new Set(['tags', 'signal', 'refresh', 'onReentry']);
const known = new Set([...Object.keys(checks), ...[...loadOptionNames].filter((name) => !ofOneCall.has(name))]);

/** Refuses options that do not exist, are not what they may be, or contradict each other. @throws {CacheConfigError} */
export function checkCacheOptions(options: CacheOptions<unknown>): void {
  assertOptions('cache', options, known);
  const { backend, serializer, maxValueBytes } = options;
  checkOption('backend', checks.backend, backend ?? null);
  for (const name of Object.keys(checks) as (keyof typeof checks)[]) checkOption(name, checks[name], options[name]);
  if (maxValueBytes !== undefined && backend.stores === 'values' && serializer === undefined)
    throw new CacheConfigError(
      `maxValueBytes: expected a serializer, which makes bytes to count, got none above ${backend.name}, which keeps values by reference`,
    );
}

/** @throws {CacheConfigError} */
export function checkSchema(schema: unknown): void {
  checkOption('schema', checks.schema, schema);
}
