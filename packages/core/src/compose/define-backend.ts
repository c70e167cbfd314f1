import { aFunction, aText, demand } from '../cache/option-checks.ts';
import { andThen, isPending } from '../contract/awaitable.ts';
import type { Awaitable, Backend, Entry, SyncBackend, WriteOptions } from '../contract/backend.ts';
import type { CapableBackend, Lease } from '../contract/capabilities.ts';
import { isFresh } from '../contract/fresh.ts';
import { hit, MISS, wrongAnswer } from '../contract/result.ts';
import { eachKey, findEach } from './each-key.ts';
import { KeyOrder } from './key-order.ts';

/** How a part of a backend is asked to write: with every default filled in. */
export interface PlainWrite {
  readonly ttl: number | null;
  readonly staleFor: number;
  readonly tags?: readonly string[] | undefined;
  readonly lease?: Lease | undefined;
}

/** The four methods that the others follow from, and any of the others, which are then used as they are. */
export interface BackendParts<W> extends Partial<Omit<CapableBackend<W>, 'getEntry' | 'set' | 'delete' | 'keys'>> {
  readonly name: string;
  /** The entry, or `undefined` when there is none or its time, stale window included, is up. */
  getEntry(key: string): Awaitable<Entry<W> | undefined>;
  /** Stores. Only a backend that grants leases may answer `false`. */
  set(key: string, value: W, options: PlainWrite): Awaitable<unknown>;
  /** Removes the entry if there is one. */
  delete(key: string): Awaitable<unknown>;
  /** The stored keys, those that begin with `prefix` or more of them, expired or not. */
  keys(prefix?: string): AsyncIterable<string> | Iterable<string>;
}

/** As {@link BackendParts}, answered at once. */
export interface SyncBackendParts<W>
  extends Partial<Omit<SyncBackend<W> & CapableBackend<W>, 'getEntry' | 'set' | 'delete' | 'keys'>> {
  readonly name: string;
  getEntry(key: string): Entry<W> | undefined;
  set(key: string, value: W, options: PlainWrite): boolean | undefined;
  delete(key: string): boolean | undefined;
  keys(prefix?: string): Iterable<string>;
}

/**
 * A whole backend from a part of one: the rest follows from `getEntry`, `set`, `delete` and `keys`. Other methods and
 * capabilities that `parts` has stay as they are.
 *
 * What follows is right before it is fast: `delete` looks whether there is an entry, `setMany` writes one by one, and
 * changes of one key made through this object wait for each other. `ifNotExists` and `expire` look first and write
 * then, so they are atomic within this process; where several share the entries, implement `Backend` itself.
 */
