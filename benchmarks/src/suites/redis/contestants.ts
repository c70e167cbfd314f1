import { Cache } from '@cache/core';
import { redisBackend } from '@cache/redis';
import { Redis } from 'ioredis';
import { type Contestant, racer, versionOf } from '../../harness/index.ts';
import { leaveServer, shareServer } from './server.ts';

export const OURS = '@cache/redis';
export const RAW = 'ioredis, auto-pipelined';
export const PLAIN = 'ioredis';

const KEYS = 1000;
const keys: readonly string[] = Array.from({ length: KEYS }, (_, i) => `user:${i}`);
const value = {
  id: 4711,
  name: 'Ada Lovelace',
  mail: 'ada@example.org',
  roles: ['admin', 'author'],
  seen: 1_763_000_000,
};
const MINUTE = 60_000;

export interface Client {
  readonly keys: readonly string[];
  readonly value: typeof value;
  get(key: string): Promise<unknown>;
  set(key: string): Promise<unknown>;
  getMany(keys: readonly string[]): Promise<unknown>;
  getOrSet(key: string): Promise<unknown>;
  stop(): unknown;
}

async function ours(): Promise<Client> {
  const { url } = await shareServer();
  const cache = new Cache<typeof value>({ backend: redisBackend({ url }), prefix: 'bench:', ttl: 10 * MINUTE });
  await cache.start();
  const load = (): typeof value => value;
  return {
    keys,
    value,
    get: (key) => cache.get(key),
    set: (key) => cache.set(key, value, { ttl: MINUTE }),
    getMany: (some) => cache.getMany(some),
    getOrSet: (key) => cache.getOrSet(key, load),
    stop: () => cache.close(),
  };
}

const raw = (enableAutoPipelining: boolean) => async (): Promise<Client> => {
  const { address } = await shareServer();
  const redis = new Redis({ ...address, enableAutoPipelining });
  const parse = (text: string | null): unknown => (text === null ? undefined : JSON.parse(text));
  return {
    keys,
    value,
    get: async (key) => parse(await redis.get(`bench:${key}`)),
    set: (key) => redis.set(`bench:${key}`, JSON.stringify(value), 'PX', MINUTE),
    getMany: async (some) => (await redis.mget(some.map((key) => `bench:${key}`))).map(parse),
    getOrSet: async (key) => parse(await redis.get(`bench:${key}`)),
    stop: () => redis.disconnect(),
  };
};

/** Ours, ioredis that pipelines by itself, and ioredis that does not: each does `op`, which is `batch` operations. */
export function contestants(batch: number, op: (client: Client, i: number) => unknown): readonly Contestant[] {
  const made = { [OURS]: ours, [RAW]: raw(true), [PLAIN]: raw(false) };
  return Object.entries(made).map(([name, make]) =>
    racer({
      name,
      version: versionOf(name === OURS ? OURS : 'ioredis'),
      async setup() {
        const client = await make();
        await Promise.all(client.keys.map((key) => client.set(key)));
        return client;
      },
      op,
      batch,
      // nothing may expire while it is timed
      beforeRound: (client) => Promise.all(client.keys.map((key) => client.set(key))),
      async teardown(client) {
        await client.stop();
        await leaveServer();
      },
    }),
  );
}
