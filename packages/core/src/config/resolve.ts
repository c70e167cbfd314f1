import { cacheParameters } from './cache-parameters.ts';
import { importing } from './load-package.ts';
import type { Beside } from './parameters.ts';
import { collect } from './problems.ts';
import { resolveBackend } from './resolve-backend.ts';
import { parseUrl } from './url.ts';
import type { Resolved, Wanted } from './wanted.ts';

export const everyCache: Beside = { owner: 'every cache', parameters: cacheParameters };

/**
 * Reads what is wanted by the descriptor of its scheme, whose package is imported when it is one that core knows.
 * @throws {CacheConfigError} with everything that is wrong with it
 */
export async function resolve(wanted: Wanted): Promise<Resolved> {
  const { near, fallback } = tiersWanted(wanted);
  if (near === undefined && fallback === undefined) return importing(resolveBackend(wanted, everyCache));
  const { resolveTiers } = await import('./resolve-tiers.ts'); // which most caches do not need
  return importing(resolveTiers(wanted));
}

/** The backends beside the one of `wanted`: in an object, or in its URL. */
export function tiersWanted(wanted: Wanted): Pick<Wanted, 'near' | 'fallback'> {
  const { url, backends, partial } = wanted;
  const query = url && collect([], () => parseUrl(url.text))?.query;
  const tier = (name: 'near' | 'fallback'): Wanted | undefined => {
    const text = query?.get(name);
    const what = `${url?.what} parameter "${name}"`;
    const own = wanted[name] ?? (text === undefined ? undefined : { url: { text, what, from: 'URL' } });
    return own && { ...own, backends, partial };
  };
  return { near: tier('near'), fallback: tier('fallback') };
}
