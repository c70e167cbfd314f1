import type { Backend } from '../contract/backend.ts';
import {
  type CapableBackend,
  type Degrading,
  isDegrading,
  isLeasing,
  isObserving,
  type Leasing,
} from '../contract/capabilities.ts';

/** Gives `composed` what `backend`, which it is made of, can do that no layer changes: ending leases, telling of changes and outages. */
export function passOn<V, W>(composed: CapableBackend<V>, backend: Backend<W>): void {
  if (isLeasing<W>(backend)) Object.assign(composed, endingLeases(backend));
  if (isObserving(backend)) {
    composed.onInvalidate = (listener, options) => backend.onInvalidate(listener, options);
    if (backend.observes !== undefined) composed.observes = (key) => backend.observes?.(key) ?? true;
  }
  if (isDegrading(backend)) {
    Object.defineProperty(composed, 'isDegraded', { get: () => backend.isDegraded, enumerable: true });
    const onOutage: Degrading['onOutage'] = (listener) => backend.onOutage(listener);
    Object.assign(composed, { onOutage });
  }
}

/** What becomes of the leases that `backend` granted, which is the same for every layer. */
export function endingLeases<W>(backend: Leasing<W>): Omit<Leasing<W>, 'acquire'> {
  return {
    renew: (lease, ttl) => backend.renew(lease, ttl),
    release: (lease) => backend.release(lease),
    settled: (key, signal) => backend.settled(key, signal),
  };
}
