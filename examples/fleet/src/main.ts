// Asks four processes for prices, changes prices past them, and shows what comes of it: `CACHE_URL=redis://… npm start`.
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startFleet } from './fleet.ts';
import { startPage } from './page.ts';

const url = process.env.CACHE_URL ?? 'redis://localhost:6379';
const seconds = Number(process.env.SECONDS ?? 10);
const fleet = await startFleet(4, { CACHE_URL: url });
const page = await startPage(fleet);
const stranger = new Redis(url);
const items = Array.from({ length: 20 }, (_, n) => `item-${n}`);
const any = (): string => items[Math.floor(Math.random() * items.length)] as string;

console.log(`four processes behind ${fleet.url}; every 100 ms a stranger changes a price in Redis`);
console.log(`to look at: ${page.url}`);
const end = performance.now() + seconds * 1_000;
async function customers(): Promise<void> {
  while (performance.now() < end) await (await fetch(`${fleet.url}/${any()}`)).arrayBuffer();
}
async function changes(): Promise<void> {
  while (performance.now() < end) {
    const item = any();
    await stranger.set(
      `prices:${item}`,
      JSON.stringify({ item, cents: Math.ceil(Math.random() * 1_000) }),
      'PX',
      300_000,
    );
    await sleep(100);
  }
}
async function shows(): Promise<void> {
  while (performance.now() < end) {
    await sleep(1_000);
    console.log(fleet.table());
  }
}
await Promise.all([customers(), customers(), customers(), customers(), changes(), shows()]);
stranger.disconnect();
page.stop();
await fleet.stop();
