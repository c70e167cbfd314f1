// The example as a test: real processes, a real server, and somebody who changes it past them.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { type Row, startFleet } from './fleet.ts';
import { startPage } from './page.ts';
import type { Price } from './worker.ts';

const server = await startRedis();
const stranger = new Redis({ ...server.address });
const fleet = await startFleet(4, { CACHE_URL: server.url });

/** Asks until each of the four has answered at least five times. */
async function ask(item: string): Promise<Map<string, Set<number>>> {
  const answers = new Map<string, Set<number>>();
  const asked = new Map<string, number>();
  while (asked.size < 4 || Math.min(...asked.values()) < 5) {
    const response = await fetch(`${fleet.url}/${item}`, { headers: { connection: 'close' } });
    const worker = response.headers.get('x-worker') as string; // all of them say who they are
    const { cents } = (await response.json()) as Price;
    answers.set(worker, (answers.get(worker) ?? new Set()).add(cents));
    asked.set(worker, (asked.get(worker) ?? 0) + 1);
  }
  return answers;
}

/** Processes hear of a change in their own time, and tell twice a second how they stand. */
async function eventually(holds: () => unknown): Promise<void> {
  for (const end = performance.now() + 10_000; ; await sleep(50)) {
    try {
      return void (await holds());
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

try {
  const before = await ask('tea');
  assert.deepEqual(
    [...before.values()].map((cents) => [...cents]),
    Array(4).fill([100]),
  );
  console.log('four processes behind one port sell tea for 100 cents');

  await stranger.set('prices:tea', '{"item":"tea","cents":120}', 'PX', 300_000);
  await eventually(async () => {
    const after = await ask('tea');
    assert.deepEqual(
      [...after.values()].map((cents) => [...cents]),
      Array(4).fill([120]),
    );
  });
  console.log('after a stranger’s SET in Redis all of them sell it for 120');

  await eventually(() => {
    const rows = fleet.table().split('\n'); // of those who have told how they stand
    assert.ok(rows.filter((row) => row.includes('restored')).length === 4, rows.join('\n'));
  });
  console.log('and all of them hear of changes');

  const page = await startPage(fleet);
  assert.match(await (await fetch(page.url)).text(), /<tbody id="rows">/);
  const { body } = await fetch(`${page.url}/events`);
  const { value } = await (body as ReadableStream<Uint8Array>).getReader().read();
  const told = JSON.parse(new TextDecoder().decode(value).replace(/^data: /, '')) as Row[];
  assert.deepEqual(
    told.map(({ signal }) => signal),
    Array(4).fill('restored'),
  );
  page.stop();
  console.log('which a page shows as it happens');
} finally {
  stranger.disconnect();
  await fleet.stop();
  await server.stop();
}
