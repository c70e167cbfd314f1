import { fallbackParameters } from './fallback-parameters.ts';
import { nearParameters } from './near-parameters.ts';
import { collectAsync, type Problems, refuse } from './problems.ts';
import { type Resolved, resolveBackend, type Wanted } from './resolve.ts';
import type { BackendSchemes } from './scheme.ts';

/**
 * The backend that `main` resolves, together with those beside it.
 * @throws {CacheConfigError} with everything that is wrong with any of them
 */
export async function resolveTiers(
  main: () => Promise<Resolved>,
  wanted: Pick<Wanted, 'near' | 'fallback'>,
  backends: readonly BackendSchemes[] | undefined,
): Promise<Resolved> {
  const problems: Problems = [];
  const resolved = await collectAsync(problems, main);
  const near =
    wanted.near &&
    (await collectAsync(problems, () =>
      resolveBackend({ ...(wanted.near as Wanted), backends }, { owner: 'a near tier', parameters: nearParameters }),
    ));
  const fallback =
    wanted.fallback &&
    (await collectAsync(problems, () =>
      resolveBackend(
        { ...(wanted.fallback as Wanted), backends },
        { owner: 'a fallback', parameters: fallbackParameters },
      ),
    ));
  refuse(problems);
  if (resolved === undefined) throw new Error('expected a problem where nothing was resolved');
  return { ...resolved, near, fallback };
}
