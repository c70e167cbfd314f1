import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findRedis, type RedisBinary } from './find-redis.ts';
import { freePort } from './free-port.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

export interface RedisClusterOptions {
  /** @default 3 */
  readonly primaries?: number | undefined;
  /** Of each primary. @default 0 */
  readonly replicas?: number | undefined;
  /** Further words of each command line. */
  readonly args?: readonly string[] | undefined;
}

export interface RedisCluster extends AsyncDisposable {
  /** `redis+cluster://127.0.0.1:a,127.0.0.1:b` */
  readonly url: string;
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  /** Primaries first, in the order of their slots; then their replicas. */
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const READY_WITHIN_MS = 15_000;
// Who is met and does not answer within the nodes' timeout is forgotten.
const MEET_EVERY_MS = 3_000;

/** A cluster on free ports, all slots served; a failover takes about a second. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { primaries = 3, replicas = 0, args = [] } = options;
  const binary = await findRedis();
  const servers = await Promise.all(Array.from({ length: primaries * (1 + replicas) }, () => startNode(binary, args)));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    await join(servers, primaries);
  } catch (error) {
    await stop();
    throw error;
  }
  const addresses = servers.map(addressOf);
  return {
    url: `redis+cluster://${addresses.map(({ host, port }) => `${host}:${port}`).join(',')}`,
    addresses,
    servers,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function startNode(binary: RedisBinary, args: readonly string[]): Promise<RedisServer> {
  for (let attempt = 1; ; attempt++) {
    // The nodes talk to each other on a second port; its default, 10,000 above, may be anybody's.
    const port = await freePort();
    const bus = await freePort();
    const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', '800'];
    try {
      return await startRedis({
        binary,
        listen: 'tcp',
        port,
        args: [...cluster, '--repl-diskless-sync-delay', '0', '--cluster-replica-validity-factor', '0', ...args],
      });
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

async function join(servers: readonly RedisServer[], primaries: number): Promise<void> {
  const clients = servers.map((server) => new Redis({ ...addressOf(server), maxRetriesPerRequest: 3 }));
  try {
    const ids = await Promise.all(clients.map((client) => client.cluster('MYID') as Promise<string>));
    for (const [i, client] of clients.slice(0, primaries).entries()) {
      const from = Math.floor((i * SLOTS) / primaries);
      const to = Math.floor(((i + 1) * SLOTS) / primaries) - 1;
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
    }
    let met = Number.NEGATIVE_INFINITY;
    await until('every node knows every other', async () => {
      if (performance.now() - met > MEET_EVERY_MS) {
        // Everyone meets everyone: gossip alone takes seconds.
        for (const [i, client] of clients.entries())
          for (const other of servers.slice(i + 1)) await meet(client, other);
        met = performance.now();
      }
      const known = await Promise.all(clients.map((client) => client.cluster('INFO') as Promise<string>));
      return known.every((info) => info.includes(`cluster_known_nodes:${servers.length}`));
    });
    for (const [i, client] of clients.entries())
      if (i >= primaries)
        await until('a replica knows its primary', () =>
          client.call('CLUSTER', 'REPLICATE', ids[i % primaries] as string).then(
            () => true,
            () => false,
          ),
        );
    await until('the cluster serves all slots', async () => {
      const infos = await Promise.all(clients.map((client) => client.cluster('INFO') as Promise<string>));
      return infos.every((info) => info.includes('cluster_state:ok'));
    });
    await until('the replicas are linked', async () => {
      const replication = await Promise.all(clients.slice(primaries).map((client) => client.info('replication')));
      return replication.every((info) => info.includes('master_link_status:up'));
    });
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function meet(client: Redis, server: RedisServer): Promise<void> {
  const { host, port } = addressOf(server);
  const other = new Redis({ host, port });
  const [bus] = (await other.config('GET', 'cluster-port').finally(() => other.disconnect())).slice(1) as string[];
  await client.call('CLUSTER', 'MEET', host, String(port), bus as string);
}

export function addressOf(server: RedisServer): { readonly host: string; readonly port: number } {
  if ('path' in server.address) throw new Error('expected a server on TCP, got one on a socket');
  return server.address;
}

export async function until(
  what: string,
  holds: () => Promise<boolean>,
  within: number = READY_WITHIN_MS,
): Promise<void> {
  const end = performance.now() + within;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`expected within ${within} ms: ${what}`);
    await sleep(20);
  }
}
