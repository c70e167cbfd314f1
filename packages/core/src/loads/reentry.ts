import { AsyncLocalStorage } from 'node:async_hooks';
import type { Flight } from './flight.ts';

/*
 * A loader that asks for its own key, directly or through other keys, would wait for itself. Seen at once while the
 * loader runs synchronously; after its first await only by AsyncLocalStorage, which costs nothing to speak of from
 * Node 24 on and about 60 ns for every later await of the process before. Where it is off, `waitTimeout` ends the wait.
 */

let running: Flight | undefined;
let storage: AsyncLocalStorage<Flight | undefined> | undefined;

const cheap = Number(process.versions.node.split('.')[0]) >= 24;
if (cheap) followAwaits();

/** From now on a loader is known as such after an await too, on any Node. Affects the whole process. */
export function followAwaits(): void {
  storage ??= new AsyncLocalStorage();
}

/** The flight in whose loader the caller runs, as far as that can be seen. */
export function currentFlight(): Flight | undefined {
  return running ?? storage?.getStore();
}

/** Whether a call made in the loader of `caller` is inside a load of `key` of `table`. */
export function isInside(table: object, key: string, caller: Flight | undefined): boolean {
  for (let outer = caller; outer !== undefined; outer = outer.parent) {
    if (outer.key === key && outer.table === table && !outer.landed) return true;
  }
  return false;
}

/** Runs `loader` as the loader of `flight`. */
export function runInside<R>(flight: Flight, loader: () => R): R {
  const outer = running;
  running = flight;
  try {
    return storage === undefined ? loader() : storage.run(flight, loader);
  } finally {
    running = outer;
  }
}
