import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Client, clients } from './contestants.ts';
import type { Fault } from './faults.ts';

/** What came of one outage, from when a fault befell Redis until a while after it ended. */
export interface Outcome {
  /** Milliseconds a read took that began meanwhile: median and 99th percentile. */
  readonly p50: number;
  readonly p99: number;
  /** Calls of a hundred that were refused, or not answered within a second. */
  readonly unanswered: number;
  /** Keys of a hundred that afterwards had a value older than a write or removal that was answered as done. */
  readonly stale: number;
  /** Keys of a hundred in which a write of the outage stood over a newer one of somebody else. */
  readonly ghosts: number;
  /** Milliseconds from its end until a new write was in Redis. */
  readonly recovery: number;
}

const PERIOD = 20;
const PATIENCE = 1_000;
const TTL = 600_000;
const OLD = 1;
const NEW = 2;
const NEWER = 3;
const old = /\b1\b/;

export async function outageOf(fault: Fault, name: string, lasts: number): Promise<Outcome> {
  const victim = await fault();
  const admin = new Redis({ ...victim.truth, retryStrategy: () => 10, maxRetriesPerRequest: null });
  admin.on('error', () => {});
  const client = await (clients[name] as (typeof clients)[string])(victim);
  const other = await (clients[name] as (typeof clients)[string])(victim);
  try {
    return await suffer({ client, other, admin, lasts, begin: victim.begin, end: victim.end });
  } finally {
    await client.stop();
    await other.stop();
    admin.disconnect();
    await victim.stop();
  }
}

interface Suffering {
  readonly client: Client;
  /** As `client`, of another process that has seen nothing. */
  readonly other: Client;
  readonly admin: Redis;
  readonly lasts: number;
  begin(): unknown;
  end(): unknown;
}

async function suffer({ client, other, admin, lasts, begin, end }: Suffering): Promise<Outcome> {
  const rounds = Math.floor(lasts / PERIOD);
  const keys = (kind: string): string[] => Array.from({ length: rounds }, (_, i) => `${kind}${i}`);
  for (const key of [...keys('set'), ...keys('deleted'), ...keys('ghost'), 'known']) await client.set(key, OLD);
  // Wherever this cache keeps the keys in Redis, and as what.
  const places = await admin.keys('*ghost*');
  const values = await Promise.all(places.map((place) => admin.get(place)));
  const unlike = values.find((value) => !old.test(value ?? ''));
  if (places.length !== rounds || unlike !== undefined)
    throw new Error(
      `an outage: expected ${rounds} values in Redis that say ${OLD}, got ${places.length}, and ${unlike}`,
    );
  const took: number[] = [];
  let unanswered = 0;
  const done = new Set<string>();
  const pending: Promise<void>[] = [];
  const call = (key: string, make: () => Promise<unknown>, reads: boolean): void => {
    const began = performance.now();
    const answered = make().then(
      () => done.add(key),
      () => undefined,
    );
    pending.push(
      inTime(answered).then((outcome) => {
        if (outcome === undefined) unanswered++;
        if (reads) took.push(performance.now() - began);
      }),
    );
  };

  await begin();
  for (let i = 0; i < rounds; i++) {
    call('known', () => client.get('known'), true);
    call(`set${i}`, () => client.set(`set${i}`, NEW), false);
    call(`deleted${i}`, () => client.delete(`deleted${i}`), false);
    call(`ghost${i}`, () => client.set(`ghost${i}`, NEW), false);
    await sleep(PERIOD);
  }
  const before = new Set(done);
  await end();
  const ended = performance.now();
  // Somebody else writes at once.
  await Promise.all(
    places.map((place, i) => admin.set(place, (values[i] ?? '').replace(old, String(NEWER)), 'PX', TTL)),
  );
  const recovery = await arrives(client, admin, ended);
  await Promise.all(pending);
  await sleep(500);

  let stale = 0;
  for (const key of before) {
    if (key === 'known' || key.startsWith('ghost')) continue;
    if ((await inTime(client.get(key))) === OLD || (await inTime(other.get(key))) === OLD) stale++;
  }
  const after = await Promise.all(places.map((place) => admin.get(place)));
  const ghosts = after.filter((value) => value !== null && /\b2\b/.test(value)).length;
  took.sort((a, b) => a - b);
  return {
    p50: took[Math.floor(took.length * 0.5)] ?? 0,
    p99: took[Math.floor(took.length * 0.99)] ?? 0,
    unanswered: (100 * unanswered) / (4 * rounds),
    stale: (100 * stale) / (2 * rounds),
    ghosts: (100 * ghosts) / rounds,
    recovery,
  };
}

/** Milliseconds since `since` until a write of now is in Redis. */
async function arrives(client: Client, admin: Redis, since: number): Promise<number> {
  for (let i = 0; performance.now() - since < 10_000; i++) {
    await Promise.race([client.set(`new${i}`, NEW).catch(() => {}), sleep(200)]);
    await sleep(10);
    if ((await admin.keys(`*new${i}`)).length > 0) return performance.now() - since;
  }
  return 10_000;
}

/** What `answer` is, or `undefined` when it is refused or does not come in time. */
function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const given = answer.catch(() => undefined);
  return Promise.race([given, sleep(PATIENCE, undefined, { ref: false })]);
}
