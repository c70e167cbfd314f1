import type { Cache } from '../cache/cache.ts';
import type { Backend } from '../contract/backend.ts';
import { CacheConfigError } from '../contract/errors.ts';
import { checkConfig } from './check-config.ts';
import type { CacheConfig } from './config.ts';
import type { Caches } from './create.ts';
import { inherit, namesBackend } from './inherit.ts';
import { cacheOver, compose, prefixWanted } from './open.ts';
import { sharedPrefixes } from './own-prefixes.ts';
import { collect, collectAsync, type Problems, refuse, shown } from './problems.ts';
import { resolve } from './resolve.ts';
import { sharedBackends } from './shared-backends.ts';
import type { Resolved } from './wanted.ts';

export type Configs = Readonly<Record<string, string | CacheConfig>>;

/** One of several caches, with its own config on top of the default's. */
export interface Named {
  readonly name: string;
  readonly resolved: Resolved;
  /** Given for this very cache; `undefined`: its name stands behind the prefix of the default. */
  readonly ownPrefix: string | undefined;
}

export interface Opened extends Named {
  readonly cache: Cache<unknown>;
  /** Below it, and what the cache does with values before they get there. */
  readonly backend: Backend<unknown>;
  readonly serializer: Resolved['serializer'];
}

/** Started caches by name. Whatever fails, nothing stays open. */
export async function openCaches<Name extends string>(configs: Configs): Promise<Caches<Name>> {
  if (typeof configs !== 'object' || configs === null || Array.isArray(configs))
    throw new CacheConfigError(`caches: expected an object of configs by name, got ${shown(configs)}`);
  const opened = await openAll(await resolveAll(configs));
  const close = (): Promise<void> => closeAll(opened);
  const caches = Object.fromEntries(opened.map(({ name, cache }) => [name, cache]));
  // the names are those of `configs`
  return { ...caches, close, [Symbol.asyncDispose]: close } as unknown as Caches<Name>;
}

/** Opens `wanted` of `all`: every one that is there, unless told otherwise. */
export async function openAll(all: readonly Named[], wanted: readonly Named[] = all): Promise<readonly Opened[]> {
  const base = all.find(({ name }) => name === 'default');
  const prefixOf = ({ name, resolved, ownPrefix }: Named, stores: Backend<unknown>['stores']): string | undefined => {
    if (ownPrefix !== undefined || name === 'default') return ownPrefix ?? prefixWanted(resolved);
    return `${base?.resolved.cache.prefix ?? (stores === 'bytes' ? 'cache:' : '')}${name}:`;
  };
  const prefixed = wanted.map((one) => ({ ...one, prefix: prefixOf(one, 'bytes') ?? 'cache:' }));
  const problems: Problems = [...sharedPrefixes(prefixed)];
  refuse(problems);
  const backendOf = sharedBackends(prefixed);
  const opened: Opened[] = [];
  try {
    for (const one of wanted)
      await collectAsync(problems, async () => {
        const composed = await compose(one.resolved, backendOf, prefixOf(one, 'bytes'));
        const { near, fallback } = one.resolved;
        const prefix = prefixOf(one, (near ?? fallback) ? 'bytes' : composed.backend.stores);
        const { backend, serializer } = composed;
        opened.push({ ...one, cache: cacheOver(composed, prefix), backend, serializer });
      });
    refuse(problems);
    for (const { cache } of opened) await cache.start();
  } catch (error) {
    await closeAll(opened).catch(() => {}); // the reason they did not start is the one to tell
    throw error;
  }
  return opened;
}

/** Closes all of them, the last first. */
export async function closeAll(opened: readonly Opened[]): Promise<void> {
  const ends = await Promise.allSettled([...opened].reverse().map(({ cache }) => cache.close()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** @throws {CacheConfigError} with everything that is wrong with any of them */
export async function resolveAll(configs: Configs): Promise<readonly Named[]> {
  const problems: Problems = [];
  const named: Named[] = [];
  const base = objectOf(configs.default);
  const entries = Object.entries(configs);
  if (entries.length === 0) problems.push('caches: expected at least one, got none');
  for (const [name, config] of entries) {
    if (typeof config !== 'string' && (typeof config !== 'object' || config === null)) {
      problems.push(`${name}: expected a URL or an object with a url, got ${shown(config)}`);
      continue;
    }
    if (name === 'close') problems.push('close: expected another name for a cache, close() closes all of them');
    const own = objectOf(config);
    const wanted = collect(problems, () => checkConfig(inherit(base, own, name), `${name}.`));
    const resolved = wanted && (await collectAsync(problems, () => resolve(wanted)));
    if (resolved === undefined) continue;
    // not the one that stands in a URL it took over
    const takenOver = name !== 'default' && base !== undefined && !namesBackend(own);
    const ownPrefix = takenOver ? own.prefix : (resolved.cache.prefix as string | undefined); // read as text
    named.push({ name, resolved, ownPrefix });
  }
  refuse(problems);
  return named;
}

function objectOf(config: string | CacheConfig): CacheConfig;
function objectOf(config: string | CacheConfig | undefined): CacheConfig | undefined;
function objectOf(config: string | CacheConfig | undefined): CacheConfig | undefined {
  return typeof config === 'string' ? { url: config } : config;
}
