import { endingLeases } from '../compose/pass-on.ts';
import { andThen, orElse } from '../contract/awaitable.ts';
import type { Awaitable, Backend } from '../contract/backend.ts';
import { type CapableBackend, isLeasing, type Leasing } from '../contract/capabilities.ts';
import type { LoadEvent, LoadHost } from '../loads/load-host.ts';
import type { Engine } from './engine.ts';
import { asCacheError } from './failures.ts';

/** What loads see of a cache: its backend by full keys, failures told in the caller's keys, and someone to report to. */
export function loadHostOf<T>(engine: Engine<T>): LoadHost<T> {
  const { backend, family } = engine;
  const told = <R>(full: string, call: () => Awaitable<R>): Awaitable<R> => {
    return orElse(call, (error) => {
      throw asCacheError(error, 'getOrSet', backend.name, engine.prefix, [engine.own(full)]);
    });
  };
  return {
    table: family.table,
    clock: family.clock,
    leasing: leasingOf(backend, told),
    defaults: engine.defaults,
    ttl: engine.ttl,
    bypass: family.onError === 'bypass',
    get: (full) => told(full, () => backend.get(full)),
    getEntry: (full) => told(full, () => backend.getEntry(full)),
    lastKnown: (full) => told(full, () => (backend as CapableBackend<T>).getEntry.lastKnown?.(full)), // only tiers have it
    accept: (full, value) => told(full, () => engine.accept(full, value)),
    set(full, value, options) {
      // Switched off or closed while the loader ran: its value is for those who wait.
      if (!engine.lifecycle.serving) return false;
      const ttl = engine.jittered(options.ttl ?? null);
      const stored = told(full, () => family.values<T>().set(full, value, { ...options, ttl }));
      return andThen(stored, (done) => {
        if (done) engine.wrote([engine.own(full)], ttl);
        return done;
      });
    },
    tags: (tags) => engine.tagsOf(tags) ?? [],
    shortKey: (full) => engine.own(full),
    report: (event) => report(engine, event),
  };
}

function report<T>(engine: Engine<T>, event: LoadEvent): void {
  const { counts } = engine;
  const key = engine.own(event.key);
  switch (event.type) {
    case 'wait':
      counts.stampedeWaits++;
      break;
    case 'load': {
      const { durationMs, stored, background, error } = event;
      const failed = 'error' in event;
      counts.loads++;
      if (failed) counts.loadErrors++;
      engine.tell('load', { key, durationMs, stored, background, ...(failed && { error }) });
      break;
    }
    case 'stale':
      engine.tell('stale', { key, reason: event.reason });
      break;
    case 'swallowed':
      engine.swallowed(event.error, 'getOrSet', [key]);
      break;
  }
}

/** The leases of `backend`, with failures told in the caller's keys. */
function leasingOf<T>(
  backend: Backend<T>,
  told: <R>(key: string, call: () => Awaitable<R>) => Awaitable<R>,
): Leasing<T> | undefined {
  if (!isLeasing<T>(backend)) return undefined;
  return {
    acquire: (key, ttl, ifFreshFor) => told(key, () => backend.acquire(key, ttl, ifFreshFor)),
    ...endingLeases(backend),
  };
}
