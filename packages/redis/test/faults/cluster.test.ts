import {
  type FaultyProxy,
  type RedisCluster,
  type RedisServer,
  startFaultyProxy,
  startRedisCluster,
  type WatchedProcess,
} from '@cache-internal/lab';
import { Cluster, Command, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RedisBackendOptions, redisBackend } from '../../src/index.ts';
import { neverWrongForLong, surviving, TIMEOUT } from './under-load.ts';

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
// A node that stood still is believed again only after a while.
beforeEach(() =>
  vi.waitFor(
    async () => {
      const told = await Promise.all(admin.nodes('master').map((node) => node.cluster('INFO') as Promise<string>));
      expect(told.filter((info) => info.includes('cluster_state:ok'))).toHaveLength(proxies.length);
    },
    { timeout: 10_000 },
  ),
);
afterEach(() => {
  for (const proxy of proxies) proxy.fault = 'none';
});

const failing = (): FaultyProxy => proxies[1] as FaultyProxy;
const frozen = (): WatchedProcess => (cluster.servers[1] as RedisServer).process;
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

it.each([
  [
    'stands still',
    /expected a reply, got silence for 250 ms\. /,
    () => frozen().signal('SIGSTOP'),
    () => frozen().signal('SIGCONT'),
  ],
  [
    'cannot be reached',
    /expected a connection, got: .+\. /,
    () => {
      failing().fault = 'refused';
    },
    () => {
      failing().fault = 'none';
    },
  ],
])(
  'a node that %s is told of once, by name and without credentials, and once when it is back',
  async (_how, why, begin, end) => {
    const password = 'secret-of-default';
    const warnings: string[] = [];
    const backend = redisBackend({
      ...through(),
      username: 'default',
      password, // which servers that have none take in silence
      timeout: TIMEOUT,
      logger: { warn: (message) => warnings.push(message) },
    });
    await backend.start();
    const failures = new Set<string>();
    const load = setInterval(() => {
      for (const key of [`{${hashTag}}:outage`, 'elsewhere:1', 'elsewhere:2', 'elsewhere:3'])
        Promise.resolve(backend.get(key)).catch((error: Error) => failures.add(error.message));
    }, 10);
    try {
      await begin();
      await expect.poll(() => warnings.length, { timeout: 10_000 }).toBe(1);
      await expect.poll(() => failures.size).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 4 * TIMEOUT)); // calls go on failing, and attempts to connect
      expect(warnings).toHaveLength(1);
      await end();
      await expect.poll(() => warnings.length, { timeout: 10_000 }).toBe(2);
      const node = `redis node 127.0.0.1:${failing().port}: `;
      expect(warnings[0]).toMatch(why);
      expect(warnings[0]?.startsWith(node)).toBe(true);
      expect(warnings[1]).toMatch(new RegExp(`^${node}back, after \\d+\\.\\d s\\.$`));
      expect(warnings.join()).not.toContain(password);
      await expect.poll(() => backend.isAvailable(), { timeout: 10_000 }).toBe(true);
      expect(warnings).toHaveLength(2);
    } finally {
      clearInterval(load);
      await end();
      await backend.close();
    }
  },
);

it.each(['refused', 'black hole'] as const)('a whole cluster that is away (%s) is told of once', async (fault) => {
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const backend = redisBackend({ ...through(), timeout: TIMEOUT, logger });
  await backend.start();
  const load = setInterval(() => {
    for (const key of ['1', '2', '3', '4']) Promise.resolve(backend.get(`away:${key}`)).catch(() => {});
  }, 10);
  try {
    for (const proxy of proxies) proxy.fault = fault;
    await expect.poll(() => warnings.length, { timeout: 10_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 4 * TIMEOUT));
    for (const proxy of proxies) proxy.fault = 'none';
    await expect.poll(() => backend.isAvailable(), { timeout: 10_000 }).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/^redis at cluster of .+: expected a connection, got: /)]);
  } finally {
    clearInterval(load);
    await backend.close();
  }
});

it.each(['refused', 'black hole'] as const)('who starts is told which node is not to be had (%s)', async (fault) => {
  failing().fault = fault;
  const backend = redisBackend({ ...through(), timeout: TIMEOUT, connectTimeout: 2_000, logger: { warn() {} } });
  const { host, port } = failing();
  await expect(backend.start()).rejects.toThrow(`, node ${host}:${port}: expected a connection, got: `);
  await backend.close();
});

it.each(['refused', 'black hole'] as const)(
  'who comes while a node is away (%s) has the slots of the others, and its own once it is back',
  async (fault) => {
    failing().fault = fault;
    const warnings: string[] = [];
    const logger = { warn: (message: string) => void warnings.push(message) };
    const backend = redisBackend({ ...through(), timeout: TIMEOUT, logger });
    const elsewhere = `{${hashTag}x}:part`;
    const answers = (key: string): Promise<boolean> =>
      Promise.resolve(backend.get(key)).then(
        () => true,
        () => false,
      );
    try {
      await expect.poll(() => answers(elsewhere), { timeout: 10_000 }).toBe(true);
      expect(await answers(`{${hashTag}}:part`)).toBe(false);
      await expect.poll(() => warnings.length, { timeout: 10_000 }).toBeGreaterThan(0);
      failing().fault = 'none';
      await expect.poll(() => answers(`{${hashTag}}:part`), { timeout: 10_000 }).toBe(true);
      const node = `redis node ${failing().host}:${failing().port}: `;
      await expect.poll(() => warnings.at(-1), { timeout: 10_000 }).toMatch(/back, after/);
      expect(warnings.every((warning) => warning.startsWith(node))).toBe(true);
    } finally {
      await backend.close();
    }
  },
);

it('a connection to a node that breaks and is made anew at once is no outage', async () => {
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const backend = redisBackend({ ...through(), timeout: TIMEOUT, logger });
  await backend.start();
  const read = (): Promise<boolean> =>
    Promise.resolve(backend.get(`{${hashTag}}:cut`)).then(
      () => true,
      () => false,
    );
  failing().cut();
  expect(await read()).toBe(false);
  await expect.poll(read, { timeout: 10_000 }).toBe(true);
  expect(warnings).toEqual([]);
  await backend.close();
});
