import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultyProxy, type RedisServer, startFaultyProxy, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { NOISE, noise } from '../noise.ts';
import { Callers, type Trial } from './callers.ts';
import { Losses } from './losses.ts';

const long = process.env.CACHE_TEST_LONG === '1';
// What a call that touches no network may take, in milliseconds: half of them, and all but one in a hundred. In `npm test` other
// files share the cores, and there it is far less than the timeout of whoever asks the primary; the long command, which is run a
// file at a time, allows nothing.
const OPEN = long || NOISE === 0 ? { median: 1, p99: 1 } : { median: 10, p99: 100 };
const lasts = long ? 5_000 : 1_200;
const load = { callers: long ? 200 : 50, keys: 200, pause: 5 } as const;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function server(options: Parameters<typeof startRedis>[0] = {}): Promise<RedisServer> {
  const started = await startRedis({ listen: 'tcp', ...options });
  ends.push(() => started.stop());
  return started;
}

async function proxyTo(to: RedisServer): Promise<FaultyProxy> {
  const proxy = await startFaultyProxy(to.address as { host: string; port: number });
  ends.push(() => proxy.stop());
  return proxy;
}

async function comesAndGoes(proxy: FaultyProxy, fault: FaultyProxy['fault'], every: number, ms: number): Promise<void> {
  for (const until = performance.now() + ms; performance.now() < until; ) {
    proxy.fault = fault;
    await sleep(every);
    proxy.fault = 'none';
    await sleep(every);
  }
}

function adminOf(to: RedisServer): Redis {
  const admin = new Redis({ ...to.address });
  admin.on('error', () => {});
  ends.push(async () => admin.disconnect());
  return admin;
}

async function calling(trial: Omit<Trial, keyof typeof load> & Partial<Trial>): Promise<Callers> {
  const callers = new Callers({ ...load, ...trial }, `failover:${randomUUID()}:`);
  ends.push(() => callers.cache.close() as Promise<void>);
  await callers.begin();
  ends.push(() => callers.end());
  await callers.goOn();
  await expect.poll(() => callers.pair.isDegraded).toBe(false);
  return callers;
}

/** What is promised of every outage: nobody notices but by what is missing, and what is back is the truth. */
async function survives(callers: Callers, heals = 1_000): Promise<void> {
  const took = await callers.recovered();
  await callers.goOn();
  await callers.end();
  const { seen } = callers;
  const open = [...seen.whileOpen].sort((a, b) => a - b);
  const [median, p99] = [open[Math.floor(open.length / 2)] ?? 0, open[Math.floor(open.length * 0.99)] ?? 0];
  console.log(
    `${expect.getState().currentTestName}: ${seen.operations} calls, ${seen.checked} reads checked, ${seen.stale.length} stale, ${seen.lost.length} of what the server lost, ${seen.errors.length} errors, while open ${open.length} calls, median ${median.toFixed(2)} and p99 ${p99.toFixed(2)} ms, slowest ${seen.slowest.toFixed(0)} ms, recovered ${took.toFixed(0)} ms after the end`,
  );
  expect(seen.errors).toEqual([]);
  expect(seen.stale).toEqual([]);
  expect(open.length).toBeGreaterThan(100);
  expect(median).toBeLessThanOrEqual(OPEN.median);
  expect(p99).toBeLessThanOrEqual(OPEN.p99 + noise(0));
  expect(seen.slowest).toBeLessThan(500 + noise(2 * NOISE));
  expect(took).toBeLessThan(heals + noise());
  // What callers find now is what the server has.
  for (let i = 0; i < 50; i++) {
    const key = `k${i}`;
    await callers.cache.set(key, { version: i, text: '' });
    expect(await callers.cache.get(key)).toEqual({ version: i, text: '' });
  }
}

it('a server that stands still', { timeout: 60_000 }, async () => {
  const redis = await server();
  const callers = await calling({ url: redis.url });
  redis.process.signal('SIGSTOP');
  await sleep(lasts);
  redis.process.signal('SIGCONT');
  await survives(callers);
});

