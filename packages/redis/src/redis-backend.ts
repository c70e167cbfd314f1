import { type Backend, CacheConfigError, type CacheResult, hit, MISS, type Wire } from '@cache/core';
import type { Argument } from './connection/command-queue.ts';
import { link } from './connection/link.ts';
import { openSession } from './connection/session.ts';
import { operationFailure } from './errors/operation-failure.ts';
import type { RedisBackendOptions } from './options.ts';
import { withoutUrl } from './options-from.ts';
import { topologyOf } from './topology-of.ts';

/** Entries in Redis or Valkey. Construction connects to nothing; see {@link RedisBackendOptions}. */
export function redisBackend(given: RedisBackendOptions): Backend<Wire> {
  const options = withoutUrl(given);
  const { timeout = 500, connectTimeout = 2000, allowClearAll = false, logger } = options;
  const topology = topologyOf(options);
  const connection = link({
    timeout,
    connectTimeout,
    open: (attemptTimeout, onEnd) => openSession({ topology, timeout: attemptTimeout, abandoned: undefined, onEnd }),
    warn: (message) => (logger ? logger.warn(message) : process.emitWarning(message)),
  });
  const run = <T>(
    operation: string,
    key: string | undefined,
    writes: boolean,
    name: string,
    args: Argument[],
    then: (reply: never) => T,
  ): Promise<T> =>
    connection.send(name, args).then(then as (reply: unknown) => T, (error) => {
      throw operationFailure(error, { operation, key, writes });
    });
  const bytes = (value: Wire): string | Buffer =>
    typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const px = (ttl: number | null | undefined): Argument[] => (ttl === null || ttl === undefined ? [] : ['PX', ttl]);
  const scan = async function* (prefix: string): AsyncGenerator<string[]> {
    let cursor = '0';
    do {
      const [next, found] = await run(
        'keys',
        undefined,
        false,
        'scan',
        [cursor, 'MATCH', `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`, 'COUNT', 1000],
        (reply: [Buffer, Buffer[]]) => reply,
      );
      cursor = String(next);
      const own = found.map(String).filter((key) => !key.startsWith('\0'));
      if (own.length > 0) yield own;
    } while (cursor !== '0');
  };
  const backend: Backend<Wire> = {
    name: 'redis',
    stores: 'bytes',
    get: (key) =>
      run(
        'get',
        key,
        false,
        'get',
        [key],
        (reply: Buffer | null): CacheResult<Wire> => (reply === null ? MISS : hit(reply)),
      ),
    async getMany(keys) {
      if (keys.length === 0) return new Map();
      const replies = await run('getMany', undefined, false, 'mget', [...keys], (reply: (Buffer | null)[]) => reply);
      const found = new Map<string, Wire>();
      keys.forEach((key, i) => {
        const value = replies[i];
        if (value) found.set(key, value);
      });
      return found;
    },
    async getEntry(key) {
      const left = run('getEntry', key, false, 'pttl', [key], (reply: number) => reply);
      left.catch(() => {});
      const value = await run('getEntry', key, false, 'get', [key], (reply: Buffer | null) => reply);
      const ms = await left;
      if (value === null || ms === -2) return undefined;
      const freshFor = ms === -1 ? null : ms;
      return { value, freshFor, expiresIn: freshFor };
    },
    async getEntries(keys) {
      const entries = await Promise.all(keys.map(async (key) => [key, await backend.getEntry(key)] as const));
      return new Map(entries.flatMap(([key, entry]) => (entry === undefined ? [] : [[key, entry] as const])));
    },
    set: (key, value, { ttl, ifNotExists } = {}) =>
      run(
        'set',
        key,
        true,
        'set',
        [key, bytes(value), ...px(ttl), ...(ifNotExists ? ['NX'] : [])],
        (reply) => reply !== null,
      ),
    async setMany(entries, { ttl } = {}) {
      await Promise.all(Array.from(entries, ([key, value]) => backend.set(key, value, { ttl })));
    },
    has: (key) => run('has', key, false, 'exists', [key], (reply: number) => reply === 1),
    delete: (key) => run('delete', key, true, 'unlink', [key], (reply: number) => reply === 1),
    async deleteMany(keys) {
      const removed = await Promise.all([...new Set(keys)].map((key) => backend.delete(key)));
      return removed.filter(Boolean).length;
    },
    async expire(key, ttl) {
      if (ttl !== null) return run('expire', key, true, 'pexpire', [key, ttl], (reply: number) => reply === 1);
      await run('expire', key, true, 'persist', [key], () => {});
      return backend.has(key);
    },
    ttl: (key) =>
      run('ttl', key, false, 'pttl', [key], (ms: number) => (ms === -2 ? undefined : ms === -1 ? null : ms)),
    async clear(prefix = '') {
      if (prefix === '' && !allowClearAll)
        throw new CacheConfigError(
          'clear: expected a prefix, got none: it would remove every entry of the database; allowClearAll: true says that this is meant',
        );
      for await (const keys of scan(prefix)) await run('clear', undefined, true, 'unlink', keys, () => {});
    },
    async *keys(prefix = '') {
      const seen = new Set<string>();
      for await (const keys of scan(prefix))
        for (const key of keys)
          if (!seen.has(key)) {
            seen.add(key);
            yield key;
          }
    },
    start: () => connection.start(),
    close: () => connection.close(),
  };
  return backend;
}
