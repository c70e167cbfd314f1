import type { Backend, Checking, Leasing, Observing, Reporting, Tagging, Wire } from '@cache/core';
import { openLink } from './connection/open-link.ts';
import { newCounts, statsOf } from './counts.ts';
import { debtsTo } from './entries/debts.ts';
import type { Keyspace } from './entries/keyspace.ts';
import { leases } from './entries/leases.ts';
import { reads } from './entries/reads.ts';
import { scanning } from './entries/scanning.ts';
import { tagsOf } from './entries/tags.ts';
import { writes } from './entries/writes.ts';
import { healthOf, ping } from './health.ts';
import { checkedOptions, type RedisBackendOptions } from './options.ts';
import { withoutUrl } from './options-from.ts';
import { loadScripts } from './scripts/load-scripts.ts';
import { serverClock } from './server-clock.ts';
import { signals } from './signals/signals.ts';
import { waiters } from './signals/waiters.ts';
import { whereFrom } from './where.ts';

/** Entries in Redis or Valkey. */
export interface RedisBackend extends Backend<Wire>, Leasing<Wire>, Tagging, Reporting, Checking, Partial<Observing> {
  /**
   * Connects, and throws what is wrong with address, password or rights. With `required: false` it warns instead, and the
   * backend goes on trying.
   * @throws {CacheConnectionError}
   */
  start(options?: { readonly required?: boolean }): Promise<void>;
  /** Resolves with the milliseconds a round trip took. @throws {CacheBackendError} */
  ping(): Promise<number>;
  /** Whether a round trip succeeds now. Never rejects. */
  isAvailable(): Promise<boolean>;
  /** Closes the connections made here, never a client that was given; what is pending is settled within a second. */
  close(): Promise<void>;
}

/**
 * A backend on Redis 6.2 or newer, or Valkey: one server, Sentinel or Cluster. Construction connects to nothing.
 * @throws {CacheConfigError} when options contradict each other or are out of range
 */
export function redisBackend(
  options: RedisBackendOptions & { readonly observe: readonly string[] },
): RedisBackend & Observing;
export function redisBackend(options: RedisBackendOptions): RedisBackend;
export function redisBackend(given: RedisBackendOptions): RedisBackend {
  const options = withoutUrl(given);
  const { timeout, connectTimeout, observe, fencedWrites, allowClearAll, warn } = checkedOptions(options);
  const where = whereFrom(options);
  const counts = newCounts();

  const link = openLink({
    where,
    timeout,
    connectTimeout,
    warn,
    onReady() {
      clock.forget();
      prepared = loadScripts(link);
      if (debts.any) debts.pay().catch(() => {}); // it tries again by itself
      if (ready) heard.restart();
      if (observe !== undefined) heard.listen();
      ready = true;
    },
    onNodes: () => heard.restart(),
  });
  let ready = false;
  let prepared: Promise<void> | undefined;
  const debts = debtsTo(link, warn);
  const clock = serverClock(link);
  const waiting = waiters(link, () => heard.listen());
  const heard = signals({
    servers: () => link.nodes(),
    observe,
    timeout,
    connectTimeout,
    onWake: waiting.wake,
    onListening: waiting.heard,
  });
  const tags = tagsOf(link, debts);
  const space: Keyspace = { link, clock, debts, tags, counts, timeout, here: link.clustered ? '0' : '1' };
  const { fresh, ...reading } = reads(space, (key) => heard.live && heard.observes(key));

  return {
    name: 'redis',
    stores: 'bytes',
    clearsAll: allowClearAll,
    ...reading,
    ...writes(space, fencedWrites),
    ...scanning(space, fresh, allowClearAll),
    ...leases(space, waiting),
    async invalidateTags(names) {
      const count = await tags.invalidateTags(names);
      if (names.length > 0) counts.tagInvalidations++;
      return count;
    },
    ...(observe !== undefined && { onInvalidate: heard.onInvalidate, observes: heard.observes }),
    stats: () => statsOf(counts),
    health: () => healthOf(link, where, { observe, live: () => heard.live }),
    async start({ required = true } = {}) {
      try {
        await link.start();
        heard.listen();
        await prepared;
      } catch (error) {
        if (required) throw error;
        warn(`Redis cache unavailable at startup; degrading: ${(error as Error).message}`);
      }
    },
    ping: () => ping(link),
    isAvailable: () =>
      ping(link).then(
        () => true,
        () => false,
      ),
    async close() {
      debts.close();
      heard.close();
      link.close();
    },
  };
}
