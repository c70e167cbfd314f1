import { type Backend, CacheConfigError, type Wire } from '@cache/core';
import { notItsReply } from '../connection/commands.ts';
import type { Node } from '../connection/link.ts';
import { operationFailure } from '../errors/operation-failure.ts';
import { isBytes, listOf, type Shape, tuple } from '../scripts/shape.ts';
import { type Keyspace, send } from './keyspace.ts';
import { groupBySlot } from './slots.ts';

type Scanning = Pick<Backend<Wire>, 'clear' | 'keys'>;

const BATCH = 1000;

const isPage: Shape<[Buffer, Buffer[]]> = tuple<[Buffer, Buffer[]]>(isBytes, listOf(isBytes));

/**
 * The keys of a prefix are found with SCAN, in batches that no other client waits for, on every primary. A lease is a
 * key like any other, so `clear` breaks the loads that were under way when it began.
 */
export function scanning(
  space: Keyspace,
  fresh: (keys: readonly string[]) => Promise<string[]>,
  allowClearAll: boolean,
): Scanning {
  const { link, counts } = space;

  async function* scan(node: Node, prefix: string, operation: string): AsyncGenerator<string[]> {
    const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
    const page = async (cursor: string): Promise<[Buffer, Buffer[]]> => {
      const reply = await node.send('scan', [cursor, 'MATCH', pattern, 'COUNT', BATCH]).catch(failed(operation));
      if (!isPage(reply)) throw notItsReply(link, { operation, writes: operation === 'clear' });
      return reply;
    };
    let next = page('0');
    for (;;) {
      const [cursor, found] = await next;
      const more = String(cursor) !== '0';
      if (more) {
        next = page(String(cursor)); // the server looks on while we work on what it found
        next.catch(() => {});
      }
      const keys = found.map(String).filter((key) => !key.startsWith('\0'));
      if (keys.length > 0) yield keys;
      if (!more) return;
    }
  }

  const failed =
    (operation: string) =>
    (error: unknown): never => {
      throw operationFailure(error, { operation, writes: operation === 'clear' });
    };

  return {
    async clear(prefix = '') {
      if (prefix === '' && !allowClearAll)
        throw new CacheConfigError(
          'clear: expected a prefix, got none: it would remove every entry of the database, whoever wrote it; the option allowClearAll says that this is meant',
        );
      await Promise.all(
        (await link.nodes().catch(failed('clear'))).map(async (node) => {
          for await (const keys of scan(node, prefix, 'clear')) {
            const purpose = { operation: 'clear', writes: true };
            await Promise.all(groupBySlot(link, keys).map((group) => send(space, purpose, 'unlink', [...group])));
          }
        }),
      );
      // Who waits for a load that was broken looks again.
      await link.send('publish', ['\0wake', '']).catch(() => {});
      counts.clears++;
    },

    async *keys(prefix = '') {
      const seen = new Set<string>();
      for (const node of await link.nodes().catch(failed('keys'))) {
        for await (const keys of scan(node, prefix, 'keys')) {
          for (const key of await fresh(keys.filter((key) => !seen.has(key)))) {
            if (seen.has(key)) continue;
            seen.add(key);
            yield key;
          }
        }
      }
    },
  };
}
