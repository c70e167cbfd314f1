import { parseTtl } from '../time/ttl.ts';
import { cacheParameters } from './cache-parameters.ts';
import type { CacheConfig, PlainCacheConfig } from './config.ts';
import { fallbackParameters } from './fallback-parameters.ts';
import { nearParameters } from './near-parameters.ts';
import { wantedFrom } from './open.ts';
import { resolve } from './resolve.ts';
import type { BackendSchemes, Parameters } from './scheme.ts';
import { printed, settingsToUrl } from './settings-to-url.ts';
import type { Resolved } from './wanted.ts';

/** What a configuration comes down to. Nothing in it is secret. */
export interface ConfigDescription {
  /** One URL that says all of it, but for the secrets and for what only code can say. */
  readonly url: string;
  readonly values: readonly DescribedValue[];
  /** A table for people. */
  toString(): string;
}

export interface DescribedValue {
  /** As in a URL: `host`, `ttl`; of a tier: `near.max`. */
  readonly name: string;
  /** As in a URL; `***` for a secret. */
  readonly value: string;
  readonly from: 'default' | 'URL' | 'environment' | 'code';
  /** Which part of a URL or which variable: `CACHE_URL port`, `CACHE_TTL`. */
  readonly where?: string | undefined;
}

/**
 * The effective configuration, and where each value of it comes from. Connects to nothing.
 * @throws {CacheConfigError} as `createCache` does
 */
export async function describe<T>(urlOrConfig: string | CacheConfig<T>): Promise<ConfigDescription> {
  return describeResolved(await resolve(await wantedFrom(urlOrConfig)));
}

/** As {@link describe}, of what was resolved. */
export function describeResolved(resolved: Resolved): ConfigDescription {
  const values = [...describedValues(resolved)];
  return {
    url: urlOf(resolved, false),
    values,
    toString: () => table(resolved.scheme.scheme, values),
  };
}

/**
 * One URL that says all that a configuration says, its secrets included: `createCache(await configToUrl(config))` is the
 * same cache.
 * @throws {CacheConfigError} as `createCache` does
 */
export async function configToUrl<T>(config: string | CacheConfig<T>): Promise<string> {
  return urlOf(await resolve(await wantedFrom(config)), true);
}

/**
 * The config that says by sections what a URL says: `redis://h:7?ttl=1m` is `{ redis: { host: 'h', port: 7 }, ttl: 60_000 }`.
 * A scheme without a section stays a URL.
 * @throws {CacheConfigError} as `createCache` does
 */
export async function configFromUrl(
  url: string,
  options: { readonly backends?: readonly BackendSchemes[] | undefined } = {},
): Promise<PlainCacheConfig> {
  const { scheme, settings, cache, given, near, fallback } = await resolve({ ...(await wantedFrom(url)), ...options });
  const ofCache = Object.fromEntries(Object.entries(cache).filter(([name]) => given.has(name)));
  const serializer = given.get('serializer')?.value as string | undefined; // from a URL, so text
  const shared = {
    ...ofCache,
    ...(near && { near: urlOf(near, true, nearParameters) }),
    ...(fallback && { fallback: urlOf(fallback, true, fallbackParameters) }),
    ...(serializer !== undefined && { serializer }),
  };
  const section = scheme.section ?? scheme.scheme;
  const own = Object.entries(settings).filter(([name]) => given.has(name));
  if (section !== 'memory' && section !== 'redis') {
    const without = new Map(own);
    return { url: settingsToUrl(scheme, without, { also: {}, secrets: true }), ...shared };
  }
  const named = section === scheme.scheme && own.length > 0 ? {} : { scheme: scheme.scheme };
  return { [section]: { ...named, ...Object.fromEntries(own) }, ...shared };
}

function urlOf(
  { scheme, settings, cache, given, near, fallback }: Resolved,
  secrets: boolean,
  beside: Parameters = cacheParameters,
): string {
  const said = ([name]: readonly [string, unknown]): boolean => given.has(name) && Object.hasOwn(beside, name);
  const own = Object.entries(settings).filter(([name]) => given.has(name));
  const values = new Map([...own, ...Object.entries(cache).filter(said)]);
  if (near !== undefined) values.set('near', urlOf(near, secrets, nearParameters));
  if (fallback !== undefined) values.set('fallback', urlOf(fallback, secrets, fallbackParameters));
  const serializer = given.get('serializer');
  if (serializer !== undefined) values.set('serializer', serializer.value);
  return settingsToUrl(scheme, values, { also: beside, secrets });
}

function* describedValues(
  { scheme, settings, cache, serializer, given, places, near, fallback }: Resolved,
  beside: Parameters = cacheParameters,
  at = '',
): Iterable<DescribedValue> {
  const parameters = { ...beside, ...scheme.parameters };
  const { timeout = {}, ...options } = cache;
  for (const [name, value] of Object.entries({ ...settings, ...options, serializer: serializer?.name })) {
    if (value === undefined) continue;
    const parameter = parameters[name];
    const unprintable =
      parameter === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
    const from = unprintable ? undefined : given.get(name);
    const inCode = unprintable || (name === 'serializer' && from === undefined);
    yield {
      name: at + name,
      value: unprintable ? 'set in code' : parameter.secret === true ? '***' : printed(value, parameter),
      from: from?.from ?? (inCode ? 'code' : 'default'),
      where: from?.from === 'code' ? undefined : from?.where,
    };
  }
  for (const [part, bound] of Object.entries(timeout as NonNullable<CacheConfig['timeout']>)) {
    if (bound === undefined) continue;
    const { from = 'code', where } = places.get(`timeout.${part}`) ?? {};
    const value = printed(parseTtl(bound), { type: 'duration', description: '' });
    yield { name: `timeout.${part}`, value, from, where: from === 'code' ? undefined : where };
  }
  if (near !== undefined) yield* describedTier('near', near, nearParameters);
  if (fallback !== undefined) yield* describedTier('fallback', fallback, fallbackParameters);
}

function* describedTier(name: 'near' | 'fallback', tier: Resolved, parameters: Parameters): Iterable<DescribedValue> {
  const [setting] = tier.given.values(); // a section that stands for a URL has at least one, or is the default
  const from = tier.url?.from ?? setting?.from ?? 'default';
  const where = from === 'URL' || from === 'environment' ? tier.url?.what : undefined;
  yield { name, value: `${tier.scheme.scheme}://`, from, where };
  yield* describedValues(tier, parameters, `${name}.`);
}

function table(scheme: string, values: readonly DescribedValue[]): string {
  const width = (column: (value: DescribedValue) => string): number =>
    Math.max(0, ...values.map((v) => column(v).length));
  const names = width(({ name }) => name);
  const texts = width(({ value }) => value);
  const rows = values.map(
    ({ name, value, from, where }) => `  ${name.padEnd(names)}  ${value.padEnd(texts)}  ${where ?? from}`,
  );
  return [`${scheme}://`, ...rows].join('\n');
}
