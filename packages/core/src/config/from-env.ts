import { readFileSync } from 'node:fs';
import { assertOptions } from '../cache/check-options.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { PlainCacheConfig } from './config.ts';
import {
  backendSections,
  type Place,
  placeOf,
  seedPlaceOf,
  seedVariables,
  tierSections,
  topNames,
} from './env-place.ts';
import { nearest, plain } from './nearest.ts';
import { type Origin, withOrigins } from './origins.ts';
import { readParameter } from './parameters.ts';
import { collect, type Problems, refuse, shown } from './problems.ts';
import { problemsOf } from './problems-of.ts';
import type { BackendSchemes } from './scheme.ts';
import { parseUrl } from './url.ts';

/** Variables by name, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentOptions {
  /** Begins the names. `SPAKKY_REDIS__` reads that system's variables with its defaults, times in seconds. @default 'CACHE_' */
  readonly prefix?: string | undefined;
  /** The backend when no variable names one: `memory://`. @default none, and `createCache` says so */
  readonly url?: string | undefined;
  /**
   * Schemes beside, or instead of, those whose package core finds by itself: for bundled applications and other people's backends.
   * The config has them, for `createCache`.
   */
  readonly backends?: readonly BackendSchemes[] | undefined;
}

/** Configs by the name of their cache. */
export type CacheConfigs = Readonly<Record<string, PlainCacheConfig>> & { readonly default: PlainCacheConfig };

/**
 * The config of one cache from variables: `CACHE_URL`, `CACHE_TTL`, `CACHE_STALE_IF_ERROR`; settings of the backend by
 * two underscores: `CACHE_REDIS__HOST`, `CACHE_MEMORY__MAX`. Names count in any case. `…_FILE` names a file that holds
 * the value: `CACHE_REDIS__PASSWORD_FILE`. An empty variable is none, but for `CACHE_PREFIX`. What code adds wins:
 * `createCache({ ...cacheConfigFromEnv(), ttl: '5m' })`.
 *
 * A variable under the prefix that nests, or is within two edits of a known one, must be known; others are somebody else's.
 * @throws {CacheConfigError} with everything that is wrong. What the packages of backends and serializers know of their settings is
 * checked by `createCache`; here only where something else is wrong, so that all of it is told at once
 */
export function cacheConfigFromEnv(env: Environment = process.env, options: EnvironmentOptions = {}): PlainCacheConfig {
  return readEnvironment(env, options).default;
}

/**
 * The configs of several caches, for `createCaches`: `CACHE_CACHES__USERS__URL` and `CACHE_CACHES__USERS__TTL` are of the
 * cache `users`, what names no cache is of the cache `default`.
 * @throws {CacheConfigError} as {@link cacheConfigFromEnv}
 */
export function cachesConfigFromEnv(env: Environment = process.env, options: EnvironmentOptions = {}): CacheConfigs {
  return readEnvironment(env, options);
}

const optionNames = new Set<keyof EnvironmentOptions>(['prefix', 'url', 'backends']);

function readEnvironment(env: Environment, options: EnvironmentOptions): CacheConfigs {
  if (typeof env !== 'object' || env === null)
    throw new CacheConfigError(`env: expected variables by name, such as process.env, got ${shown(env)}`);
  assertOptions('cacheConfigFromEnv', options, optionNames);
  const { prefix = 'CACHE_', url, backends } = options;
  if (typeof prefix !== 'string' || !/^[\w.-]*$/.test(prefix))
    throw new CacheConfigError(
      `cacheConfigFromEnv: prefix: expected what the names of variables begin with, such as CACHE_, got ${shown(prefix)}; what keys begin with stands beside it: createCache({ prefix: 'app:', ...cacheConfigFromEnv() })`,
    );
  const problems: Problems = [];
  const seeds = prefix.toUpperCase() === 'SPAKKY_REDIS__';
  const main = new Draft(seeds ? spakkyDefaults : {});
  const others = new Map<string, Draft>();
  for (const [variable, text] of Object.entries(env)) {
    if (text === undefined || !variable.toUpperCase().startsWith(prefix.toUpperCase())) continue;
    const words = variable.slice(prefix.length).split('__');
    const [first = '', cacheName = '', ...inner] = words;
    const named = !seeds && /^caches$/i.test(first) && cacheName !== '' && inner.length > 0;
    const place = seeds ? seedPlaceOf(words.join('__')) : placeOf(named ? inner : words);
    if (place === undefined) {
      problems.push(...(seeds ? unknownSeed(variable, prefix, words) : unknown(variable, prefix, words, named)));
      continue;
    }
    if (text === '' && place.path !== 'prefix') continue;
    const name = cacheName.toLowerCase();
    const draft = named && name !== 'default' ? (others.get(name) ?? new Draft({})) : main;
    if (draft !== main) others.set(name, draft);
    const given = collect(problems, () => (place.file ? contents(text, variable) : text));
    if (given === undefined) continue;
    const value = collect(problems, () => read(place, given, variable, seeds));
    // a wrong URL is kept, so that a cache does not seem to be without one
    const kept = value === undefined && isUrl(place) ? given : value;
    if (kept !== undefined) draft.give(place.path, kept, variable, problems);
  }
  const named = Array.from(
    others,
    ([name, draft]) => [name, draft.config(`${prefix}CACHES__${name.toUpperCase()}__URL`)] as const,
  );
  const configs = { default: main.config(`${prefix}URL`, url), ...Object.fromEntries(named) };
  // what only the packages of backends and serializers know is told with the rest; where nothing is wrong, by createCache
  if (problems.length > 0) problems.push(...problemsOf(configs, backends));
  refuse(problems);
  return backends === undefined ? configs : withBackends(configs, backends);
}

