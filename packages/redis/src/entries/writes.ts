import {
  type Backend,
  type CacheError,
  CacheTimeoutError,
  InvalidTtlError,
  type Wire,
  type WriteOptions,
} from '@cache/core';
import { failureOf } from '../connection/commands.ts';
import { frameOf, isFramed, tagsToCheck } from '../frame/frame.ts';
import { deleteScript, expireScript, putScript, releaseScript } from '../scripts/scripts.ts';
import { asArgument, asPx, type Keyspace, run, send } from './keyspace.ts';
import { readToken } from './leases.ts';
import { groupBySlot } from './slots.ts';
import { distinct, newVersion, TAG_LOG, tagKeys } from './tag-keys.ts';

type Writes = Pick<Backend<Wire>, 'set' | 'setMany' | 'delete' | 'deleteMany' | 'expire'>;

type Mode = 'any' | 'nx' | 'lease';

const CHUNK_ENTRIES = 500;
const CHUNK_BYTES = 1_000_000;
// Six bytes hold a window in a frame.
const LONGEST_WINDOW = 2 ** 48 - 1;

/**
 * A write without metadata is a plain SET; with metadata, a lease or a deadline at the server it is a script.
 * @param fenced every write is refused by the server once its caller was told that it timed out
 */
export function writes(space: Keyspace, fenced: boolean): Writes {
  const { link, clock, debts, tags: tagSpace, counts, timeout } = space;

  const store = async (key: string, value: Wire, options: WriteOptions): Promise<boolean> => {
    const { ttl, staleFor = 0, ifNotExists = false, lease } = options;
    const tags = distinct(options.tags ?? []);
    if (staleFor > LONGEST_WINDOW)
      throw new InvalidTtlError(`staleFor: expected at most ${LONGEST_WINDOW} ms, got ${staleFor}`);
    const px = asPx(ttl, staleFor);
    if (lease !== undefined) return put('lease', key, value, px, staleFor, tags, lease.token);
    if (fenced || tags.length > 0 || staleFor > 0)
      return put(ifNotExists ? 'nx' : 'any', key, value, px, staleFor, tags);
    const purpose = { operation: 'set', key, writes: true };
    const body =
      typeof value !== 'string' && isFramed(value) ? frameOf(asArgument(value) as Buffer) : asArgument(value);
    const args = px === -1 ? [key, body] : [key, body, 'PX', px];
    if (!ifNotExists) {
      await send(space, purpose, 'set', args);
      return true;
    }
    if ((await send(space, purpose, 'set', [...args, 'NX'])) !== null) return true;
    // Something is there: an entry, or what counts as none (a lease, a stale entry, one with a dead tag).
    return put('nx', key, value, px, staleFor, tags);
  };

  const put = async (
    mode: Mode,
    key: string,
    value: Wire,
    px: number,
    staleFor: number,
    tags: readonly string[],
    leaseToken = '',
  ): Promise<boolean> => {
    const token = mode === 'lease' ? readToken(leaseToken) : undefined;
    if (mode === 'lease' && token === undefined) return false;
    let framed: string | Buffer = '';
    const keys = [key];
    const here = !link.clustered && tags.length > 0;
    if (here) keys.push(TAG_LOG, ...tagKeys(tags));
    else if (tags.length > 0) {
      const versions = await tagSpace.versions(key, tags, px, token?.position);
      if (versions === undefined) {
        await run(space, { operation: 'set', key, writes: true }, releaseScript, [key], [token?.secret ?? '']);
        return false;
      }
      framed = versions;
    }
    const notAfter = fenced ? Math.floor(await clock.earliest()) + timeout : '';
    let dead: Buffer | string = '';
    for (;;) {
      const reply = await run(space, { operation: 'set', key, writes: true }, putScript, keys, [
        ...[mode, token?.secret ?? '', token?.position.epoch ?? '', token?.position.n ?? 0, staleFor, px, notAfter],
        ...[asArgument(value), newVersion(), framed, dead, space.here, ...(here ? tags : [])],
      ]);
      if (reply === 1 || reply === 0) return reply === 1;
      if (reply === -1) throw tooLate(key);
      const inTheWay = reply as Buffer;
      if ((await tagSpace.alive([tagsToCheck(inTheWay)]))[0]) return false;
      dead = inTheWay;
    }
  };

  const tooLate = (key: string): CacheError =>
    new CacheTimeoutError(
      `redis: set of key ${JSON.stringify(key)}: reached the server after ${timeout} ms and was refused there; nothing was changed`,
      { key },
    );

  /** A write with nothing special about it, in as few promises as it takes. */
  const setPlainly = (key: string, value: Wire, ttl: number | null | undefined): Promise<boolean> =>
    link.send('set', ttl === null || ttl === undefined ? [key, bodyOf(value)] : [key, bodyOf(value), 'PX', ttl]).then(
      () => {
        counts.writes++;
        return true;
      },
      (error: unknown) => {
        throw failureOf(link, error, { operation: 'set', key, writes: true });
      },
    );

  const set = (key: string, value: Wire, options: WriteOptions = {}): Promise<boolean> => {
    const { ttl, staleFor = 0, tags, ifNotExists = false, lease } = options;
    const special = fenced || debts.any || staleFor > 0 || ifNotExists || lease !== undefined;
    return special || (tags !== undefined && tags.length > 0)
      ? setCarefully(key, value, options)
      : setPlainly(key, value, ttl);
  };

  const setCarefully = async (key: string, value: Wire, options: WriteOptions): Promise<boolean> => {
    const owed = debts.any && debts.owes(key);
    if (owed && (options.ifNotExists || options.lease)) await debts.settle([key]);
    // A plain SET is sent at once, before any read that comes now; until the others are obeyed, the old value is there.
    else if (owed && !fenced && !options.staleFor && !options.tags?.length) debts.forgive(key);
    try {
      const stored = await store(key, value, options);
      if (stored) counts.writes++;
      if (stored && owed) debts.forgive(key);
      return stored;
    } catch (error) {
      if (owed) debts.owe([key]);
      throw error;
    }
  };

  const remove = async (group: readonly string[], operation: string): Promise<number> => {
    const [key] = group;
    const purpose =
      operation === 'delete' ? { operation, key, writes: true } : { operation, keys: group, writes: true };
    try {
      const removed = await run(space, purpose, deleteScript, group);
      if (debts.any) for (const one of group) debts.forgive(one);
      const count = removed.reduce((sum, one) => sum + one, 0);
      counts.deletes += count;
      return count;
    } catch (error) {
      debts.owe(group);
      throw error;
    }
  };

  return {
    set,

    async setMany(entries, options) {
      for (const chunk of chunks(entries)) {
        const results = await Promise.allSettled(chunk.map(([key, value]) => set(key, value, options)));
        const failed = results.find((result) => result.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      }
    },

    delete: async (key) => (await remove([key], 'delete')) === 1,

    async deleteMany(keys) {
      if (keys.length === 0) return 0;
      const groups = groupBySlot(link, [...new Set(keys)]);
      const results = await Promise.allSettled(groups.map((group) => remove(group, 'deleteMany')));
      let count = 0;
      for (const result of results) {
        if (result.status === 'rejected') throw result.reason;
        count += result.value;
      }
      return count;
    },

    async expire(key, ttl) {
      if (debts.any) await debts.settle([key]);
      const purpose = { operation: 'expire', key, writes: true };
      const reply = await run(space, purpose, expireScript, [key], [asPx(ttl)]);
      if (typeof reply === 'number') return reply === 1;
      const versions = tagsToCheck(reply);
      // Nothing brings back what a tag made absent, but moving its deadline must not say that it did.
      if (!(await tagSpace.alive([versions]))[0]) return false;
      await tagSpace.outlive(key, versions, asPx(ttl));
      return true;
    },
  };
}

function bodyOf(value: Wire): string | Buffer {
  const body = asArgument(value);
  return typeof body !== 'string' && isFramed(body) ? frameOf(body) : body;
}

/** Parts that a connection and a server carry without others waiting long for them. */
function* chunks(entries: Iterable<readonly [string, Wire]>): Generator<(readonly [string, Wire])[]> {
  let chunk: (readonly [string, Wire])[] = [];
  let bytes = 0;
  for (const entry of entries) {
    chunk.push(entry);
    bytes += entry[1].length;
    if (chunk.length < CHUNK_ENTRIES && bytes < CHUNK_BYTES) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}
