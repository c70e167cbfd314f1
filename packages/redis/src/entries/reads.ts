import { type Backend, type CacheResult, type Entry, hit, MISS, type Wire } from '@cache/core';
import { notItsReply } from '../connection/commands.ts';
import { operationFailure } from '../errors/operation-failure.ts';
import { type Frame, isFramed, readFrame, readTags, type TagVersion } from '../frame/frame.ts';
import { peekScript } from '../scripts/scripts.ts';
import { entryRead } from './entry-read.ts';
import { type Keyspace, run } from './keyspace.ts';
import { groupBySlot } from './slots.ts';

type Reads = Pick<Backend<Wire>, 'get' | 'getMany' | 'getEntry' | 'getEntries' | 'has' | 'ttl'> & {
  /** The keys among `keys` that have a fresh entry. */
  fresh(keys: readonly string[]): Promise<string[]>;
};

const MOST_REMEMBERED = 10_000;

/**
 * A hit is a plain GET: what has no metadata has no frame. A frame tells its deadline in the server's time, which is
 * compared with the corrected clock; too close to tell, the server is asked.
 * @param told whether changes of a key are told now
 */
export function reads(space: Keyspace, told: (key: string) => boolean): Reads {
  const { link, clock, debts, tags, counts } = space;
  const entryOf = entryRead(space, told);
  // On one server, an entry known to carry tags is read together with their versions.
  const tagged = new Set<string>();

  const found = (payload: Buffer): CacheResult<Wire> => {
    counts.hits++;
    return hit(payload);
  };
  const missed = (): CacheResult<Wire> => {
    counts.misses++;
    return MISS;
  };

  const settled = async (key: string): Promise<void> => {
    if (debts.owes(key)) await debts.pay();
  };

  const framed = (key: string, bytes: Buffer): CacheResult<Wire> | Promise<CacheResult<Wire>> => {
    const frame = readFrame(bytes, key);
    if (frame.absent) return missed();
    const fresh = isFresh(frame);
    if (fresh === false) return missed();
    if (fresh === undefined) return resultOf(key);
    if (frame.tags.length === 0) return found(frame.payload);
    remember(key);
    return tags.alive([readTags(frame.tags, key)]).then(([alive]) => (alive ? found(frame.payload) : missed()));
  };

  const isFresh = ({ freshUntil }: Frame): boolean | undefined =>
    freshUntil === undefined || freshUntil === 0 ? true : clock.isBefore(freshUntil);

  const remember = (key: string): void => {
    if (link.clustered) return;
    if (tagged.size >= MOST_REMEMBERED) tagged.clear();
    tagged.add(key);
  };

  const resultOf = async (key: string): Promise<CacheResult<Wire>> => {
    const entry = await entryOf(key, 'get');
    return entry !== undefined && (entry.freshFor === null || entry.freshFor > 0)
      ? found(entry.value as Buffer)
      : missed();
  };

  const peek = async (key: string, operation: string): Promise<{ fresh: number; tags: readonly TagVersion[] }> => {
    await settled(key);
    const purpose = { operation, key, writes: false };
    const [fresh, framedTags] = await run(space, purpose, peekScript, [key], [space.here]);
    return { fresh, tags: readTags(framedTags, key) };
  };

  const isThere = async (key: string, operation: string): Promise<boolean> => {
    const { fresh, tags: versions } = await peek(key, operation);
    if (fresh !== -1 && fresh <= 0) return false;
    return versions.length === 0 || ((await tags.alive([versions]))[0] as boolean);
  };

  const failed = (keys: readonly string[], error: unknown): never => {
    throw operationFailure(error, { operation: 'getMany', keys, writes: false });
  };

  /** What stands at `keys`, frames still on; `frames` is given those. */
  const valuesOf = (keys: readonly string[], frames: Map<string, Frame>): Promise<Map<string, Buffer>> =>
    link.send('mget', keys as string[]).then(
      (reply) => {
        if (!Array.isArray(reply) || reply.length !== keys.length)
          throw notItsReply(link, { operation: 'getMany', keys, writes: false });
        const replies: readonly (Buffer | null)[] = reply;
        const values = new Map<string, Buffer>();
        for (let i = 0; i < replies.length; i++) {
          const bytes = replies[i];
          if (!bytes) continue;
          const key = keys[i] as string;
          values.set(key, bytes);
          if (isFramed(bytes)) frames.set(key, readFrame(bytes, key));
        }
        return values;
      },
      (error: unknown) => failed(keys, error),
    );

  const manyOf = async (keys: readonly string[]): Promise<Map<string, Buffer>> => {
    if (debts.any && keys.some(debts.owes)) await debts.pay();
    const frames = new Map<string, Frame>();
    const groups = groupBySlot(link, keys);
    const values =
      groups.length === 1
        ? await valuesOf(keys, frames)
        : inOrder(keys, await Promise.all(groups.map((group) => valuesOf(group, frames))));
    if (frames.size > 0) await unframe(values, frames);
    counts.hits += values.size;
    counts.misses += keys.length - values.size;
    return values;
  };

  return {
    get(key) {
      if (tagged.size > 0 && tagged.has(key)) return resultOf(key);
      if (debts.any && debts.owes(key)) return resultOf(key);
      return link.send('get', [key]).then(
        (reply) => {
          if (reply === null) return missed();
          if (!Buffer.isBuffer(reply)) throw notItsReply(link, { operation: 'get', key, writes: false });
          return isFramed(reply) ? framed(key, reply) : found(reply);
        },
        (error: unknown) => {
          throw operationFailure(error, { operation: 'get', key, writes: false });
        },
      );
    },

    getMany: async (keys) => (keys.length === 0 ? new Map() : manyOf(keys)),

    getEntry: (key) => entryOf(key, 'getEntry'),

    async getEntries(keys) {
      const found = await Promise.all(keys.map((key) => entryOf(key, 'getEntries')));
      const entries = new Map<string, Entry<Wire>>();
      for (const [i, key] of keys.entries()) {
        const entry = found[i];
        if (entry !== undefined) entries.set(key, entry);
      }
      return entries;
    },

    has: (key) => isThere(key, 'has'),

    async ttl(key) {
      const { fresh } = await peek(key, 'ttl');
      if (fresh === -1) return null;
      return fresh > 0 ? fresh : undefined;
    },

    async fresh(keys) {
      const there = await Promise.all(keys.map((key) => isThere(key, 'keys')));
      return keys.filter((_key, i) => there[i]);
    },
  };

  /** Takes the frames off, and what is not fresh away. */
  async function unframe(values: Map<string, Buffer>, frames: ReadonlyMap<string, Frame>): Promise<void> {
    const doubtful: string[] = [];
    const withTags: { readonly key: string; readonly tags: TagVersion[] }[] = [];
    for (const [key, frame] of frames) {
      const fresh = !frame.absent && isFresh(frame);
      if (fresh === undefined) doubtful.push(key);
      else if (!fresh) values.delete(key);
      else {
        values.set(key, frame.payload);
        if (frame.tags.length > 0) withTags.push({ key, tags: readTags(frame.tags, key) });
      }
    }
    const [alive, asked] = await Promise.all([
      tags.alive(withTags.map((one) => one.tags)),
      Promise.all(doubtful.map((key) => entryOf(key, 'getMany'))),
    ]);
    for (const [i, { key }] of withTags.entries()) if (!alive[i]) values.delete(key);
    for (const [i, key] of doubtful.entries()) {
      const entry = asked[i];
      if (entry !== undefined && (entry.freshFor === null || entry.freshFor > 0))
        values.set(key, entry.value as Buffer);
      else values.delete(key);
    }
  }
}

/** One map of several, in the order asked for. */
function inOrder(keys: readonly string[], parts: readonly ReadonlyMap<string, Buffer>[]): Map<string, Buffer> {
  const all = new Map(parts.flatMap((part) => [...part]));
  const ordered = new Map<string, Buffer>();
  for (const key of keys) {
    const value = all.get(key);
    if (value !== undefined) ordered.set(key, value);
  }
  return ordered;
}
