import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '../cache/cache.ts';
import { type DescribedValue, describeResolved } from '../config/describe.ts';
import { closeAll, type Named, type Opened, openAll } from '../config/open-caches.ts';
import type { Health } from '../contract/capabilities.ts';
import { CacheError, isCacheError } from '../contract/errors.ts';
import { troubles } from './health-lines.ts';
import { loud } from './open-chosen.ts';

/** What a check of one cache found. Nothing in it is secret. */
export interface CheckReport {
  readonly ok: boolean;
  /** What its configuration comes down to. */
  readonly url: string;
  readonly values: readonly DescribedValue[];
  /** What its keys begin with, once it was opened. */
  readonly prefix: string | null;
  /** Milliseconds to connect, and for a value there and back; `null` when it came to neither. */
  readonly connectMs: number | null;
  readonly roundTripMs: number | null;
  /** As the backend tells it: status, version of the server, … */
  readonly health: Health | null;
  /** What went wrong. */
  readonly problem: string | null;
}

/** Checks one of `all`. Leaves nothing behind in it. */
export async function checkCache(one: Named, all: readonly Named[]): Promise<CheckReport> {
  const { url, values } = describeResolved(one.resolved);
  const found: { -readonly [Name in 'prefix' | 'connectMs' | 'roundTripMs' | 'health']: CheckReport[Name] } = {
    prefix: null,
    connectMs: null,
    roundTripMs: null,
    health: null,
  };
  let opened: readonly Opened[] = [];
  let problem: string | null = null;
  try {
    let started = performance.now();
    opened = await openAll(all, [loud(one, { logger: { warn() {} } })]); // what it would warn of, its health says
    const { cache } = opened[0] as Opened; // one was wanted
    found.prefix = cache.prefix;
    found.connectMs = rounded(performance.now() - started);
    started = performance.now();
    if (cache.enabled && one.resolved.scheme.scheme !== 'dummy') {
      await roundTrip(cache);
      found.roundTripMs = rounded(performance.now() - started);
    }
    found.health = await settledHealth(cache);
    if (found.health.status !== 'up') problem = troubles(found.health).join('\n');
  } catch (error) {
    if (!isCacheError(error)) throw error;
    problem = error.message;
  } finally {
    await closeAll(opened).catch(() => {}); // what was found is what is to be told
  }
  return { ok: problem === null, url, values, ...found, problem };
}

// How long parts may take to hear of each other: a near tier is told of changes a moment after its server was reached.
const settlingMs = 2_000;

/** How the cache is once all of it has started, or is not going to. */
async function settledHealth(cache: Cache<unknown>): Promise<Health> {
  const end = performance.now() + settlingMs;
  for (;;) {
    const health = await cache.health();
    if (health.status !== 'degraded' || performance.now() >= end) return health;
    await sleep(20);
  }
}

/** A value of what every serializer carries, there and back through all that an application's values go through. */
async function roundTrip(cache: Cache<unknown>): Promise<void> {
  const key = `check:${randomUUID()}`;
  const value = { text: 'grüße', number: 1.5, list: [true, null] };
  await cache.set(key, value, { ttl: '10s' });
  const found = await cache.get(key);
  await cache.delete(key);
  const same = JSON.stringify(found) === JSON.stringify(value);
  if (!same)
    throw new CacheError(
      `round trip: expected the value that was set, got ${found === undefined ? 'a miss' : 'another'}`,
    );
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
