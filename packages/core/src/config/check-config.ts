import type { z } from 'zod';
import { cacheParameters } from './cache-parameters.ts';
import type { CacheConfig } from './config.ts';
import { fallbackParameters } from './fallback-parameters.ts';
import { nearParameters } from './near-parameters.ts';
import { didYouMean, nearest } from './nearest.ts';
import { originOf } from './origins.ts';
import { expectation, type Given } from './parameters.ts';
import { type Problems, refuse, shown } from './problems.ts';
import { cacheConfigSchema, fallbackSchema, nearSchema } from './schema.ts';
import type { BackendSchemes, Parameter, Parameters } from './scheme.ts';
import type { Section, Wanted, WantedUrl } from './wanted.ts';

/** The form of an object that names a backend, and what else it may say. */
interface Form {
  readonly schema: z.ZodType;
  readonly parameters: Parameters;
  /** What no URL can say. */
  readonly codeOnly: readonly string[];
}

const tiers: Readonly<Record<'near' | 'fallback', Form>> = {
  near: { schema: nearSchema, parameters: nearParameters, codeOnly: ['nearFor', 'admit'] },
  fallback: { schema: fallbackSchema, parameters: fallbackParameters, codeOnly: [] },
};
const cache: Form = {
  schema: cacheConfigSchema,
  parameters: cacheParameters,
  codeOnly: ['timeout', 'schema', 'clock', 'logger', 'backends'],
};

const sections = ['memory', 'redis'] as const;

const expectations: Readonly<Record<string, string>> = {
  url: 'a URL such as memory:// or redis://localhost:6379',
  memory: 'an object of settings such as { max: 1000 }',
  redis: "an object of settings such as { host: 'localhost' }",
  near: "a URL, or an object such as { url: 'memory://?max=1000' }",
  fallback: "a URL, or an object such as { url: 'memory://' }",
  version: 'a text or a number',
  nearFor: 'a function of a key',
  admit: 'a function of a key and its entry',
  serializer: 'a name such as msgpack+zlib, or a serializer',
  earlyExpiration: 'true, false or { beta: 1 }',
  timeout: "{ soft: '100ms', hard: '1s' }",
  schema: 'a Standard Schema',
  clock: 'an object with now()',
  logger: 'an object with warn()',
  backends: 'a list of what backend packages export as `backends`',
};

/**
 * What a config object asks for. What is wrong with its form is told with the rest, by `resolve`.
 * @param called names the config among several: `users.`
 */
export function checkConfig<T>(config: CacheConfig<T>, called = ''): Wanted {
  const placed: Placed = (path, value) => {
    const { where = called + path, from = 'code' } = originOf(config, path, value) ?? {};
    return { value, where, from };
  };
  const { wanted, right } = read(config, cache, '', placed);
  const backends = right.backends as readonly BackendSchemes[] | undefined; // has the form of one
  const { near, fallback } = right;
  return {
    ...wanted,
    backends,
    near: tier('near', near, placed),
    fallback: tier('fallback', fallback, placed),
  };
}

/** A value with the place it came from: a path of the config, or the variable that gave it. */
type Placed = (path: string, value: unknown) => Given;

function tier(name: 'near' | 'fallback', given: unknown, placed: Placed): Wanted | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string') return { url: urlFrom(placed(name, given)) };
  const { wanted } = read(given as object, tiers[name], `${name}.`, placed);
  const named = wanted.url !== undefined || wanted.sections?.length !== 0 || wanted.partial;
  return named ? wanted : { ...wanted, url: { text: 'memory://', what: name, from: 'default' } };
}

function urlFrom({ value, where, from }: Given): WantedUrl {
  return { text: value as string, what: where, from }; // its form was checked
}

