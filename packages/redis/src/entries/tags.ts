import type { Tagging } from '@cache/core';
import { notItsReply } from '../connection/commands.ts';
import type { Link } from '../connection/link.ts';
import type { TagVersion } from '../frame/frame.ts';
import { invalidateScript, outliveScript, positionScript, versionsScript } from '../scripts/scripts.ts';
import { isBytes, isNothing, listOf, oneOf, type Shape } from '../scripts/shape.ts';
import type { Debts } from './debts.ts';
import { run, send } from './keyspace.ts';
import { newEpoch, newVersion, TAG_LOG, tagKeys } from './tag-keys.ts';

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

const isValues: Shape<(Buffer | null)[]> = listOf(oneOf(isBytes, isNothing));

export function tagsOf(link: Link, debts: Debts): Tags {
  const context = { link };
  return {
    async alive(entries) {
      const wanted = [...new Set(entries.flatMap((tags) => tags.map(({ tag }) => tag)))];
      if (wanted.length === 0) return entries.map(() => true);
      const purpose = { operation: 'reading tags', writes: false };
      const found = await send(context, purpose, 'mget', tagKeys(wanted));
      if (!isValues(found) || found.length !== wanted.length) throw notItsReply(link, purpose);
      const current = new Map(wanted.map((tag, i) => [tag, found[i]?.toString('latin1')]));
      return entries.map((tags) =>
        tags.every(({ tag, version }) => current.get(tag) === version && !debts.owesTag(tag)),
      );
    },
    async versions(key, tags, px, lease) {
      const framed = await run(
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
      const [epoch, n] = await run(context, purpose, positionScript, [TAG_LOG], [newEpoch()]);
      return { epoch: String(epoch), n };
    },
    async outlive(key, tags, px) {
      if (tags.length === 0) return;
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
