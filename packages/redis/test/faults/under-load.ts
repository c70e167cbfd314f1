import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CacheError, isCacheError } from '@cache/core';
import type { FaultyProxy } from '@cache-internal/lab';
import type { Cluster, Redis } from 'ioredis';
import { expect } from 'vitest';
import { type RedisBackend, type RedisBackendOptions, redisBackend } from '../../src/index.ts';
import { NOISE, noise } from '../noise.ts';

export const TIMEOUT = 250;
const READS = 1_000;
// A second between two questions that tell, and the connection that is made anew.
const NOTICED_WITHIN_MS = 1_000 + 100;
// So many at a time: whose reply it is is the question, and a machine that is busy has the timeout for each lot.
const AT_ONCE = 100;

export interface Fault {
  begin(): unknown;
  end(): unknown;
  /** Milliseconds it lasts. @default 700 */
  readonly lasts?: number;
  /** Codes operations may fail with while it lasts. */
  readonly codes: readonly string[];
  /** Milliseconds until a new write is in the server after the end. @default 600 */
  readonly heals?: number;
  /** How far beyond the timeout an operation may take: for a fault that stalls this process itself. @default 0 */
  readonly stalls?: number;
  /** Of a cluster: what puts every key into the slot of the node that fails. */
  readonly hashTag?: string;
}

export interface Seen {
  /** Milliseconds of the slowest and the 99th percentile. */
  readonly slowest: number;
  readonly p99: number;
  readonly failures: ReadonlyMap<string, number>;
  readonly successes: number;
  /** Milliseconds from the end of the fault to a new write that the server has. */
  readonly healed: number;
  readonly warnings: readonly string[];
}

/**
 * Lets `fault` happen to a backend that is used all the time, and holds it to what docs/redis.md says: every operation
 * settles in time, with an error of the right kind; after the end a new write is soon in the server; and then what is
 * read is what belongs to the key.
 */
export async function surviving(
  options: RedisBackendOptions,
  admin: () => Redis | Cluster,
  fault: Fault,
): Promise<Seen> {
  const prefix = `fault:{${fault.hashTag ?? ''}}${randomUUID()}:`;
  const warnings: string[] = [];
  const backend = redisBackend({
    timeout: TIMEOUT,
    connectTimeout: 1000,
    logger: { warn: (message) => warnings.push(message) },
    ...options,
    ioredis: { connectionName: prefix, ...('ioredis' in options && options.ioredis) },
  });
  await backend.start();
  try {
    const took: number[] = [];
    const failures = new Map<string, number>();
    let successes = 0;
    const unexpected: unknown[] = [];
    const watch = async (operation: () => unknown): Promise<void> => {
      const began = performance.now();
      try {
        await operation();
        successes++;
      } catch (error) {
        const { code } = error as CacheError;
        if (isCacheError(error)) failures.set(code, (failures.get(code) ?? 0) + 1);
        if (!isCacheError(error) || !fault.codes.includes(code)) unexpected.push(error);
      }
      took.push(performance.now() - began);
    };

    const pending: Promise<void>[] = [];
    let n = 0;
    const load = setInterval(() => {
      n++;
      pending.push(
        watch(() => backend.get(`${prefix}known`)),
        watch(() => backend.getEntry(`${prefix}absent${n}`)),
        watch(() => backend.set(`${prefix}k${n % 50}`, 'x', { ttl: 60_000 })),
        watch(() => backend.set(`${prefix}t${n % 50}`, 'x', { ttl: 60_000, tags: [`${prefix}tag`] })),
        watch(() => backend.delete(`${prefix}d${n % 50}`)),
      );
    }, 20);
    while (successes < 20) await sleep(10); // it works before it is made to fail
    await fault.begin();
    await sleep(fault.lasts ?? 700);
    await fault.end();
    const ended = performance.now();
    clearInterval(load);
    const healed = await writeArrives(backend, admin(), `${prefix}new`, ended, fault.heals ?? 600);
    await Promise.all(pending);

    expect(unexpected).toEqual([]);
    took.sort((a, b) => a - b);
    const slowest = took.at(-1) as number;
    const p99 = took[Math.floor(took.length * 0.99)] as number;
    expect(p99).toBeLessThanOrEqual(TIMEOUT + 20 + (fault.stalls ?? 0) + noise());
    expect(slowest).toBeLessThan(TIMEOUT + 100 + (fault.stalls ?? 0) + noise());
    await readsItsOwn(backend, admin(), prefix);
    return { slowest, p99, failures, successes, healed, warnings };
  } finally {
    await backend.close();
    await expect.poll(() => connectionsCalled(prefix, admin()), { timeout: 5_000 }).toBe(0);
  }
}

