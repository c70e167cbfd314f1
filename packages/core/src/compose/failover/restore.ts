import type { Awaitable } from '../../contract/backend.ts';
import type { Routes } from './routes.ts';
import { Failed } from './side.ts';

/**
 * Removes `keys` from the primary, and gives it what the fallback holds unless it has an entry again: what another process
 * wrote since is newer, and is then what the fallback must not contradict.
 */
export async function restore<W>(
  routes: Routes<W>,
  keys: readonly string[],
  keep: boolean,
): Promise<Failed | undefined> {
  const { primary, fallback, forget, sweeps } = routes;
  const { journal, backend } = primary;
  const doubts = new Map(keys.map((key) => [key, journal.keys.get(key)]));
  const removed = await primary.ask('delete', keys, () => backend.deleteMany(keys));
  if (removed instanceof Failed) return removed;
  const known = keys.filter((key) => fallback.trusts(key));
  const entries = await fallback.ask('getEntries', known, () => fallback.backend.getEntries(known));
  const give = async (key: string): Promise<Failed | undefined> => {
    const doubt = doubts.get(key);
    if (doubt === undefined || journal.keys.get(key) !== doubt) return undefined;
    const entry = entries instanceof Failed ? undefined : entries.get(key);
    let given: Awaitable<boolean | Failed> = false;
    if (entry !== undefined) {
      const { value, freshFor, expiresIn, tags } = entry;
      // Whole milliseconds, as in every write: memory counts finer, and Redis refuses that.
      const ttl = freshFor && Math.floor(freshFor);
      const staleFor = ttl === null || expiresIn === null ? 0 : Math.floor(expiresIn - ttl);
      const how = { ttl, staleFor, tags, ifNotExists: true };
      if (ttl === null || ttl > 0) given = await primary.ask('set', [key], () => backend.set(key, value, how), [key]);
    }
    if (given instanceof Failed) return given;
    if (!given || !keep) await forget([key]);
    // What a sweep removed meanwhile may have been given back after it: then it stays in doubt, and is removed again.
    if (routes.sweeps === sweeps) journal.settle(journal.keys, key, doubt);
    return undefined;
  };
  const failures = await Promise.all(keys.map(give));
  return failures.find((one) => one !== undefined);
}