export function defineBackend<W>(parts: SyncBackendParts<W>): SyncBackend<W>;
export function defineBackend<W>(parts: BackendParts<W>): Backend<W>;
export function defineBackend<W>(parts: BackendParts<W>): Backend<W> {
  for (const method of ['getEntry', 'set', 'delete', 'keys'] as const)
    demand(`defineBackend ${method}`, aFunction, parts?.[method]);
  demand('defineBackend name', aText, parts.name);
  const order = new KeyOrder();
  const getEntry = (key: string): Awaitable<Entry<W> | undefined> => andThen(parts.getEntry(key), checked);
  const checked = (entry: Entry<W> | undefined): Entry<W> | undefined => {
    if (entry === undefined || (isTime(entry?.freshFor) && isTime(entry.expiresIn))) return entry;
    throw wrongAnswer(
      parts.name,
      'getEntry',
      '{ value, freshFor, expiresIn }, times in milliseconds or null, or undefined',
      entry,
    );
  };
  const fresh = (key: string): Awaitable<Entry<W> | undefined> =>
    andThen(getEntry(key), (entry) => (isFresh(entry) ? entry : undefined));
  const write = (key: string, value: W, { ttl = null, staleFor = 0, tags, lease }: WriteOptions): Awaitable<boolean> =>
    andThen(parts.set(key, value, { ttl, staleFor, tags, lease }), (stored) => stored !== false);
  const remove = (key: string): Awaitable<boolean> =>
    order.run([key], () => andThen(getEntry(key), (entry) => andThen(parts.delete(key), () => entry !== undefined)));
  const each = <R>(keys: Iterable<string>, one: (key: string) => Awaitable<R>): Awaitable<Map<string, R>> =>
    eachKey(new Map(Array.from(keys, (key) => [key, undefined])), one);

  const derived: Backend<W> = {
    name: parts.name,
    stores: 'values',
    get: (key) => andThen(fresh(key), (entry) => (entry === undefined ? MISS : hit(entry.value))),
    getMany: (keys) =>
      andThen(findEach(keys, fresh), (found) => new Map(Array.from(found, ([key, { value }]) => [key, value]))),
    getEntry,
    getEntries: (keys) => findEach(keys, getEntry),
    set: (key, value, options = {}) =>
      order.run([key], () =>
        options.ifNotExists === true
          ? andThen(fresh(key), (entry) => (entry === undefined ? write(key, value, options) : false))
          : write(key, value, options),
      ),
    setMany: (entries, options = {}) => {
      const all = new Map(entries);
      return andThen(
        each(all.keys(), (key) => order.run([key], () => write(key, all.get(key) as W, options))),
        () => {},
      );
    },
    has: (key) => andThen(fresh(key), (entry) => entry !== undefined),
    delete: remove,
    deleteMany: (keys) => andThen(each(keys, remove), (removed) => [...removed.values()].filter(Boolean).length),
    expire: (key, ttl) =>
      order.run([key], () =>
        andThen(getEntry(key), (entry) => {
          if (entry === undefined) return false;
          const { value, freshFor, expiresIn, tags } = entry;
          const staleFor = freshFor === null || expiresIn === null ? 0 : expiresIn - freshFor;
          return andThen(write(key, value, { ttl, staleFor, tags }), () => true);
        }),
      ),
    ttl: (key) => andThen(fresh(key), (entry) => entry?.freshFor),
    clear: (prefix = '') =>
      order.runAlone(() => {
        const keys = parts.keys(prefix);
        const drop = (key: string): Awaitable<unknown> => (key.startsWith(prefix) ? parts.delete(key) : undefined);
        return isAsync(keys) ? dropAll(keys, drop) : andThen(each([...keys], drop), () => {});
      }),
    keys: (prefix = '') => freshKeys(parts.keys(prefix), prefix, fresh),
    start: () => {},
    close: () => {},
  };
  const { getEntry: _, set: __, delete: ___, keys: ____, ...given } = parts;
  return Object.assign(derived, given);
}

function isTime(given: unknown): boolean {
  return given === null || typeof given === 'number';
}

async function dropAll(keys: AsyncIterable<string>, drop: (key: string) => Awaitable<unknown>): Promise<void> {
  for await (const key of keys) await drop(key);
}

function freshKeys(
  keys: AsyncIterable<string> | Iterable<string>,
  prefix: string,
  fresh: (key: string) => Awaitable<unknown>,
): AsyncIterable<string> | Iterable<string> {
  if (!isAsync(keys)) {
    // A copy, which survives changes made meanwhile.
    const all = [...keys].filter((key) => key.startsWith(prefix));
    const found = all.map((key) => [key, fresh(key)] as const);
    if (!found.some(([, entry]) => isPending(entry)))
      return found.filter(([, entry]) => entry !== undefined).map(([key]) => key);
    return (async function* () {
      for (const [key, entry] of found) if ((await entry) !== undefined) yield key;
    })();
  }
  return (async function* () {
    for await (const key of keys) if (key.startsWith(prefix) && (await fresh(key)) !== undefined) yield key;
  })();
}

export function isAsync(keys: AsyncIterable<string> | Iterable<string>): keys is AsyncIterable<string> {
  return Symbol.asyncIterator in Object(keys);
}
