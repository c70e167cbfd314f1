import { CacheConfigError, InvalidTtlError } from '../contract/errors.ts';
import { type LoadOptions, loadOptionNames, planLoad } from '../loads/load-options.ts';
import type { Given } from './parameters.ts';
import type { Problems } from './problems.ts';

/**
 * What is wrong with how a cache would load that no setting alone shows: told by who takes the options, here with the place
 * of the setting.
 * @param given the place of an option by its name, or by a part of it: `timeout.soft`
 */
export function loadProblems(
  cache: Readonly<Record<string, unknown>>,
  given: (name: string) => Given | undefined,
): Problems {
  const own = Object.entries(cache).filter(([name]) => loadOptionNames.has(name));
  try {
    planLoad(Object.fromEntries(own) as LoadOptions, {}, null); // throws on what has another form
    return [];
  } catch (error) {
    if (!(error instanceof CacheConfigError || error instanceof InvalidTtlError)) throw error;
    const [path = ''] = /^[\w.]+/.exec(error.message) ?? [];
    const where = (given(path) ?? given(path.split('.', 1)[0] as string))?.where ?? path;
    return [where + error.message.slice(path.length)];
  }
}
