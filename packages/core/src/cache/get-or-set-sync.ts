import { atOnce } from '../contract/awaitable.ts';
import { assertMiss, hit, MISS } from '../contract/result.ts';
import {
  loadManySync,
  loadSync,
  type SyncLoader,
  type SyncLoadOptions,
  type SyncManyLoader,
} from '../loads/sync-load.ts';
import type { Engine } from './engine.ts';
import { assertLoader, inOrder, unreadable } from './get-or-set.ts';

export function getOrSetSync<T>(
  engine: Engine<T>,
  key: string,
  loader: SyncLoader<T>,
  options: SyncLoadOptions | undefined,
): T {
  const full = engine.full(key);
  const { loads, host } = engine;
  assertLoader(loader);
  if (options !== undefined) loads.check(options, true);
  if (engine.serves()) {
    if (options?.refresh !== true) {
      try {
        const found = atOnce(engine.backend.get(full));
        if (found?.hit === true) {
          engine.found(key, found);
          return found.value;
        }
        assertMiss(found, engine.backend);
      } catch (error) {
        unreadable(engine, error, key, options);
      }
    }
    engine.found(key, MISS);
  }
  return loadSync(host, loads, full, loader, loads.plan(options, true));
}

export function getOrSetManySync<T>(
  engine: Engine<T>,
  keys: Iterable<string>,
  loadMissing: SyncManyLoader<T>,
  options: SyncLoadOptions | undefined,
): Map<string, T> {
  const fulls = engine.fulls(keys);
  const { loads, host, backend } = engine;
  assertLoader(loadMissing);
  const plan = loads.plan(options, true);
  const serves = engine.serves();
  const found = new Map<string, T>();
  for (const full of serves && !plan.refresh ? fulls : []) {
    try {
      const one = atOnce(backend.get(full));
      if (one?.hit === true) found.set(full, one.value);
      else assertMiss(one, backend);
    } catch (error) {
      unreadable(engine, error, engine.own(full), options);
    }
  }
  const missing = fulls.filter((full) => !found.has(full));
  if (serves)
    for (const full of fulls) engine.found(engine.own(full), found.has(full) ? hit(found.get(full) as T) : MISS);
  const loaded = missing.length === 0 ? found : loadManySync(host, loads, missing, loadMissing, plan);
  return inOrder(engine, fulls, found, loaded);
}
