import { dummyBackend } from '../compose/dummy.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { Asking, OptionalPackage } from './load-package.ts';
import { didYouMean } from './nearest.ts';
import { type BackendScheme, type BackendSchemes, defineScheme } from './scheme.ts';

const memory: OptionalPackage = { name: '@cache/memory', peers: [] };
const redis: OptionalPackage = { name: '@cache/redis', peers: ['ioredis'] };

/** The schemes whose package core loads by itself. */
const packages: Readonly<Record<string, OptionalPackage>> = {
  memory,
  redis,
  rediss: redis,
  'redis+unix': redis,
  'redis+cluster': redis,
  'redis+sentinel': redis,
};

const own: BackendSchemes = {
  dummy: defineScheme({
    scheme: 'dummy',
    description: 'stores nothing: every lookup is a miss, every write succeeds',
    parameters: {},
    create: () => dummyBackend(),
  }),
};

/**
 * The descriptor of a scheme: one of `given`, core's own, or that of the known package, which is asked for.
 * @param what names the setting in messages
 * @throws {CacheConfigError} when nobody knows the scheme, or its package is not installed
 */
export function* findScheme(scheme: string, given: readonly BackendSchemes[], what: string): Asking<BackendScheme> {
  for (const schemes of [...given, own]) if (Object.hasOwn(schemes, scheme)) return schemes[scheme] as BackendScheme;
  const from = Object.hasOwn(packages, scheme) ? packages[scheme] : undefined;
  if (from === undefined) {
    const known = [...new Set([...Object.keys(packages), ...[...given, own].flatMap(Object.keys)])];
    throw new CacheConfigError(
      `${what}: expected a scheme among ${known.map((name) => `${name}://`).join(', ')}, got ` +
        `"${scheme}://"${didYouMean(scheme, known, (name) => `${name}://`)} (other schemes are passed in \`backends\`)`,
    );
  }
  const { backends } = (yield { from, need: `${what === 'url' ? '' : `${what}: `}${scheme}://` }) as {
    backends?: BackendSchemes;
  };
  const found = backends?.[scheme];
  if (found === undefined) {
    const hint = 'expected a version of it that fits this @cache/core';
    throw new CacheConfigError(`${what}: ${from.name} is installed and has no scheme ${scheme}://; ${hint}`);
  }
  return found;
}