it('a server that was killed and comes back empty', { timeout: 60_000 }, async () => {
  const redis = await server();
  const callers = await calling({ url: redis.url });
  await redis.stop();
  await sleep(lasts);
  await server({ port: (redis.address as { port: number }).port });
  await survives(callers);
});

it('a network that swallows everything', { timeout: 60_000 }, async () => {
  const proxy = await proxyTo(await server());
  const callers = await calling({ url: proxy.url });
  proxy.fault = 'black hole';
  await sleep(lasts);
  proxy.fault = 'none';
  await survives(callers);
});

it('a network that delivers late, where that counts as dead', { timeout: 60_000 }, async () => {
  const proxy = await proxyTo(await server());
  const callers = await calling({ url: proxy.url, options: { slowAfter: 50, probeEvery: 100 } });
  // What a caller was told had failed is carried out nonetheless.
  await comesAndGoes(proxy, 'held', 150, lasts);
  await survives(callers);
  expect(callers.seen.outages.length).toBeGreaterThan(1);
});

/** A server, a replica of it, callers of whatever the proxy leads to, and keys that only the test changes, in both servers. */
async function replicated() {
  const primary = await server({ args: ['--repl-diskless-sync-delay', '0'] });
  const proxy = await proxyTo(primary);
  const link = await proxyTo(primary);
  const replica = await server({ args: ['--replicaof', link.host, String(link.port)] });
  const admin = adminOf(replica);
  await expect.poll(() => admin.info('replication'), { timeout: 10_000 }).toMatch(/master_link_status:up/);
  const losses = new Losses(proxy);
  ends.push(() => losses.stop());
  const callers = await calling({ url: proxy.url, quiet: 40, losses });
  const changeQuiet = async (from = 0): Promise<void> => {
    for (let i = from; i < 40; i++) await callers.write(`q${i}`);
  };
  await changeQuiet();
  await expect.poll(async () => (await admin.keys('*q39')).length, { timeout: 5_000 }).toBe(1);
  return { primary, replica, admin, proxy, link, losses, callers, changeQuiet };
}

/** What the dead server had acknowledged and the new one never had is read as it was; what was changed without a server is not. */
function lostSome({ seen }: Callers): void {
  expect(seen.lost.length).toBeGreaterThan(0);
  expect(seen.lost.filter((text) => /^q(2\d|3\d):/.test(text))).toEqual([]);
}

it('a server that was killed and comes back with the data of before', { timeout: 60_000 }, async () => {
  const { primary, replica, admin, proxy, losses, callers, changeQuiet } = await replicated();
  // What a copy has is what the server had when it was made: all that follows is lost.
  await admin.replicaof('NO', 'ONE');
  await changeQuiet();
  await callers.goOn();
  await primary.stop();
  await sleep(lasts / 2);
  await changeQuiet(20);
  await sleep(lasts / 2);
  proxy.target = replica.address as { host: string; port: number };
  await survives(callers);
  expect(losses.count).toBe(1);
  lostSome(callers);
});

it('failover to a replica that lost the last writes, and is read-only at first', { timeout: 60_000 }, async () => {
  const { primary, replica, admin, proxy, link, losses, callers, changeQuiet } = await replicated();
  link.fault = 'black hole';
  await changeQuiet();
  await callers.goOn();
  await primary.stop();
  await sleep(lasts / 2);
  await changeQuiet(20);
  proxy.target = replica.address as { host: string; port: number };
  await sleep(lasts / 2);
  expect(callers.pair.isDegraded).toBe(true);
  await expect.poll(() => losses.count).toBe(1);
  await admin.replicaof('NO', 'ONE');
  await survives(callers);
  // It was another server when it was first reached, and another again when it was promoted.
  expect(losses.count).toBe(2);
  lostSome(callers);
});

it(`flapping every 300 ms, ${long ? 200 : 50} callers`, { timeout: 120_000 }, async () => {
  const proxy = await proxyTo(await server());
  const callers = await calling({ url: proxy.url, options: { probeEvery: 100 } });
  await comesAndGoes(proxy, 'refused', 300, long ? 30_000 : 3_000);
  await survives(callers);
  expect(callers.seen.outages.length).toBeGreaterThan(1);
});
