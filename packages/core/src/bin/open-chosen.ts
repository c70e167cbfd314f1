import { cachesConfigFromEnv, type Environment } from '../config/from-env.ts';
import { prefixWanted, wantedFrom } from '../config/open.ts';
import { closeAll, type Named, type Opened, openAll, resolveAll } from '../config/open-caches.ts';
import { resolve } from '../config/resolve.ts';
import { CacheConfigError } from '../contract/errors.ts';

/** Which cache is meant, on the command line. */
export interface Choice {
  readonly url?: string | undefined;
  /** Which cache of the variables. @default 'default' */
  readonly cache?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What a URL, or the variables, ask for, by name. @throws {CacheConfigError} with everything that is wrong with it */
export async function chosen(url: string | undefined, env: Environment): Promise<readonly Named[]> {
  const configs = url === undefined ? cachesConfigFromEnv(env) : { default: url };
  if (Object.keys(configs).length > 1) return resolveAll(configs);
  const resolved = await resolve(await wantedFrom(configs.default));
  return [{ name: 'default', resolved, ownPrefix: resolved.cache.prefix as string | undefined }]; // read as text
}

/** Lets `use` work with the started cache of `choice`, and closes it. */
export async function withCache<R>(
  { url, cache: name = 'default' }: Choice,
  env: Environment,
  use: (opened: Opened) => Promise<R>,
): Promise<R> {
  const all = await chosen(url, env);
  const wanted = all.filter((one) => one.name === name.toLowerCase());
  if (wanted.length === 0) {
    const names = all.map((one) => one.name).join(', ');
    throw new CacheConfigError(`--cache: expected one of ${names}, got ${JSON.stringify(name)}`);
  }
  const one = shared(wanted[0] as Named);
  if (one.resolved.scheme.scheme === 'memory')
    process.stderr.write(
      'memory:// is in the process that uses it: this program has one of its own, and it is empty\n',
    );
  const opened = await openAll(all, [one]);
  try {
    const [it] = opened as readonly [Opened];
    it.cache.enabled = true; // what is stored is there all the same
    return await use(it);
  } finally {
    await closeAll(opened);
  }
}

/** What of a cache others can see: without what would be in this process. */
function shared(named: Named): Named {
  const { resolved, ...rest } = loud(named);
  const { fallback, cache } = resolved;
  const prefix = prefixWanted(resolved);
  const kept = fallback?.scheme.connects === true ? fallback : undefined;
  return { ...rest, resolved: { ...resolved, cache: { ...cache, prefix }, near: undefined, fallback: kept } };
}

/** A failure is what is to be told here, whatever an application makes of it. */
export function loud(one: Named, options: Readonly<Record<string, unknown>> = {}): Named {
  return { ...one, resolved: { ...one.resolved, cache: { ...one.resolved.cache, ...options, onError: 'throw' } } };
}
