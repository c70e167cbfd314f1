import type { z } from 'zod';
import { cacheParameters } from './cache-parameters.ts';
import type { CacheConfig } from './config.ts';
import { didYouMean } from './nearest.ts';
import { expectation, type Given } from './parameters.ts';
import { type Problems, refuse, shown } from './problems.ts';
import type { Wanted } from './resolve.ts';
import { cacheConfigSchema } from './schema.ts';

const keys = ['url', ...Object.keys(cacheParameters), 'backends'];
const expectations: Readonly<Record<string, string>> = {
  url: 'a URL such as memory:// or redis://localhost:6379',
  serializer: 'a name such as msgpack+zlib, or a serializer',
  backends: 'a list of what backend packages export as `backends`',
};

/**
 * What a config object asks for.
 * @throws {CacheConfigError} with everything that is wrong with its form
 */
export function checkConfig(config: CacheConfig): Wanted {
  const result = cacheConfigSchema.safeParse(config);
  const problems: Problems = [];
  for (const issue of result.error?.issues ?? []) problems.push(...described(issue, config));
  refuse(problems);
  const { url, backends, serializer, ...rest } = config;
  const over = new Map<string, Given>();
  for (const [where, value] of Object.entries(rest)) if (value !== undefined) over.set(where, { value, where });
  if (serializer !== undefined) over.set('serializer', { value: serializer, where: 'serializer' });
  return { url, backends, over };
}

function* described(issue: z.core.$ZodIssue, config: unknown): Iterable<string> {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    for (const key of issue.keys) yield `${key}: expected one of ${keys.join(', ')}${didYouMean(key, keys)}`;
    return;
  }
  const [key] = issue.path;
  if (key === undefined) {
    yield `config: expected a URL or an object with a url, got ${shown(config)}`;
    return;
  }
  const name = String(key);
  const parameter = cacheParameters[name];
  const expected = expectations[name] ?? (parameter === undefined ? 'something else' : expectation(parameter));
  yield `${name}: expected ${expected}, got ${shown((config as Record<string, unknown>)[name], name === 'url')}`;
}
