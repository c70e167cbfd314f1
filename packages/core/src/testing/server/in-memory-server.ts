import type { SyncBackend } from '../../contract/backend.ts';
import type { Invalidation, Leasing, Observing, Tagging } from '../../contract/capabilities.ts';
import { hit, MISS } from '../../contract/result.ts';
import { type Clock, systemClock } from '../../time/clock.ts';
import { Store } from './store.ts';

/** One of many backends over the entries of an {@link InMemoryServer}. */
export interface ServerBackend<W> extends SyncBackend<W>, Leasing<W>, Tagging, Observing {
  /** From now on it hears of no change, and its listeners are told that the signal is lost; the rest goes on. */
  loseSignal(): void;
  /** It hears of changes again, and its listeners are told so. What changed meanwhile is never told. */
  restoreSignal(): void;
}

/** Entries, leases and tags that several backends share, as several processes share a server. */
export interface InMemoryServer<W> {
  /** A backend of its own over the shared entries: what one process would hold. Not started. */
  connect(): ServerBackend<W>;
}

/**
 * A server without a network, for proofs about what several processes do to each other: every capability a backend can
 * have, in one process and deterministic. Every call is answered at once and in one atomic step; put a
 * {@link faultyBackend} around a connection to decide when requests, replies and messages travel, and which are lost.
 *
 * It is a plain model of a server, not of Redis: it has no memory bound, no replicas, and nothing that survives it.
 * @param options.clock Tells when entries and leases end. @default the system's
 */
export function inMemoryServer<W = unknown>({
  clock = systemClock,
}: {
  readonly clock?: Clock;
} = {}): InMemoryServer<W> {
  const listening = new Set<(change: Invalidation) => void>();
  const waiting = new Map<string, Set<() => void>>();
  const store = new Store<W>(
    clock,
    (change) => {
      for (const hear of [...listening]) hear(change);
    },
    (key, howMany) => {
      for (const wake of [...(waiting.get(key) ?? [])].slice(0, howMany === 'one' ? 1 : undefined)) wake();
    },
  );
  return { connect: () => connection(store, listening, waiting) };
}

function connection<W>(
  store: Store<W>,
  listening: Set<(change: Invalidation) => void>,
  waiting: Map<string, Set<() => void>>,
): ServerBackend<W> {
  const listeners = new Set<(change: Invalidation) => void>();
  let signal: 'lost' | 'restored' = 'lost';
  const hear = (change: Invalidation): void => {
    for (const listener of [...listeners]) listener(change);
  };
  const turn = (next: 'lost' | 'restored'): void => {
    if (signal === next) return;
    signal = next;
    if (next === 'restored') listening.add(hear);
    else listening.delete(hear);
    hear({ signal: next });
  };
  const many = <V>(keys: readonly string[], read: (key: string) => V | undefined): Map<string, V> => {
    const found = new Map<string, V>();
    for (const key of keys) {
      const one = read(key);
      if (one !== undefined) found.set(key, one);
    }
    return found;
  };

  return {
    name: 'in-memory server',
    stores: 'values',
    get(key) {
      const entry = store.readFresh(key);
      return entry === undefined ? MISS : hit(entry.value);
    },
    getMany: (keys) =>
      new Map(
        Array.from(
          many(keys, (key) => store.readFresh(key)),
          ([key, { value }]) => [key, value],
        ),
      ),
    getEntry: (key) => store.read(key),
    getEntries: (keys) => many(keys, (key) => store.read(key)),
    set: (key, value, options) => store.write(key, value, options),
    setMany(entries, options) {
      for (const [key, value] of entries) store.write(key, value, options);
    },
    has: (key) => store.readFresh(key) !== undefined,
    delete: (key) => store.remove(key),
    deleteMany: (keys) => keys.filter((key) => store.remove(key)).length,
    expire: (key, ttl) => store.move(key, ttl),
    ttl: (key) => store.readFresh(key)?.freshFor,
    clear: (prefix = '') => store.clear(prefix),
    keys: (prefix = '') => store.freshKeys(prefix),
    start: () => turn('restored'),
    close() {
      listening.delete(hear);
      listeners.clear();
    },
    acquire(key, ttl, ifFreshFor = 0) {
      const token = store.grant(key, ttl, ifFreshFor);
      const entry = store.read(key);
      return { ...(token !== undefined && { lease: { key, token } }), ...(entry !== undefined && { entry }) };
    },
    renew: (lease, ttl) => store.renew(lease.key, lease.token, ttl),
    release: (lease) => store.release(lease.key, lease.token),
    settled: (key, abort) =>
      new Promise((resolve) => {
        const waiters = waiting.get(key) ?? new Set();
        waiting.set(key, waiters);
        const wake = (): void => {
          waiters.delete(wake);
          if (waiters.size === 0 && waiting.get(key) === waiters) waiting.delete(key);
          abort.removeEventListener('abort', wake);
          resolve();
        };
        waiters.add(wake);
        abort.addEventListener('abort', wake);
        if (abort.aborted) wake();
      }),
    invalidateTags: (tags) => store.invalidateTags(tags),
    onInvalidate(listener) {
      const own = (change: Invalidation): void => listener(change);
      listeners.add(own);
      own({ signal });
      return () => listeners.delete(own);
    },
    loseSignal: () => turn('lost'),
    restoreSignal: () => turn('restored'),
  };
}
