import { accepted } from '../compose/validated.ts';
import type { StandardSchema } from '../contract/standard-schema.ts';
import { assertKey } from '../keys/key.ts';
import type { LoadDefaults } from '../loads/load-options.ts';
import { parseTtl } from '../time/ttl.ts';
import { aSchema, checkCacheOptions, loadDefaultNames } from './check-cache-options.ts';
import { Engine } from './engine.ts';
import { Family } from './family.ts';
import { Lifecycle } from './lifecycle.ts';
import { checkOptions } from './option-checks.ts';
import type { CacheOptions, NamespaceOptions } from './options.ts';

const namespaceChecks = { schema: aSchema };
const namespaceOptions = new Set(['schema', ...loadDefaultNames]);

/** The engine of a new cache. @throws {CacheConfigError} on options that are wrong or do not exist */
export function engineOf<T>(options: CacheOptions<T>): Engine<T> {
  checkCacheOptions(options as CacheOptions<unknown>);
  const { backend, version, enabled = true } = options;
  const base = options.prefix ?? (backend.stores === 'bytes' ? 'cache:' : '');
  const prefix = version === undefined ? base : `${base}v${version}:`;
  if (prefix !== '') assertKey(prefix);
  const name = options.name ?? (base === '' ? backend.name : base.replace(/:$/, ''));
  const ttl = parseTtl(options.ttl ?? null);
  const family = new Family(options as CacheOptions<unknown>, prefix, name);
  return shapedEngine(family, prefix, name, ttl, loadDefaults(options), new Lifecycle(enabled), options.schema);
}

/** The engine of a namespace of the cache that has `parent`. */
export function namespaceOf<T, U>(parent: Engine<T>, name: string, options: NamespaceOptions<U>): Engine<U> {
  assertKey(name);
  checkOptions('namespace', namespaceChecks, options, '', namespaceOptions);
  parent.lifecycle.assertOpen();
  return shapedEngine(
    parent.family,
    `${parent.prefix}${name}:`,
    `${parent.name}:${name}`,
    options.ttl === undefined ? parent.ttl : parseTtl(options.ttl),
    { ...parent.defaults, ...loadDefaults(options) },
    new Lifecycle(true, parent.lifecycle),
    options.schema,
  );
}

/** Those that are given. */
function loadDefaults(options: object): LoadDefaults {
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => name !== 'ttl' && value !== undefined && loadDefaultNames.includes(name),
    ),
  );
}

function shapedEngine<T>(
  family: Family,
  prefix: string,
  name: string,
  ttl: number | null,
  defaults: LoadDefaults,
  lifecycle: Lifecycle,
  schema: StandardSchema<T> | undefined,
): Engine<T> {
  const engine: Engine<T> = new Engine<T>({
    family,
    prefix,
    name,
    ttl,
    defaults,
    lifecycle,
    backend: family.shaped(schema, (error) => engine.outdated(error)),
    accept: schema === undefined ? undefined : (key, value) => accepted(schema, key, value),
  });
  return engine;
}
