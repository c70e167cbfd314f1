/** One running load of one key. */
export interface Flight {
  /** Set when the key was changed meanwhile: the value goes to who waits and is not stored. */
  broken: boolean;
  readonly value: Promise<unknown>;
}

const tables = new WeakMap<object, Map<string, Flight>>();

/** The loads running on a backend, by full key: shared by every cache and namespace above that backend object. */
export function flightsOf(backend: object): Map<string, Flight> {
  let table = tables.get(backend);
  if (table === undefined) {
    table = new Map();
    tables.set(backend, table);
  }
  return table;
}

/** What a load of `key` now running finds must not be stored any more, and who comes from now on loads again. */
export function fence(flights: Map<string, Flight>, key: string): void {
  const flight = flights.get(key);
  if (flight === undefined) return;
  flight.broken = true;
  flights.delete(key);
}
