import { isPending } from '../contract/awaitable.ts';
import { hit, MISS } from '../contract/result.ts';
import { instead } from '../loads/answer.ts';
import type { ManyLoader } from '../loads/batch.ts';
import { loadMany } from '../loads/load-many.ts';
import type { LoadOptions } from '../loads/load-options.ts';
import { currentFlight } from '../loads/reentry.ts';
import type { Engine } from './engine.ts';
import { assertLoader, inOrder, unreadable } from './get-or-set.ts';

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
  let found: ReadonlyMap<string, T> = new Map();
  let blind = false; // the backend did not answer
  let late = false;
  if (serves && !plan.refresh)
    try {
      const read = engine.backend.getMany(fulls);
      late = isPending(read);
      found = await read;
    } catch (error) {
      blind = true;
      // Who goes on without a backend loads first; else near may answer, and what it does not know is loaded.
      if (!host.bypass) found = await each(fulls, (full) => instead(host, full, plan, error));
      if (found.size > 0) engine.swallowed(error, 'getOrSet', fulls.map(host.shortKey));
      else if (unreadable(engine, error, undefined, options)) {
        blind = false;
        // One entry cannot be read: that one is loaded, the others are not.
        found = await each(fulls, async (full) => {
          try {
            const one = await engine.backend.get(full);
            return one.hit ? one : undefined;
          } catch (error) {
            unreadable(engine, error, engine.own(full), options);
            return undefined;
          }
        });
      }
    }
  const missing = fulls.filter((full) => !found.has(full));
  if (serves)
    for (const full of fulls) {
      const key = engine.own(full);
      if (blind) engine.unseen(key);
      else engine.found(key, found.has(full) ? hit(found.get(full) as T) : MISS, late);
    }
  const loaded = await loadMany(
    host,
    loads,
    missing,
    loadMissing,
    serves ? plan : { ...plan, singleFlight: false },
    caller,
  );
  return inOrder(engine, fulls, found, loaded);
}

/** What `ask` finds of each of `fulls`. */
async function each<T>(
  fulls: readonly string[],
  ask: (full: string) => Promise<{ readonly value: T } | undefined>,
): Promise<ReadonlyMap<string, T>> {
  const values = new Map<string, T>();
  await Promise.all(
    fulls.map(async (full) => {
      const one = await ask(full);
      if (one !== undefined) values.set(full, one.value);
    }),
  );
  return values;
}