function withBackends(configs: CacheConfigs, backends: readonly BackendSchemes[]): CacheConfigs {
  const all = Object.entries(configs).map(([name, config]) => [name, { ...config, backends }]);
  return Object.fromEntries(all) as unknown as CacheConfigs; // with the names it had
}

// what spakky's RedisCacheConfig has where no variable says otherwise
const spakkyDefaults = { prefix: 'spakky:cache:', 'redis.host': 'localhost', 'redis.timeout': 5_000 };

/** A config object that grows variable by variable. */
class Draft {
  readonly #values: Map<string, unknown>;
  readonly #origins = new Map<string, Origin>();

  constructor(defaults: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(defaults));
  }

  give(path: string, value: unknown, where: string, problems: Problems): void {
    const before = this.#origins.get(path);
    if (before !== undefined) problems.push(`${before.where} and ${where}: expected one of them, both say ${path}`);
    this.#values.set(path, value);
    this.#origins.set(path, { value, where, from: 'environment' });
  }

  /**
   * @param variable names the URL when no variable gave it
   * @param url then stands in, unless there are settings of a backend
   */
  config(variable: string, url?: string): PlainCacheConfig {
    const named = Array.from(this.#values.keys()).some((path) =>
      backendSections.includes(path.split('.', 1)[0] as string),
    );
    if (!named && !this.#values.has('url') && url !== undefined) this.#values.set('url', url);
    if (!this.#values.has('url')) this.#origins.set('url', { value: undefined, where: variable, from: 'environment' });
    const config: Record<string, unknown> = {};
    for (const [path, value] of this.#values) {
      const names = path.split('.');
      const last = names.pop() as string; // a path has a name
      let section = config;
      for (const name of names) {
        section[name] ??= {};
        section = section[name] as Record<string, unknown>; // made here
      }
      section[last] = value;
    }
    return withOrigins(config as PlainCacheConfig, this.#origins); // the paths are those of a PlainCacheConfig
  }
}

const isUrl = ({ path }: Place): boolean => path === 'url' || path.endsWith('.url');

function read(place: Place, value: string, where: string, seconds: boolean): unknown {
  const { path, parameter } = place;
  if (seconds && path === 'redis.timeout') {
    const ms = /^\d{1,9}(\.\d{1,9})?$/.test(value) ? Number(value) * 1_000 : 0;
    if (ms < 1)
      throw new CacheConfigError(`${where}: expected a number of seconds above 0, got ${JSON.stringify(value)}`);
    return ms;
  }
  if (isUrl(place)) parseUrl(value, where);
  return parameter === undefined ? value : readParameter(parameter, { value, where, from: 'environment' });
}

function contents(path: string, where: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    // the path is not shown: it may be the secret itself, given by mistake
    const { code = 'something else' } = cause as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = { ENOENT: 'one that does not exist', EISDIR: 'a folder' };
    throw new CacheConfigError(`${where}: expected the path of a file that can be read, got ${reasons[code] ?? code}`);
  }
}

function* unknown(variable: string, prefix: string, words: readonly string[], named: boolean): Iterable<string> {
  const [, cacheName = '', ...inner] = words;
  let start = named ? `${prefix}CACHES__${cacheName}__` : prefix;
  let own = named ? inner : words;
  const tier = own.length > 1 ? tierSections[plain(own[0] as string)] : undefined;
  if (tier !== undefined) {
    start = `${start}${String(own[0]).toUpperCase()}__`;
    own = own.slice(1);
  }
  const upper =
    tier === undefined ? [...topNames.values()].map(screaming) : ['url', ...Object.keys(tier)].map(screaming);
  if (own.length === 1) {
    const meant = nearest(own[0] as string, upper);
    if (meant !== undefined)
      yield `${variable}: expected the name of a setting, got an unknown one; did you mean ${start}${meant}?`;
    else if (named || tier !== undefined)
      yield `${variable}: expected one of ${upper.map((name) => start + name).join(', ')}`;
    return;
  }
  const outer = tier !== undefined ? [] : [...Object.keys(tierSections), 'timeout', ...(named ? [] : ['caches'])];
  const sections = [...backendSections, ...outer].map(screaming);
  const section = (own[0] as string).toUpperCase();
  const inside: Readonly<Record<string, string>> = { TIMEOUT: 'SOFT or …HARD', CACHES: '<name>__<setting>' };
  if (sections.includes(section)) {
    yield `${variable}: expected ${start}${section}__${inside[section] ?? '<setting>'}`;
  } else {
    const meant = nearest(section, sections);
    yield `${variable}: expected ${sections.map((name) => `${start}${name}__…`).join(' or ')}` +
      (meant === undefined ? '' : `; did you mean ${start}${[meant, ...own.slice(1)].join('__')}?`);
  }
}

function* unknownSeed(variable: string, prefix: string, words: readonly string[]): Iterable<string> {
  const meant = nearest(words.join('__'), seedVariables);
  if (meant !== undefined)
    yield `${variable}: expected the name of a setting, got an unknown one; did you mean ${prefix}${meant}?`;
  else if (words.length > 1)
    yield `${variable}: expected one of ${seedVariables.map((name) => prefix + name).join(', ')}`;
}

/** `staleIfError` as a variable has it: `STALE_IF_ERROR`. */
function screaming(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}
