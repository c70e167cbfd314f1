import { type FaultyProxy, type RedisCluster, startFaultyProxy, startRedisCluster } from '@cache-internal/lab';
import { Cluster, Command, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RedisBackendOptions } from '../../src/index.ts';
import { neverWrongForLong, surviving } from './under-load.ts';

let cluster: RedisCluster;
let admin: Cluster;
let proxies: readonly FaultyProxy[];
beforeAll(async () => {
  cluster = await startRedisCluster();
  proxies = await Promise.all(cluster.addresses.map(startFaultyProxy));
  // Every client is told of the proxies in place of the nodes.
  const nodes = cluster.addresses.map((address) => new Redis(address));
  await Promise.all(
    nodes.map((node, i) => node.config('SET', 'cluster-announce-port', (proxies[i] as FaultyProxy).port)),
  );
  for (const node of nodes) {
    await vi.waitFor(
      async () => {
        const told = (await node.cluster('SLOTS')).map(([, , primary]) => primary?.[1]);
        expect(told.sort()).toEqual(proxies.map(({ port }) => port).sort());
      },
      { timeout: 10_000 },
    );
    node.disconnect();
  }
  const natMap = Object.fromEntries(
    proxies.map(({ host, port }, i) => [`${host}:${port}`, cluster.addresses[i] as { host: string; port: number }]),
  );
  admin = new Cluster([...cluster.addresses], { natMap });
}, 30_000);
afterAll(async () => {
  admin.disconnect();
  for (const proxy of proxies) await proxy.stop();
  await cluster.stop();
});
afterEach(() => {
  failing().fault = 'none';
});

const failing = (): FaultyProxy => proxies[1] as FaultyProxy;
/** Of the second of three nodes, which has the middle third of the slots. */
const hashTag = Array.from({ length: 100 }, (_, i) => `tag${i}`).find((tag) => {
  const slot = new Command('get', [`{${tag}}`]).getSlot();
  return slot > 6_000 && slot < 10_000;
}) as string;

const through = (): RedisBackendOptions => ({ cluster: proxies.map(({ host, port }) => ({ host, port })) });
const lost = ['TIMEOUT', 'CONNECTION', 'OUTCOME_UNKNOWN'];

describe('while the way to one node of a cluster fails, every operation settles in time and its keys are back soon after', () => {
  it.each([
    ['black hole', lost],
    ['half reply', lost],
    ['lost reply', [...lost, 'BACKEND', 'SERIALIZATION']],
    ['endless reply', lost],
    ['refused', lost],
  ] as const)('%s', async (name, codes) => {
    const seen = await surviving(through(), () => admin, {
      begin: () => {
        failing().fault = name;
      },
      end: () => {
        failing().fault = 'none';
      },
      codes,
      heals: 1_000,
      hashTag,
    });
    expect(seen.failures.size).toBeGreaterThan(0);
    await expect.poll(() => failing().connections).toBe(0);
  });
});

it('a reply that is lost has those after it answer other questions for a second at the most, however busy the node', () =>
  neverWrongForLong(through(), failing(), hashTag));
