import type { Backend, Entry } from '../../../src/index.ts';
import type { BackendCapabilities, ManualClock, ServerBackend } from '../../../src/testing/index.ts';

/** A backend with one planted bug. */
export interface Mutant {
  /** What it does wrong: "a backend that …". */
  readonly bug: string;
  /** The clause of the kit that must notice, by its title. */
  readonly noticedBy: RegExp;
  /** The name of the error that the clause meets, where the bug is to throw one. */
  readonly throws?: string;
  /** What is said of it that is not said of the others. */
  readonly said?: BackendCapabilities;
  /** What differs from `right`, a correct backend. */
  readonly plant: (right: Right, clock: ManualClock) => Partial<Right>;
}

export type Right = ServerBackend<unknown>;

/** `right` behind another spelling of its keys. */
export function respelled(right: Right, spell: (key: string) => string): Partial<Right> {
  const map = <V>(keys: readonly string[], found: ReadonlyMap<string, V>): Map<string, V> => {
    const out = new Map<string, V>();
    for (const key of keys) if (found.has(spell(key))) out.set(key, found.get(spell(key)) as V);
    return out;
  };
  return {
    get: (key) => right.get(spell(key)),
    getMany: (keys) => map(keys, right.getMany(keys.map(spell))),
    getEntry: (key) => right.getEntry(spell(key)),
    getEntries: (keys) => map(keys, right.getEntries(keys.map(spell))),
    set: (key, value, options) => right.set(spell(key), value, options),
    setMany: (entries, options) =>
      right.setMany(
        Array.from(entries, ([key, value]) => [spell(key), value] as const),
        options,
      ),
    has: (key) => right.has(spell(key)),
    delete: (key) => right.delete(spell(key)),
    deleteMany: (keys) => right.deleteMany(keys.map(spell)),
    expire: (key, ttl) => right.expire(spell(key), ttl),
    ttl: (key) => right.ttl(spell(key)),
  };
}

/** `found` without what `keep` refuses. */
export function only<V>(found: ReadonlyMap<string, V>, keep: (value: V, key: string) => boolean): Map<string, V> {
  return new Map([...found].filter(([key, value]) => keep(value, key)));
}

/** Whether an entry is stale. */
export function isStale(entry: Entry<unknown> | undefined): boolean {
  return entry !== undefined && entry.freshFor !== null && entry.freshFor <= 0;
}

/** The keys that `backend` lists, as an array. */
export function listed(backend: Right | Backend<unknown>, prefix?: string): string[] {
  return [...(backend.keys(prefix) as Iterable<string>)];
}
