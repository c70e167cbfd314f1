import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { NoRedisError } from './find-redis.ts';
import { startRedis } from './redis-server.ts';

/** The one Redis that the tests of a run share. It is real; keys stay under `prefix`, and nobody flushes it. */
export interface RunRedis {
  /** `redis+unix:///path`, `redis://…` or `rediss://…` */
  readonly url: string;
  /** Of this run alone, with a colon at its end: the server may be somebody's. */
  readonly prefix: string;
  /** As in `Redis 7.0.15`. */
  readonly version: string;
  /** The server is the one `REDIS_URL` names, not ours. */
  readonly given: boolean;
}

/** Uses the server `REDIS_URL` names, else starts one. Throws `NoRedisError` when there is none to be had. */
export async function startRunRedis(): Promise<RunRedis & { stop(): Promise<void> }> {
  const prefix = `cache-run-${randomBytes(6).toString('hex')}:`;
  const given = process.env.REDIS_URL;
  if (given) {
    const version = await withGiven(given, versionOf);
    return { url: given, prefix, version, given: true, stop: () => withGiven(given, (redis) => sweep(redis, prefix)) };
  }
  const server = await startRedis();
  return { url: server.url, prefix, version: server.version(), given: false, stop: () => server.stop() };
}

/** Throws `NoRedisError` when the server of `REDIS_URL` does not answer. */
export async function checkGivenRedis(url: string): Promise<string> {
  return withGiven(url, versionOf);
}

/** What `new Redis(…)` takes for a URL of a single server; a socket's URL is not one of ioredis' own. */
export function ioredisAddress(url: string): string {
  return url.startsWith('redis+unix://') ? url.slice('redis+unix://'.length) : url;
}

async function withGiven<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(ioredisAddress(url), {
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: 5000,
    commandTimeout: 5000,
  });
  let reason: Error | undefined;
  redis.on('error', (error: Error) => {
    reason = error; // what `connect()` rejects with is only "Connection is closed."
  });
  try {
    await redis.connect();
    return await use(redis);
  } catch (error) {
    throw new NoRedisError(
      `REDIS_URL: expected a server that answers at ${withoutPassword(url)}, got: ${(reason ?? (error as Error)).message}. ` +
        'Correct it, or unset it to use a private server.',
    );
  } finally {
    redis.disconnect();
  }
}

async function versionOf(redis: Redis): Promise<string> {
  const info = await redis.info('server');
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  return valkey === undefined ? `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1] ?? '(unknown)'}` : `Valkey ${valkey}`;
}

/** Also what a backend keeps beside entries under names that contain theirs, as versions of tags. The prefix is random: nobody else has it. */
async function sweep(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1000 })) {
    if ((keys as string[]).length > 0) await redis.unlink(...(keys as string[]));
  }
}

function withoutPassword(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^@/]*@/i, '$1***@');
}
