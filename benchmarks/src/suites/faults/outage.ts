import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { type Client, clients } from './contestants.ts';

/** What came of one outage: a Redis that stood still, and went on. */
export interface Outcome {
  /** Milliseconds a read took that began while it stood still: median and 99th percentile. */
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
const OLD = 1;
const NEW = 2;
const NEWER = 3;

export async function outageOf(name: string, lasts: number): Promise<Outcome> {
  const server = await startRedis({ listen: 'tcp' });
  const admin = new Redis({ ...server.address });
  const client = await (clients[name] as (typeof clients)[string])(server);
  const other = await (clients[name] as (typeof clients)[string])(server);
  try {
    return await suffer(client, other, admin, (signal) => server.process.signal(signal), lasts);
  } finally {
    await client.stop();
    await other.stop();
    admin.disconnect();
    await server.stop();
  }
}

async function suffer(
  client: Client,
  other: Client,
  admin: Redis,
  signal: (name: 'SIGSTOP' | 'SIGCONT') => void,
  lasts: number,
): Promise<Outcome> {
  const rounds = Math.floor(lasts / PERIOD);
  const keys = (kind: string): string[] => Array.from({ length: rounds }, (_, i) => `${kind}${i}`);
  for (const key of [...keys('set'), ...keys('deleted'), ...keys('ghost'), 'known']) await client.set(key, OLD);
  const took: number[] = [];
  let unanswered = 0;
  const done = new Set<string>();
  const pending: Promise<void>[] = [];
  const call = (key: string, make: () => Promise<unknown>, reads: boolean): void => {
    const began = performance.now();
    const answered = make().then(
      () => void done.add(key),
      () => void unanswered++,
    );
    const late = sleep(PATIENCE).then(() => 'late' as const);
    pending.push(
      Promise.race([answered, late]).then((outcome) => {
        if (outcome === 'late') unanswered++;
        if (reads) took.push(performance.now() - began);
      }),
    );
  };

  signal('SIGSTOP');
  for (let i = 0; i < rounds; i++) {
    call('known', () => client.get('known'), true);
    call(`set${i}`, () => client.set(`set${i}`, NEW), false);
    call(`deleted${i}`, () => client.delete(`deleted${i}`), false);
    call(`ghost${i}`, () => client.set(`ghost${i}`, NEW), false);
    await sleep(PERIOD);
  }
  const inTime = new Set(done);
  signal('SIGCONT');
  const ended = performance.now();
  // Somebody else writes at once, wherever this cache keeps the key in Redis.
  const places = await admin.keys('*ghost*');
  const values = await Promise.all(places.map((place) => admin.get(place)));
  for (const [i, place] of places.entries())
    await admin.set(place, (values[i] ?? '').replace(/\b[12]\b/, String(NEWER)), 'KEEPTTL');
  const recovery = await arrives(client, admin, ended);
  await Promise.all(pending);
  await sleep(500);

  let stale = 0;
  for (const key of inTime) {
    if (key === 'known' || key.startsWith('ghost')) continue;
    // By this process, and by another that had seen nothing.
    if ((await client.get(key)) === OLD || (await other.get(key)) === OLD) stale++;
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
