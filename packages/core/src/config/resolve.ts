import { type Asking, collecting, importing } from './asking.ts';
import { cacheParameters } from './cache-parameters.ts';
import { fallbackParameters } from './fallback-parameters.ts';
import { nearParameters } from './near-parameters.ts';
import type { Beside } from './parameters.ts';
import { collect, type Problems, refuse, unjudged } from './problems.ts';
import { resolveBackend } from './resolve-backend.ts';
import { parseUrl } from './url.ts';
import type { Resolved, Wanted } from './wanted.ts';

const everyCache: Beside = { owner: 'every cache', parameters: cacheParameters };
const nearTier: Beside = { owner: 'a near tier', parameters: nearParameters };
const aFallback: Beside = { owner: 'a fallback', parameters: fallbackParameters };

/**
 * Reads what is wanted by the descriptor of its scheme, whose package is imported when it is one that core knows.
 * @throws {CacheConfigError} with everything that is wrong with it
 */
export function resolve(wanted: Wanted): Promise<Resolved> {
  return importing(resolving(wanted));
}

/** As {@link resolve}, with the packages as whoever runs it gets them. */
export function* resolving(wanted: Wanted): Asking<Resolved> {
  const { url, backends, partial } = wanted;
  const query = url && collect([], () => parseUrl(url.text))?.query;
  const tier = (name: 'near' | 'fallback'): Wanted | undefined => {
    const text = query?.get(name);
    const what = `${url?.what} parameter "${name}"`;
    const own = wanted[name] ?? (text === undefined ? undefined : { url: { text, what, from: 'URL' } });
    return own && { ...own, backends, partial };
  };
  const near = tier('near');
  const fallback = tier('fallback');
  const problems: Problems = [];
  const main = yield* collecting(problems, resolveBackend(wanted, everyCache));
  const resolved = {
    near: near && (yield* collecting(problems, resolveBackend(near, nearTier))),
    fallback: fallback && (yield* collecting(problems, resolveBackend(fallback, aFallback))),
  };
  refuse(problems);
  if (main === undefined) throw unjudged();
  return { ...main, ...resolved };
}
