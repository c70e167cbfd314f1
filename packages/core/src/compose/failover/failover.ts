import { aBackend, assertTwo, demand } from '../../cache/option-checks.ts';
import { andThen } from '../../contract/awaitable.ts';
import type { Backend, SyncBackend } from '../../contract/backend.ts';
import {
  type CapableBackend,
  type Degrading,
  isLeasing,
  isObserving,
  isRemoving,
  isTagging,
  type Tagging,
} from '../../contract/capabilities.ts';
import { CacheConfigError } from '../../contract/errors.ts';
import { KeyOrder } from '../key-order.ts';
import { mapValues, type ValueMapping } from '../map-values.ts';
import { Breaker } from './breaker.ts';
import { failoverHealth, failoverStats } from './figures.ts';
import { Journal } from './journal.ts';
import { leasing } from './leasing.ts';
import { operations } from './operations.ts';
import { type FailoverOptions, failoverPlan } from './options.ts';
import { Outages } from './outages.ts';
import { type Reconciling, reconciling } from './reconciling.ts';
import { restore } from './restore.ts';
import { Routes } from './routes.ts';
import { Failed, Side, type SideListener } from './side.ts';
import { failoverSignal } from './signal.ts';

/** A backend made of two: beside what follows it can do what its parts can. */
export type FailoverBackend<W> = CapableBackend<W> & Degrading;

/**
 * A backend that asks `primary`, and `fallback` when that fails.
 *
 * A miss of the primary is a miss; only its failures lead to the fallback. Writes and deletes go to both, so that the
 * fallback is warm. What this process changed while the primary was away, or what may not have reached it, is in a
 * journal, and the primary is made to forget it before it is asked about it again. A circuit breaker bounds what a dead
 * primary costs. A failure of both reaches the caller; mistakes of the program and of serialization always do.
 *
 * Above a primary of bytes, a fallback of values keeps bytes. Leases and observing are offered where `primary` has them,
 * tags where both sides do. It answers at once where both sides do.
 * @throws {CacheConfigError} on options that are wrong or do not exist, and on a fallback of bytes for a primary of values
 */
