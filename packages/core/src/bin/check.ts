import { randomUUID } from 'node:crypto';
import type { Cache } from '../cache/cache.ts';
import { createCache } from '../config/create.ts';
import { type DescribedValue, describe } from '../config/describe.ts';
import { cacheConfigFromEnv, type Environment } from '../config/from-env.ts';
import { CacheError, isCacheError } from '../contract/errors.ts';

/** What a check found. Nothing in it is secret. */
export interface CheckReport {
  readonly ok: boolean;
  /** What the configuration comes down to; `null` when it is wrong. */
  readonly url: string | null;
  readonly values: readonly DescribedValue[];
  /** Milliseconds to connect, and for a value there and back; `null` when it came to neither. */
  readonly connectMs: number | null;
  readonly roundTripMs: number | null;
  /** As the backend tells it: status, version of the server, … */
  readonly health: unknown;
  /** What went wrong. */
  readonly problem: string | null;
}

/** Checks the cache of `url`, or of the variables. Leaves nothing behind in it. */
export async function checkReport(url: string | undefined, env: Environment): Promise<CheckReport> {
  const report = { ok: false, url: null, values: [], connectMs: null, roundTripMs: null, health: null, problem: null };
  const found: { -readonly [Name in keyof CheckReport]: CheckReport[Name] } = report;
  let cache: Cache<unknown> | undefined;
  try {
    const config = url ?? cacheConfigFromEnv(env);
    const description = await describe(config);
    found.url = description.url;
    found.values = description.values;
    let started = performance.now();
    cache = await createCache(config);
    found.connectMs = rounded(performance.now() - started);
    started = performance.now();
    if (!description.url.startsWith('dummy://')) await roundTrip(cache);
    found.roundTripMs = rounded(performance.now() - started);
    found.health = await cache.health();
    found.ok = true;
  } catch (error) {
    if (!isCacheError(error)) throw error;
    found.problem = error.message;
  } finally {
    await cache?.close().catch(() => {}); // what was found is what is to be told
  }
  return found;
}

/** A value of what every serializer carries, there and back through all that an application's values go through. */
async function roundTrip(cache: Cache<unknown>): Promise<void> {
  if (!cache.enabled) return;
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

/** The report for people. */
export function checkText({ ok, url, values, connectMs, roundTripMs, health, problem }: CheckReport): string {
  const width = Math.max(0, ...values.map(({ name }) => name.length));
  const lines = values.map(({ name, value, from, where }) => `  ${name.padEnd(width)}  ${value}  (${where ?? from})`);
  if (url !== null) lines.unshift(url);
  if (connectMs !== null) lines.push(`connected in ${connectMs} ms`);
  if (roundTripMs !== null) lines.push(`a value there and back in ${roundTripMs} ms`);
  if (health !== null) lines.push(`health: ${JSON.stringify(health)}`);
  lines.push(ok ? 'All is well.' : String(problem));
  return lines.join('\n');
}
