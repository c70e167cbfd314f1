import { type Backend, type CacheResult, type Entry, hit, type Listing, MISS, type Wire } from '@cache/core';
import { notItsReply } from '../connection/commands.ts';
import { operationFailure } from '../errors/operation-failure.ts';
import { type Frame, isFramed, readFrame, readTags, type TagVersion, tagsToCheck } from '../frame/frame.ts';
import { peekScript } from '../scripts/scripts.ts';
import { entryRead } from './entry-read.ts';
import { type Keyspace, run } from './keyspace.ts';
import { groupBySlot } from './slots.ts';

type Reads = Pick<Backend<Wire>, 'get' | 'getMany' | 'getEntry' | 'getEntries' | 'has' | 'ttl'> &
  Listing<Wire> & {
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
    if (debts.owes(key)) await debts.settle([key]);
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
    return { fresh, tags: tagsToCheck(framedTags) };
  };

  const isThere = async (key: string, operation: string): Promise<boolean> => {
    const { fresh, tags: versions } = await peek(key, operation);
    if (fresh !== -1 && fresh <= 0) return false;
    return versions.length === 0 || ((await tags.alive([versions]))[0] as boolean);
  };

  const failed = (keys: readonly string[], error: unknown): never => {
    throw operationFailure(error, { operation: 'getMany', keys, writes: false });
  };

  /** What stands at `keys`, frames still on. */
  const valuesOf = (keys: readonly string[]): Promise<readonly (Buffer | null)[]> =>
    link.send('mget', keys as string[]).then(
      (reply) => {
        if (!Array.isArray(reply) || reply.length !== keys.length)
          throw notItsReply(link, { operation: 'getMany', keys, writes: false });
        return reply;
      },
      (error: unknown) => failed(keys, error),
    );

  const list = async (keys: readonly string[]): Promise<CacheResult<Wire>[]> => {
    if (keys.length === 0) return [];
    if (debts.any) await debts.settle(keys);
    const groups = groupBySlot(link, keys);
    const values =
      groups.length === 1 ? await valuesOf(keys) : together(keys, groups, await Promise.all(groups.map(valuesOf)));
    const results: CacheResult<Wire>[] = [];
    let framed: Framed[] | undefined;
    for (let i = 0; i < keys.length; i++) {
      const bytes = values[i];
      results.push(bytes ? hit(bytes) : MISS);
      if (!bytes || !isFramed(bytes)) continue;
      framed ??= [];
      framed.push({ at: i, key: keys[i] as string, frame: readFrame(bytes, keys[i] as string) });
    }
    if (framed !== undefined) await unframe(results, framed);
    for (const { hit: there } of results) {
      if (there) counts.hits++;
      else counts.misses++;
    }
    return results;
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

    getMany: Object.assign(
      async (keys: readonly string[]) => {
        const unique = [...new Set(keys)];
        const found = await list(unique);
        const values = new Map<string, Wire>();
        for (const [i, one] of found.entries()) if (one.hit) values.set(unique[i] as string, one.value);
        return values;
      },
      { list },
    ),

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
  async function unframe(results: CacheResult<Wire>[], framed: readonly Framed[]): Promise<void> {
    const doubtful: Framed[] = [];
    const withTags: { readonly at: number; readonly tags: TagVersion[] }[] = [];
    for (const one of framed) {
      const { at, key, frame } = one;
      const fresh = !frame.absent && isFresh(frame);
      if (fresh === undefined) doubtful.push(one);
      results[at] = fresh ? hit(frame.payload) : MISS;
      if (fresh && frame.tags.length > 0) withTags.push({ at, tags: readTags(frame.tags, key) });
    }
    const [alive, asked] = await Promise.all([
      tags.alive(withTags.map((one) => one.tags)),
      Promise.all(doubtful.map(({ key }) => entryOf(key, 'getMany'))),
    ]);
    for (const [i, { at }] of withTags.entries()) if (!alive[i]) results[at] = MISS;
    for (const [i, { at }] of doubtful.entries()) {
      const entry = asked[i];
      if (entry !== undefined && (entry.freshFor === null || entry.freshFor > 0)) results[at] = hit(entry.value);
    }
  }
}

/** An entry among others, at its place, with its frame still on. */
interface Framed {
  readonly at: number;
  readonly key: string;
  readonly frame: Frame;
}

/** One list of several, in the order asked for. */
function together(
  keys: readonly string[],
  groups: readonly (readonly string[])[],
  parts: readonly (readonly (Buffer | null)[])[],
): (Buffer | null)[] {
  const all = new Map(groups.flatMap((group, i) => group.map((key, j) => [key, parts[i]?.[j] ?? null] as const)));
  return keys.map((key) => all.get(key) ?? null);
}
