import { isTiered } from '../contract/capabilities.ts';
import { isBackendFailure } from '../contract/errors.ts';
import { MISS } from '../contract/result.ts';
import type { ManyLoader } from '../loads/batch.ts';
import { loadMany } from '../loads/load-many.ts';
import type { LoadOptions } from '../loads/load-options.ts';
import { currentFlight } from '../loads/reentry.ts';
import type { Engine } from './engine.ts';
import { assertLoader, unreadable } from './get-or-set.ts';

export async function getOrSetMany<T>(
  engine: Engine<T>,
  keys: Iterable<string>,
  loadMissing: ManyLoader<T>,
  options: LoadOptions | undefined,
): Promise<Map<string, T>> {
  const fulls = engine.fulls(keys);
  const { loads, host } = engine;
  assertLoader(loadMissing);
  const plan = loads.plan(options);
  const caller = currentFlight();
  if (caller !== undefined) for (const full of fulls) loads.reenters(full, { ...plan, onReentry: 'throw' }, caller);
  if (fulls.length === 0) return new Map();
  const serves = engine.serves();
  const found = serves && !plan.refresh ? await readMany(engine, fulls, options) : new Map<string, T>();
  const missing: string[] = [];
  for (const full of fulls) {
    const hit = found.has(full);
    if (!hit) missing.push(full);
    if (serves) engine.found(engine.own(full), hit ? { hit, value: found.get(full) as T } : MISS);
  }
  const loaded = await loadMany(
    host,
    loads,
    missing,
    loadMissing,
    serves ? plan : { ...plan, singleFlight: false },
    caller,
  );
  const all = new Map<string, T>();
  for (const full of fulls) {
    if (found.has(full)) all.set(engine.own(full), found.get(full) as T);
    else if (loaded.has(full)) all.set(engine.own(full), loaded.get(full) as T);
  }
  return all;
}

/** A batch in which one entry cannot be read is read key by key: that one is loaded, the others are not. */
async function readMany<T>(
  engine: Engine<T>,
  fulls: readonly string[],
  options: LoadOptions | undefined,
): Promise<ReadonlyMap<string, T>> {
  const { backend } = engine;
  try {
    return await backend.getMany(fulls);
  } catch (error) {
    // What near last knew answers where it may, key by key: the loads ask for it when they are failed too.
    if (isTiered(backend) && isBackendFailure(error) && engine.loads.plan(options).staleIfError > 0) {
      engine.swallowed(
        error,
        'getOrSet',
        fulls.map((full) => engine.own(full)),
      );
      return new Map();
    }
    if (!unreadable(engine, error, undefined, options)) return new Map();
  }
  const found = new Map<string, T>();
  await Promise.all(
    fulls.map(async (full) => {
      try {
        const one = await backend.get(full);
        if (one.hit) found.set(full, one.value);
      } catch (error) {
        unreadable(engine, error, engine.own(full), options);
      }
    }),
  );
  return found;
}
