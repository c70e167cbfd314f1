import { answer } from './answer.ts';
import { Batch, type ManyLoader } from './batch.ts';
import type { Flight } from './flight.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadPlan } from './load-options.ts';
import type { Loads } from './loads.ts';

/**
 * Loads `keys` (full keys, each once, not in the cache) with as few calls of `load` as can be: one, unless other loads of
 * some of them get in the way. Keys somebody else is loading are waited for, not loaded.
 *
 * @returns what was found, by full key; keys the loader left out are missing
 */
export async function loadMany<T>(
  host: LoadHost<T>,
  loads: Loads<T>,
  keys: readonly string[],
  load: ManyLoader<T>,
  plan: LoadPlan,
  caller: Flight | undefined,
): Promise<Map<string, T>> {
  const values = new Map<string, T>();
  let missing = keys;
  while (missing.length > 0) {
    const joined = host.table.sequence;
    /** `asked`: how much the flight had asked when it was joined; `undefined` for our own. */
    const round: { readonly key: string; readonly flight: Flight<T>; readonly asked: number | undefined }[] = [];
    const free: string[] = [];
    for (const key of missing) {
      const running = loads.running(key, plan);
      if (running === undefined) free.push(key);
      else round.push({ key, flight: running, asked: running.asked });
    }
    const batch = new Batch(
      free.map((key) => host.shortKey(key)),
      load,
    );
    // Each is inside the one before, so that a loader that asks for any key of its batch is seen to wait for itself.
    let tail = caller;
    for (const key of free) {
      const flight = loads.start(key, batch.loader, plan, { recheck: true, parent: tail });
      tail = flight as Flight;
      batch.flights.set(host.shortKey(key), tail);
      const spare = (): void => batch.spare(host.shortKey(key));
      flight.onElsewhere = spare;
      flight.landing.then(spare, spare);
      round.push({ key, flight, asked: undefined });
    }
    const outcomes = await Promise.allSettled(round.map(({ flight, asked }) => answer(host, flight, plan, asked)));
    const again: string[] = [];
    for (const [index, { key, asked }] of round.entries()) {
      const outcome = outcomes[index] as (typeof outcomes)[number];
      if (outcome.status === 'rejected') throw outcome.reason;
      const { value: given } = outcome;
      if ('stale' in given) values.set(key, given.stale);
      else if (loads.stands(given.landing, joined, asked)) values.set(key, given.landing.value);
      else if (!(asked === undefined && batch.absent.has(host.shortKey(key)))) again.push(key);
    }
    missing = again;
  }
  return values;
}