/** @param at where the object stands in the config: `near.` */
function read(
  config: object,
  form: Form,
  at: string,
  placed: Placed,
): { readonly wanted: Wanted; readonly right: Readonly<Record<string, unknown>> } {
  const problems: Problems = [];
  const here: Placed = (path, value) => placed(at + path, value);
  const wrong = new Set<string>();
  const keys = keysOf(form);
  for (const issue of form.schema.safeParse(config).error?.issues ?? []) {
    const [name, inner] = issue.path.map(String);
    // an object is read by itself, for what is wrong inside of it
    if ((name === 'near' || name === 'fallback') && isObject(valueAt(config, [name]))) continue;
    problems.push(...described(issue, config, form, here));
    wrong.add(isSection(name) && inner !== undefined ? `${name}.${inner}` : (name ?? ''));
    if (issue.code === 'unrecognized_keys' && name === undefined) for (const key of issue.keys) wrong.add(key);
  }
  if (wrong.has('') && !isObject(config)) refuse(problems);
  const right = Object.fromEntries(Object.entries(config).filter(([name]) => !wrong.has(name)));

  const { url, backends: _, memory: _memory, redis: _redis, near: _near, fallback: _fallback, ...rest } = right;
  const over = new Map<string, Given>();
  const options: Record<string, unknown> = {};
  const places = new Map<string, Given>();
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    // what a parameter cannot say, a serializer or { beta: 2 }, is for whoever takes the option to read
    const byParameter = typeof value !== 'object' || value === null || form.parameters[name]?.type === 'duration';
    if (byParameter && typeof value !== 'function')
      over.set(name, { ...here(name, value), value: name === 'version' ? String(value) : value });
    else {
      options[name] = value;
      places.set(name, here(name, value));
      if (name === 'timeout')
        for (const [part, bound] of Object.entries(value))
          places.set(`timeout.${part}`, here(`timeout.${part}`, bound));
    }
  }
  const wanted: Wanted = {
    url: url === undefined ? undefined : urlFrom(here('url', url)),
    sections: sections.flatMap((name) => section(right[name], name, here, wrong)),
    problems,
    unset: here('url', undefined).where,
    partial: [...wrong].some((name) => nearest(name, keys) === 'url'), // the URL that is missing, it seems
    over,
    options,
    places,
  };
  return { wanted, right };
}

function section(
  settings: unknown,
  name: (typeof sections)[number],
  placed: Placed,
  wrong: ReadonlySet<string>,
): Section[] {
  if (settings === undefined) return [];
  const given = new Map<string, Given>();
  for (const [key, value] of Object.entries(settings as object))
    if (value !== undefined && !wrong.has(`${name}.${key}`)) given.set(key, placed(`${name}.${key}`, value));
  return [{ name, given }];
}

function* described(issue: z.core.$ZodIssue, config: unknown, form: Form, placed: Placed): Iterable<string> {
  const [name, inner] = issue.path.map(String);
  if (name === undefined && issue.code === 'unrecognized_keys') {
    const keys = keysOf(form);
    for (const key of issue.keys)
      yield `${placed(key, valueAt(config, [key])).where}: expected one of ${keys.join(', ')}${didYouMean(key, keys)}`;
  } else if (name === undefined) {
    yield `config: expected a URL or an object with a url, got ${shown(config)}`;
  } else if (inner !== undefined && isSection(name)) {
    const value = valueAt(config, [name, inner]);
    yield `${placed(`${name}.${inner}`, value).where}: expected a setting (text, number, true or false), got ${shown(value, true)}`;
  } else {
    const parameter = form.parameters[name];
    const expected = expectations[name] ?? expectation(parameter as Parameter); // a key has one or the other
    const value = valueAt(config, [name]);
    yield `${placed(name, value).where}: expected ${expected}, got ${shown(value, name === 'url')}`;
  }
}

function keysOf({ parameters, codeOnly }: Form): readonly string[] {
  return [...new Set(['url', ...sections, ...Object.keys(parameters), ...codeOnly])];
}

function isSection(name: PropertyKey | undefined): boolean {
  return (sections as readonly unknown[]).includes(name);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], config);
}
