import type { z } from 'zod';
import { cacheParameters } from './cache-parameters.ts';
import type { CacheConfig } from './config.ts';
import { didYouMean } from './nearest.ts';
import { originOf } from './origins.ts';
import { expectation, type Given } from './parameters.ts';
import { type Problems, refuse, shown } from './problems.ts';
import type { Section, Wanted } from './resolve.ts';
import { cacheConfigSchema } from './schema.ts';

const sections = ['memory', 'redis'] as const;
const codeOnly = ['timeout', 'schema', 'clock', 'logger'] as const;
const keys: readonly string[] = ['url', ...sections, ...Object.keys(cacheParameters), ...codeOnly, 'backends'];

const expectations: Readonly<Record<string, string>> = {
  url: 'a URL such as memory:// or redis://localhost:6379',
  memory: 'an object of settings such as { max: 1000 }',
  redis: "an object of settings such as { host: 'localhost' }",
  version: 'a text or a number',
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
  const problems: Problems = [];
  const where = (path: string, value: unknown): string => originOf(config, path, value) ?? called + path;
  const given = (path: string, value: unknown): Given => ({
    value,
    where: where(path, value),
    from: originOf(config, path, value) === undefined ? 'code' : 'environment',
  });
  const wrong = new Set<string>();
  for (const issue of cacheConfigSchema.safeParse(config).error?.issues ?? []) {
    problems.push(...described(issue, config, where));
    wrong.add(issue.path.slice(0, isSection(issue.path[0]) ? 2 : 1).join('.'));
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) for (const key of issue.keys) wrong.add(key);
  }
  if (wrong.has('')) refuse(problems); // it is no object at all
  const right = Object.fromEntries(Object.entries(config).filter(([name]) => !wrong.has(name))) as CacheConfig<T>;

  const { url, backends, memory: _memory, redis: _redis, ...rest } = right;
  const over = new Map<string, Given>();
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    // what a parameter cannot say, a serializer or { beta: 2 }, is for the cache itself to read
    if (typeof value === 'object' && value !== null && name !== 'ttl' && cacheParameters[name]?.type !== 'duration')
      options[name] = value;
    else over.set(name, { ...given(name, value), value: name === 'version' ? String(value) : value });
  }
  return {
    url: url === undefined ? undefined : { text: url, what: where('url', url) },
    sections: sections.flatMap((name) => section(right, name, given, wrong)),
    problems,
    unset: where('url', undefined),
    backends,
    over,
    options,
  };
}

function section<T>(
  config: CacheConfig<T>,
  name: (typeof sections)[number],
  read: (path: string, value: unknown) => Given,
  wrong: ReadonlySet<string>,
): Section[] {
  const settings = config[name];
  if (settings === undefined) return [];
  const given = new Map<string, Given>();
  for (const [key, value] of Object.entries(settings))
    if (value !== undefined && !wrong.has(`${name}.${key}`)) given.set(key, read(`${name}.${key}`, value));
  return given.size === 0 ? [] : [{ name, given }];
}

function* described(
  issue: z.core.$ZodIssue,
  config: unknown,
  where: (path: string, value: unknown) => string,
): Iterable<string> {
  const [name, inner] = issue.path.map(String);
  if (name === undefined && issue.code === 'unrecognized_keys') {
    for (const key of issue.keys)
      yield `${where(key, valueAt(config, [key]))}: expected one of ${keys.join(', ')}${didYouMean(key, keys)}`;
  } else if (name === undefined) {
    yield `config: expected a URL or an object with a url, got ${shown(config)}`;
  } else if (inner !== undefined && isSection(name)) {
    const value = valueAt(config, [name, inner]);
    yield `${where(`${name}.${inner}`, value)}: expected a setting (text, number, true or false), got ${shown(value, true)}`;
  } else {
    const parameter = cacheParameters[name];
    const expected = expectations[name] ?? (parameter === undefined ? 'something else' : expectation(parameter));
    const value = valueAt(config, [name]);
    yield `${where(name, value)}: expected ${expected}, got ${shown(value, name === 'url')}`;
  }
}

function isSection(name: PropertyKey | undefined): boolean {
  return (sections as readonly unknown[]).includes(name);
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], config);
}