export function failover<W>(
  primary: SyncBackend<W>,
  fallback: SyncBackend<W>,
  options?: FailoverOptions,
): SyncBackend<W> & FailoverBackend<W>;
export function failover<W>(primary: Backend<W>, fallback: Backend<W>, options?: FailoverOptions): FailoverBackend<W>;
export function failover<W>(
  primary: CapableBackend<W>,
  fallback: CapableBackend<W>,
  options: FailoverOptions = {},
): FailoverBackend<W> {
  demand('primary', aBackend, primary);
  demand('fallback', aBackend, fallback);
  assertTwo('failover', primary, fallback);
  const plan = failoverPlan(options);
  if (primary.stores === 'values' && fallback.stores === 'bytes')
    throw new CacheConfigError(
      `failover: expected a fallback of values, as the primary ${primary.name} is one, got ${fallback.name}, which stores bytes; put serialized() around it`,
    );
  const outages = new Outages(primary.name, fallback.name, plan);
  const signal = isObserving(primary) ? failoverSignal(primary, plan.clock) : undefined;
  const order = new KeyOrder();
  const refusing = [primary, fallback].find(({ clearsAll }) => clearsAll === false);
  let leftAt = 0;

  const side = (
    role: 'Primary' | 'Fallback',
    backend: CapableBackend<W>,
    listener: Omit<SideListener, 'failed' | 'wake'>,
    work: () => Reconciling,
  ): Side<W> => {
    const isPrimary = role === 'Primary';
    const journal = new Journal(plan, (prefixes, entries) => {
      if (isPrimary) outages.tell({ event: 'journalOverflow', prefixes, entries });
      if (refusing !== undefined && prefixes.includes(''))
        outages.warn(
          `failover: expected changes to remember or a prefix in common, got neither: ${backend.name} is not asked again, as ${refusing.name} does not clear everything; give failover a prefix`,
        );
    });
    return new Side(backend, new Breaker(plan.errors, plan.errorRate), journal, plan, {
      ...listener,
      failed(operation, names, error) {
        outages.failed(role, operation, names, error);
        if (isPrimary) outages.tell({ event: 'error', operation, names, error, swallowed: true });
      },
      wake: (ms) => work().wake(ms),
    });
  };
  const first = side(
    'Primary',
    primary,
    {
      opened(error) {
        leftAt = plan.clock.now();
        signal?.lose();
        outages.tell({ event: 'failover', error });
      },
      forgot: (keys) => routes.forget(keys),
    },
    () => ofFirst,
  );
  const second = side(
    'Fallback',
    primary.stores === 'bytes' && fallback.stores === 'values' ? mapValues(fallback, bytes<W>()) : fallback,
    { opened() {}, forgot() {} },
    () => ofSecond,
  );
  const routes = new Routes(first, second, order, plan, (change) => signal?.tell(change));
  let broke: string | undefined;
  /** What will not pass by itself is said once. */
  const broken = (error: unknown): void => {
    const { message } = error as Error;
    if (message !== broke) outages.warn(`failover cannot reconcile what was changed during an outage: ${message}`);
    broke = message;
  };
  const ofFirst = reconciling(first, {
    plan,
    order,
    broken,
    reconcile: (keys) =>
      plan.reconcile === 'restore' ? restore(routes, keys, plan.mirror === 'always') : first.cleanse(keys),
    forgotPrefix: routes.forgetPrefix,
    closed(reconciled) {
      routes.leases.breakAll();
      broke = undefined;
      outages.ended('Primary');
      outages.tell({ event: 'recover', durationMs: plan.clock.now() - leftAt, reconciled });
      signal?.restore();
    },
  });
  const ofSecond = reconciling(second, {
    plan,
    order,
    broken,
    reconcile: (keys) => second.cleanse(keys),
    forgotPrefix() {},
    closed: () => outages.ended('Fallback'),
  });

  const composed: FailoverBackend<W> = {
    name: `failover(${primary.name}, ${fallback.name})`,
    stores: primary.stores,
    clearsAll: refusing === undefined,
    ...operations(routes, plan.fallbackTtl, refusing),
    get isDegraded() {
      return !first.closed;
    },
    onOutage: (listener) => outages.listen(listener),
    stats: () => failoverStats(primary, fallback),
    health: () => failoverHealth(first, second),
    start: () =>
      andThen(second.start(), (one) =>
        andThen(first.start(), (other) => {
          if (one !== undefined && other !== undefined) throw other.error;
        }),
      ),
    close() {
      ofFirst.stop();
      ofSecond.stop();
      return andThen(second.end(), (one) =>
        andThen(first.end(), (other) => {
          if (one instanceof Failed && other instanceof Failed) throw other.error;
        }),
      );
    },
  };
  if (isLeasing<W>(primary))
    Object.assign(
      composed,
      leasing(routes, primary, (key) => composed.getEntry(key)),
    );
  if (isTagging(primary) && isTagging(fallback))
    composed.invalidateTags = (tags) =>
      tags.length === 0
        ? 0
        : routes.sweep(
            'invalidateTags',
            tags,
            () => true,
            { tags },
            (backend) => (backend as CapableBackend<W> & Tagging).invalidateTags(tags), // both keep tags
            (journal) => journal.addTags(tags),
          );
  if (signal !== undefined) {
    composed.onInvalidate = signal.onInvalidate;
    if (signal.observes !== undefined) composed.observes = signal.observes;
  }
  if (isRemoving(primary)) composed.onRemove = (listener) => primary.onRemove(listener);
  return composed;
}

/** Strings stand for their bytes; what is read of a backend of bytes is bytes. */
function bytes<W>(): ValueMapping<W, W> {
  return {
    read: (_key, value) => value,
    write: (_key, value) => (typeof value === 'string' ? (Buffer.from(value) as W) : value), // a backend of bytes takes both
  };
}
