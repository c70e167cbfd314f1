import { randomBytes } from 'node:crypto';
import { CacheConfigError, type Tagging } from '@cache/core';
import type { Link } from '../connection/link.ts';
import type { TagVersion } from '../frame/frame.ts';
import { invalidateScript, outliveScript, positionScript, versionsScript } from '../scripts/scripts.ts';
import type { Debts } from './debts.ts';
import { run, send } from './keyspace.ts';

/** All in one slot of a cluster, so that any number of tags is one round trip, and one step. */
export const TAG_PREFIX = '\0{tags}:';
export const TAG_LOG = '\0{tags}';

// Two bytes hold the length of an entry's tags in its frame.
const MAX_TAG_BYTES = 65_535;
const VERSION_BYTES = 6; // eight characters

/** How far invalidations had come when a lease was granted. */
export interface Position {
  readonly epoch: string;
  readonly n: number;
}

export interface Tags extends Tagging {
  /** Whether each of `entries` carries only versions its tags still have. */
  alive(entries: readonly (readonly TagVersion[])[]): Promise<boolean[]>;
  /** On a cluster, before a write: the tags as they are framed; undefined when the lease was overtaken. */
  versions(key: string, tags: readonly string[], px: number, lease: Position | undefined): Promise<Buffer | undefined>;
  /** On a cluster, before a load. */
  position(key: string): Promise<Position>;
  /** Makes the tags of an entry live as long as the entry will. */
  outlive(key: string, tags: readonly TagVersion[], px: number): Promise<void>;
}

export function newVersion(): string {
  return randomBytes(VERSION_BYTES).toString('base64url');
}

export function newEpoch(): string {
  return randomBytes(9).toString('base64url');
}

/** Each tag once. @throws {CacheConfigError} when they do not fit into a frame */
export function distinct(tags: readonly string[]): readonly string[] {
  const unique = tags.length < 2 ? tags : [...new Set(tags)];
  const bytes = unique.reduce((sum, tag) => sum + Buffer.byteLength(tag) + 10, 0);
  if (bytes > MAX_TAG_BYTES)
    throw new CacheConfigError(
      `tags: expected at most ${MAX_TAG_BYTES} bytes for all tags of an entry, got ${bytes}; use fewer or shorter ones`,
    );
  return unique;
}

export function tagKeys(tags: readonly string[]): string[] {
  return tags.map((tag) => TAG_PREFIX + tag);
}

export function tagsOf(link: Link, debts: Debts): Tags {
  const context = { link };
  return {
    async alive(entries) {
      const wanted = [...new Set(entries.flatMap((tags) => tags.map(({ tag }) => tag)))];
      if (wanted.length === 0) return entries.map(() => true);
      const purpose = { operation: 'reading tags', writes: false };
      const found = await send<(Buffer | null)[]>(context, purpose, 'mget', tagKeys(wanted));
      const current = new Map(wanted.map((tag, i) => [tag, found[i]?.toString('latin1')]));
      return entries.map((tags) =>
        tags.every(({ tag, version }) => current.get(tag) === version && !debts.owesTag(tag)),
      );
    },
    async versions(key, tags, px, lease) {
      const framed = await run<Buffer | null>(
        context,
        { operation: 'set', key, writes: true },
        versionsScript,
        [TAG_LOG, ...tagKeys(tags)],
        [lease === undefined ? 'any' : 'lease', lease?.epoch ?? '', lease?.n ?? 0, px, newVersion(), ...tags],
      );
      return framed ?? undefined;
    },
    async position(key) {
      const purpose = { operation: 'acquire', key, writes: true };
      const [epoch, n] = await run<[Buffer, number]>(context, purpose, positionScript, [TAG_LOG], [newEpoch()]);
      return { epoch: String(epoch), n };
    },
    async outlive(key, tags, px) {
      const keys = tagKeys(tags.map(({ tag }) => tag));
      await run(context, { operation: 'expire', key, writes: true }, outliveScript, keys, [px]);
    },
    async invalidateTags(tags) {
      if (tags.length === 0) return 0;
      const unique = [...new Set(tags)];
      const purpose = { operation: 'invalidateTags', writes: true };
      try {
        await run(context, purpose, invalidateScript, [TAG_LOG, ...tagKeys(unique)], [newEpoch(), ...unique]);
      } catch (error) {
        debts.oweTags(unique);
        throw error;
      }
      return undefined;
    },
  };
}
