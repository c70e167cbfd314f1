import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedis, type RedisBinary } from './find-redis.ts';
import { freePort } from './free-port.ts';
import { addressOf, until } from './redis-cluster.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { startWatched, type WatchedProcess } from './watched-process.ts';

export interface RedisSentinels extends AsyncDisposable {
  /** `redis+sentinel://127.0.0.1:a,…/mymaster` */
  readonly url: string;
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  /** The name the sentinels know the primary by. */
  readonly primary: string;
  /** The first primary, then the replica. */
  readonly servers: readonly [RedisServer, RedisServer];
  readonly sentinels: readonly WatchedProcess[];
  stop(): Promise<void>;
}

const NAME = 'mymaster';

/** A primary, its replica and three sentinels that replace it when it has been silent for half a second. */
export async function startRedisSentinels(): Promise<RedisSentinels> {
  const binary = await findRedis();
  const primary = await startRedis({ binary, listen: 'tcp' });
  const running: { stop(): Promise<void> }[] = [primary];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.stop()));
  };
  try {
    const { host, port } = addressOf(primary);
    const replica = await startRedis({
      binary,
      listen: 'tcp',
      args: ['--replicaof', host, String(port), '--repl-diskless-sync-delay', '0'],
    });
    running.push(replica);
    const started = await Promise.all([1, 2, 3].map(() => startSentinel(binary, { host, port }, running)));
    const sentinels = started.map(({ sentinel }) => sentinel);
    const addresses = started.map(({ own }) => ({ host, port: own }));
    await Promise.all(addresses.map((one) => knowsAll(one.host, one.port)));
    return {
      url: `redis+sentinel://${addresses.map((one) => `${one.host}:${one.port}`).join(',')}/${NAME}`,
      addresses,
      primary: NAME,
      servers: [primary, replica],
      sentinels,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSentinel(
  binary: RedisBinary,
  { host, port }: { readonly host: string; readonly port: number },
  running: { stop(): Promise<void> }[],
): Promise<{ readonly sentinel: WatchedProcess; readonly own: number }> {
  for (let attempt = 1; ; attempt++) {
    const own = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'cache-lab-'));
    const file = join(directory, 'sentinel.conf');
    await writeFile(
      file,
      [
        `port ${own}`,
        `bind ${host}`,
        `sentinel monitor ${NAME} ${host} ${port} 2`,
        `sentinel down-after-milliseconds ${NAME} 500`,
        `sentinel failover-timeout ${NAME} 2000`,
      ].join('\n'),
    );
    const sentinel = await startWatched(binary.path, [file, '--sentinel'], { directory, env: binary.env });
    running.push(sentinel);
    try {
      await sentinel.printed(/\+monitor/);
      return { sentinel, own };
    } catch (error) {
      await sentinel.stop();
      if (!/Address already in use/.test(String(error)) || attempt === 5) throw error;
    }
  }
}

async function knowsAll(host: string, port: number): Promise<void> {
  const client = new Redis({ host, port });
  try {
    await until('a sentinel knows the replica and the other sentinels', async () => {
      const [primary] = (await client.call('SENTINEL', 'MASTERS')) as string[][];
      const facts = new Map<string, string>();
      for (let i = 0; primary !== undefined && i + 1 < primary.length; i += 2)
        facts.set(primary[i] as string, primary[i + 1] as string);
      return facts.get('num-slaves') === '1' && facts.get('num-other-sentinels') === '2';
    });
  } finally {
    client.disconnect();
  }
}
