import { fallbackParameters } from './fallback-parameters.ts';
import type { Asking } from './load-package.ts';
import { nearParameters } from './near-parameters.ts';
import type { Beside } from './parameters.ts';
import { collecting, type Problems, refuse, unjudged } from './problems.ts';
import { everyCache, tiersWanted } from './resolve.ts';
import { resolveBackend } from './resolve-backend.ts';
import type { Resolved, Wanted } from './wanted.ts';

const nearTier: Beside = { owner: 'a near tier', parameters: nearParameters };
const aFallback: Beside = { owner: 'a fallback', parameters: fallbackParameters };

/**
 * What is wanted, with the backends beside it.
 * @throws {CacheConfigError} with everything that is wrong with any of them
 */
export function* resolveTiers(wanted: Wanted): Asking<Resolved> {
  const { near, fallback } = tiersWanted(wanted);
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
