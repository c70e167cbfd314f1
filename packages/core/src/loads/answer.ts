import type { Entry } from '../contract/backend.ts';
import { isBackendFailure, isCacheError } from '../contract/errors.ts';
import { type Flight, type Found, foundWithin, type Landing } from './flight.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadPlan } from './load-options.ts';
import { storedEntry } from './run-loader.ts';
import { waitFor } from './waiting.ts';

/** What a caller is answered with. */
export type Answer<T> = { readonly landing: Landing<T> } | { readonly stale: T };

/**
 * What `flight` answers a caller with this plan: its landing, or a stale value.
 *
 * A stale value is what the flight found, unless the caller came when it had asked for that already: another process may
 * have removed it since. Such a caller looks for itself.
 *
 * @param asked how much `flight` had asked when the caller joined it; `undefined` for who began it
 */
export async function answer<T>(
  host: LoadHost<T>,
  flight: Flight<T>,
  plan: LoadPlan,
  asked: number | undefined,
): Promise<Answer<T>> {
  const { key } = flight;
  const { leasing, clock, report } = host;
  const late = asked !== undefined && asked > 0 && leasing !== undefined && plan.staleFor > 0 && !plan.refresh;
  let own: Found<T> | undefined;
  const looked = late ? look(host, key, plan).then((found) => (own = found)) : undefined;
  const found = (): Found<T> | undefined => (late ? own : flight.found);
  try {
    if (plan.staleWhileRevalidate > 0 && !plan.refresh) {
      const searched = looked ?? flight.searched();
      if (searched !== undefined) {
        flight.enter(); // so that it does not end when all others leave
        await searched;
        flight.leave();
      }
      const stale = foundWithin(found(), plan.staleWhileRevalidate, clock.now());
      if (stale !== undefined) {
        flight.keep();
        report({ type: 'stale', key, reason: 'revalidate' });
        return { stale: stale.value };
      }
    }
    const landing = await waitFor(host, flight, plan, found, asked !== undefined);
    if (landing !== undefined) return { landing };
    report({ type: 'stale', key, reason: 'timeout' });
    return { stale: (found() as Found<T>).entry.value }; // the soft timeout answers only where there is one
  } catch (error) {
    await looked;
    const stale = await instead(host, key, plan, error, found());
    if (stale === undefined) throw error;
    return { stale: stale.value };
  }
}

/** What answers a caller instead of `error`: what was found stored, or near last knew, within `staleIfError`. */
export async function instead<T>(
  host: LoadHost<T>,
  key: string,
  { staleIfError, refresh, signal }: LoadPlan,
  error: unknown,
  found?: Found<T>,
): Promise<Entry<T> | undefined> {
  if (staleIfError === 0 || refresh || signal?.aborted === true) return undefined;
  if (isCacheError(error) && !isBackendFailure(error)) return undefined;
  let stale = foundWithin(found, staleIfError, host.clock.now());
  if (stale === undefined) {
    // Asked for now, not when the load began: what has been read since is not gone back behind.
    const known = await host.lastKnown(key);
    if (known !== undefined && -(known.freshFor ?? 0) <= staleIfError) stale = known;
  }
  if (stale !== undefined) host.report({ type: 'stale', key, reason: 'error' });
  return stale;
}

/** What is stored now; nothing where that cannot be known: the load goes on, and says why it fails. */
async function look<T>(host: LoadHost<T>, key: string, plan: LoadPlan): Promise<Found<T> | undefined> {
  try {
    const entry = await storedEntry(host, key, plan);
    return entry && { entry, at: host.clock.now() };
  } catch (error) {
    host.report({ type: 'swallowed', key, operation: 'read', error });
    return undefined;
  }
}
