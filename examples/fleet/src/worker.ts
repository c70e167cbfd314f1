// One of the processes: serves prices, from near when it can.
import { createServer } from 'node:http';
import { Cache, type CacheStats, type TieredDescription, tiered } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { redisBackend } from '@cache/redis';

export interface Price {
  readonly item: string;
  readonly cents: number;
}

/** What a worker tells of itself, twice a second. */
export interface Report {
  readonly tiers: TieredDescription;
  readonly stats: CacheStats;
}

const backend = tiered(
  memoryBackend({ max: 1_000 }),
  redisBackend({ url: process.env.CACHE_URL ?? 'redis://localhost:6379', observe: ['prices:'] }),
);
const prices = new Cache<Price>({ backend, prefix: 'prices:', ttl: '5m' });
await prices.start();

createServer(async (request, response) => {
  try {
    const item = request.url?.slice(1) || 'tea';
    const price = await prices.getOrSet(item, () => ({ item, cents: 100 })); // the database, say
    response.writeHead(200, { 'content-type': 'application/json', 'x-worker': process.pid }).end(JSON.stringify(price));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(process.env.PORT ?? 0));

setInterval(() => {
  const stats = backend.stats?.() as CacheStats; // tiers always count
  process.send?.({ tiers: backend.describe(), stats } satisfies Report);
}, 500).unref();
