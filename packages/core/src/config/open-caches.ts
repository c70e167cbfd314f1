import type { Cache } from '../cache/cache.ts';
import type { Backend } from '../contract/backend.ts';
import { checkConfig } from './check-config.ts';
import type { CacheConfig } from './config.ts';
import type { Caches } from './create.ts';
import { inherit, namesBackend } from './inherit.ts';
import { cacheOver } from './open.ts';
import { collect, collectAsync, type Problems, refuse, shown } from './problems.ts';
import { type Resolved, resolve } from './resolve.ts';
import { sharedBackend } from './share-backend.ts';

type Configs = Readonly<Record<string, string | CacheConfig>>;
type Named = ReadonlyMap<string, Resolved>;

/** Started caches by name. Whatever fails, nothing stays open. */
export async function openCaches<Name extends string>(configs: Configs): Promise<Caches<Name>> {
  const named = await resolveAll(configs);
  const opened = new Map<string, Cache<unknown>>();
  const close = async (): Promise<void> => {
    const ends = await Promise.allSettled([...opened.values()].reverse().map((cache) => cache.close()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };
  try {
    const backends = createBackends(named);
    for (const [name, resolved] of named) {
      const backend = backends.get(name) as Backend<unknown>; // one for each name
      const prefix = ownPrefix(name, configs, resolved) ?? prefixFor(name, named.get('default'), backend);
      opened.set(name, cacheOver({ ...resolved, cache: { ...resolved.cache, prefix } }, backend));
    }
    for (const cache of opened.values()) await cache.start();
  } catch (error) {
    await close().catch(() => {}); // the reason they did not start is the one to tell
    throw error;
  }
  const caches = { ...Object.fromEntries(opened), close, [Symbol.asyncDispose]: close };
  return caches as unknown as Caches<Name>; // the names are those of `configs`
}

/** @throws {CacheConfigError} with everything that is wrong with any of them */
async function resolveAll(configs: Configs): Promise<Named> {
  const problems: Problems = [];
  const named = new Map<string, Resolved>();
  const base = objectOf(configs.default);
  const entries = Object.entries(configs);
  if (entries.length === 0) problems.push('caches: expected at least one, got none');
  for (const [name, config] of entries) {
    if (typeof config !== 'string' && (typeof config !== 'object' || config === null)) {
      problems.push(`${name}: expected a URL or an object with a url, got ${shown(config)}`);
      continue;
    }
    if (name === 'close') problems.push('close: expected another name for a cache, close() closes all of them');
    const wanted = collect(problems, () => checkConfig(inherit(base, objectOf(config), name), `${name}.`));
    const resolved = wanted && (await collectAsync(problems, () => resolve(wanted)));
    if (resolved !== undefined) named.set(name, resolved);
  }
  refuse(problems);
  return named;
}

/** A backend for each cache: one for all that ask for the same connections. */
function createBackends(named: Named): Map<string, Backend<unknown>> {
  const groups = new Map<string, { readonly resolved: Resolved; readonly names: string[] }>();
  for (const [name, resolved] of named) {
    const { scheme, settings } = resolved;
    const id =
      scheme.connects === true ? JSON.stringify([scheme.scheme, Object.entries(settings).sort()]) : `own ${name}`;
    const group = groups.get(id) ?? { resolved, names: [] };
    group.names.push(name);
    groups.set(id, group);
  }
  const backends = new Map<string, Backend<unknown>>();
  for (const { resolved, names } of groups.values()) {
    const backend = resolved.create();
    const shared = names.length === 1 ? backend : sharedBackend(backend, names.length);
    for (const name of names) backends.set(name, shared);
  }
  return backends;
}

/** The prefix that was given for this cache, and not with a backend it took over from the default. */
function ownPrefix(name: string, configs: Configs, { cache }: Resolved): string | undefined {
  const { prefix, ...config } = objectOf(configs[name] as string | CacheConfig);
  const takenOver = name !== 'default' && configs.default !== undefined && !namesBackend(config);
  return takenOver ? prefix : (cache.prefix as string | undefined); // read as text
}

function prefixFor(name: string, base: Resolved | undefined, backend: Backend<unknown>): string | undefined {
  if (name === 'default') return undefined;
  return `${base?.cache.prefix ?? (backend.stores === 'bytes' ? 'cache:' : '')}${name}:`;
}

function objectOf(config: string | CacheConfig): CacheConfig;
function objectOf(config: string | CacheConfig | undefined): CacheConfig | undefined;
function objectOf(config: string | CacheConfig | undefined): CacheConfig | undefined {
  return typeof config === 'string' ? { url: config } : config;
}
