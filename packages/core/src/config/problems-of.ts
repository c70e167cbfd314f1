import { checkConfig } from './check-config.ts';
import type { CacheConfig } from './config.ts';
import { inherit } from './inherit.ts';
import { collect, type Problems } from './problems.ts';
import { requiring } from './require-package.ts';
import { resolveTiers } from './resolve-tiers.ts';
import type { BackendSchemes } from './scheme.ts';

/**
 * What is wrong with configs by the name of their cache, as far as it can be known at once and without what code may add to them:
 * what is missing is not told. The packages they name are loaded.
 */
export function problemsOf(
  configs: Readonly<Record<string, CacheConfig>>,
  backends: readonly BackendSchemes[] | undefined,
): Problems {
  const problems: Problems = [];
  for (const [name, config] of Object.entries(configs))
    collect(problems, () => {
      const wanted = checkConfig(inherit(configs.default, config, name), `${name}.`);
      return requiring(resolveTiers({ ...wanted, backends, partial: true }));
    });
  return problems;
}