async function connectionsCalled(name: string, admin: Redis | Cluster): Promise<number> {
  const servers = admin.isCluster ? (admin as Cluster).nodes('master') : [admin as Redis];
  const lists = await Promise.all(servers.map((server) => server.client('LIST') as Promise<string>));
  return lists.join('\n').split(`name=${name}`).length - 1;
}

async function writeArrives(
  backend: RedisBackend,
  admin: Redis | Cluster,
  key: string,
  ended: number,
  within: number,
): Promise<number> {
  let error: unknown;
  for (let i = 0; performance.now() - ended < within + 10 * NOISE; i++) {
    const value = `written ${i}`;
    try {
      await backend.set(key, value, { ttl: 60_000 });
      const took = performance.now() - ended;
      expect(await admin.get(key)).toBe(value);
      expect(took).toBeLessThan(within + noise());
      return took;
    } catch (thrown) {
      if (!isCacheError(thrown)) throw thrown;
      error = thrown;
    }
    await sleep(10);
  }
  throw error;
}

/** Every value says which key it belongs to: an answer that was given to somebody else's question shows. */
async function readsItsOwn(backend: RedisBackend, admin: Redis | Cluster, prefix: string): Promise<void> {
  const keys = Array.from({ length: READS }, (_, i) => `${prefix}self${i}`);
  for (let from = 0; from < READS; from += AT_ONCE) {
    const some = keys.slice(from, from + AT_ONCE);
    await Promise.all(some.map((key) => admin.set(key, `value of ${key}`, 'PX', 60_000)));
    const found = await Promise.all(some.map((key) => backend.get(key)));
    for (const [i, one] of found.entries()) expect(one.hit && String(one.value)).toBe(`value of ${some[i]}`);
  }
}

/**
 * Reads all the time, so that no reply is ever missed: after a lost one, each question gets the answer to the next. What
 * is read tells whose it is.
 */
export async function neverWrongForLong(options: RedisBackendOptions, proxy: FaultyProxy, hashTag = ''): Promise<void> {
  const prefix = `fault:{${hashTag}}${randomUUID()}:`;
  const keys = Array.from({ length: 20 }, (_, i) => `${prefix}${i}`);
  const backend = redisBackend({ timeout: TIMEOUT, logger: { warn: () => {} }, ...options });
  await backend.start();
  const wrong: number[] = [];
  let reads = 0;
  const read = async (): Promise<void> => {
    const key = keys[reads++ % keys.length] as string;
    const found = await Promise.resolve(backend.get(key)).catch(() => undefined);
    if (found !== undefined && !(found.hit && String(found.value) === key)) wrong.push(performance.now());
  };
  try {
    await backend.setMany(keys.map((key) => [key, key] as const));
    const load = setInterval(() => void read(), 5);
    await expect.poll(() => reads).toBeGreaterThan(20);
    const began = performance.now();
    proxy.fault = 'lost reply';
    await expect.poll(() => wrong.length).toBeGreaterThan(0);
    proxy.fault = 'none';
    await sleep(NOTICED_WITHIN_MS + 2 * TIMEOUT + NOISE);
    clearInterval(load);
    expect((wrong.at(-1) as number) - began).toBeLessThan(NOTICED_WITHIN_MS + noise());
    expect(await backend.isAvailable()).toBe(true);
  } finally {
    await backend.close();
  }
}
