import { accepted } from '../compose/validated.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { StandardSchema } from '../contract/standard-schema.ts';
import { assertKey } from '../keys/key.ts';
import { parseTtl } from '../time/ttl.ts';
import { assertBoolean, assertOneOf, assertOptions } from './check-options.ts';
import { Engine } from './engine.ts';
import { Family } from './family.ts';
import { Lifecycle } from './lifecycle.ts';
import type { CacheOptions, NamespaceOptions } from './options.ts';

const cacheOptions = new Set<keyof CacheOptions<unknown>>([
  'backend',
  'serializer',
  'prefix',
  'version',
  'name',
  'ttl',
  'jitter',
  'schema',
  'onInvalid',
  'isolate',
  'maxValueBytes',
  'onError',
  'enabled',
  'clock',
  'logger',
  'staleWhileRevalidate',
  'staleIfError',
  'refreshAhead',
  'earlyExpiration',
  'timeout',
  'cacheErrors',
  'onCorrupt',
  'singleFlight',
  'leaseTtl',
  'waitTimeout',
  'onWaitTimeout',
]);
const namespaceOptions = new Set<keyof NamespaceOptions<unknown>>(['ttl', 'schema']);

/** The engine of a new cache. @throws {CacheConfigError} on options that are wrong or do not exist */
export function engineOf<T>(options: CacheOptions<T>): Engine<T> {
  assertOptions('cache', options, cacheOptions);
  const { backend, version, enabled = true } = options;
  checkParts(options);
  const base = options.prefix ?? (backend.stores === 'bytes' ? 'cache:' : '');
  const prefix = version === undefined ? base : `${base}v${version}:`;
  if (prefix !== '') assertKey(prefix);
  const name = options.name ?? (base === '' ? backend.name : base.replace(/:$/, ''));
  const ttl = parseTtl(options.ttl ?? null);
  const family = new Family(options as CacheOptions<unknown>, prefix, name);
  return shapedEngine(family, prefix, name, ttl, new Lifecycle(enabled), options.schema);
}

/** The engine of a namespace of the cache that has `parent`. */
export function namespaceOf<T, U>(parent: Engine<T>, name: string, options: NamespaceOptions<U>): Engine<U> {
  assertKey(name);
  assertOptions('namespace', options, namespaceOptions);
  checkSchema(options.schema);
  parent.lifecycle.assertOpen();
  return shapedEngine(
    parent.family,
    `${parent.prefix}${name}:`,
    `${parent.name}:${name}`,
    options.ttl === undefined ? parent.ttl : parseTtl(options.ttl),
    new Lifecycle(true, parent.lifecycle),
    options.schema,
  );
}

function shapedEngine<T>(
  family: Family,
  prefix: string,
  name: string,
  ttl: number | null,
  lifecycle: Lifecycle,
  schema: StandardSchema<T> | undefined,
): Engine<T> {
  const engine: Engine<T> = new Engine<T>({
    family,
    prefix,
    name,
    ttl,
    lifecycle,
    backend: family.shaped(schema, (error) => engine.outdated(error)),
    accept: schema === undefined ? undefined : (key, value) => accepted(schema, key, value),
  });
  return engine;
}

function checkParts(options: CacheOptions<unknown>): void {
  const { backend, serializer, prefix, version, name, jitter, maxValueBytes, clock, logger } = options;
  if (typeof backend !== 'object' || backend === null || typeof (backend as { get?: unknown }).get !== 'function')
    throw new CacheConfigError(`backend: expected one, such as memoryBackend() makes, got ${described(backend)}`);
  if (serializer !== undefined && typeof (serializer as { serialize?: unknown } | null)?.serialize !== 'function')
    throw new CacheConfigError(`serializer: expected one with serialize and deserialize, got ${described(serializer)}`);
  if (prefix !== undefined && typeof prefix !== 'string')
    throw new CacheConfigError(`prefix: expected a string, got ${described(prefix)}`);
  if (version !== undefined && !(typeof version === 'number' || (typeof version === 'string' && version !== '')))
    throw new CacheConfigError(`version: expected a number or a non-empty string, got ${described(version)}`);
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw new CacheConfigError(`name: expected a non-empty string, got ${described(name)}`);
  if (jitter !== undefined && !(typeof jitter === 'number' && jitter >= 0 && jitter <= 1))
    throw new CacheConfigError(`jitter: expected a fraction from 0 to 1, got ${described(jitter)}`);
  if (maxValueBytes !== undefined) {
    if (!(typeof maxValueBytes === 'number' && maxValueBytes >= 1))
      throw new CacheConfigError(
        `maxValueBytes: expected a number of bytes (at least 1), got ${described(maxValueBytes)}`,
      );
    if (backend.stores === 'values' && serializer === undefined)
      throw new CacheConfigError(
        `maxValueBytes: expected a serializer, which makes bytes to count, got none above ${backend.name}, which keeps values by reference`,
      );
  }
  if (clock !== undefined && typeof (clock as { now?: unknown } | null)?.now !== 'function')
    throw new CacheConfigError(`clock: expected { now(): number }, got ${described(clock)}`);
  if (logger !== undefined && typeof (logger as { warn?: unknown } | null)?.warn !== 'function')
    throw new CacheConfigError(`logger: expected { warn(message) }, got ${described(logger)}`);
  assertBoolean('enabled', options.enabled);
  assertOneOf('isolate', options.isolate, ['share', 'freeze', 'clone']);
  assertOneOf('onInvalid', options.onInvalid, ['miss', 'throw']);
  assertOneOf('onError', options.onError, ['throw', 'bypass']);
  checkSchema(options.schema);
}

function checkSchema(schema: unknown): void {
  if (schema === undefined) return;
  // Some schemas are functions (arktype's).
  const standard = (schema as { '~standard'?: { validate?: unknown } } | null)?.['~standard'];
  if (typeof standard?.validate !== 'function')
    throw new CacheConfigError(
      `schema: expected a Standard Schema (zod, valibot, arktype, … have '~standard'), got ${described(schema)}`,
    );
}

function described(got: unknown): string {
  if (got === null) return 'null';
  return typeof got === 'number' || got === '' ? JSON.stringify(got) : typeof got;
}
