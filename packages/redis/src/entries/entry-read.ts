import type { Entry, Wire } from '@cache/core';
import { notItsReply } from '../connection/commands.ts';
import { operationFailure } from '../errors/operation-failure.ts';
import { isFramed, readFrame, readTags, type TagVersion } from '../frame/frame.ts';
import { readScript } from '../scripts/scripts.ts';
import { isBytes, isNothing, isNumber } from '../scripts/shape.ts';
import { type Keyspace, run } from './keyspace.ts';

/** Reads the entry of a key with all the server knows of it, for an operation. */
export type EntryRead = (key: string, operation: string) => Promise<Entry<Wire> | undefined>;

// Frames that say no more than how long the value may be stale: their deadline follows from the key's own.
const SIMPLE: ReadonlySet<number | undefined> = new Set([0, 2]);
const ABSENT = -2;
const NEVER = -1;

/**
 * By one script, or, a quarter faster, by PTTL and GET in one write: where `told` says that a change of the key is told.
 * Should somebody else's command come between the two, the time is that of the value before; but who reads is then told
 * of a change that came after the reading began. On a cluster the two may be redirected apart, so there it is the script.
 */
export function entryRead(space: Keyspace, told: (key: string) => boolean): EntryRead {
  const { link, debts, tags } = space;
  // Entries of a cache are alike: where the last one needed the script, the next is asked for by the script at once.
  let simple = true;

  async function byScript(key: string, operation: string): Promise<Entry<Wire> | undefined> {
    const purpose = { operation, key, writes: false };
    const reply = await run(space, purpose, readScript, [key], [space.here]);
    if (reply === null) return undefined;
    const [bytes, fresh, left] = reply;
    const frame = isFramed(bytes) ? readFrame(bytes, key) : undefined;
    simple = frame === undefined || SIMPLE.has(bytes[1]);
    const versions = frame === undefined ? [] : readTags(frame.tags, key);
    if (versions.length > 0 && (link.clustered || debts.any) && !(await tags.alive([versions]))[0]) return undefined;
    return entry(frame?.payload ?? bytes, fresh, left, versions);
  }

  function byCommands(key: string, operation: string): Promise<Entry<Wire> | undefined> {
    let left: unknown;
    // The reply to PTTL comes first; where there is none, the script is asked.
    link.send('pttl', [key]).then((reply) => (left = reply), ignore);
    return link.send('get', [key]).then(
      (bytes) => {
        if (isNothing(bytes)) return undefined;
        if (!isBytes(bytes) || !(left === undefined || isNumber(left)))
          throw notItsReply(link, { operation, key, writes: false });
        simple = !isFramed(bytes) || SIMPLE.has(bytes[1]);
        if (!simple || left === undefined || left === ABSENT) return byScript(key, operation);
        if (!isFramed(bytes)) return entry(bytes, left, left, []);
        if (left === 0) return undefined;
        const { staleFor, payload } = readFrame(bytes, key);
        if (left === NEVER) return entry(payload, NEVER, NEVER, []);
        return { value: payload, freshFor: left - staleFor, expiresIn: left };
      },
      (error: unknown) => {
        throw operationFailure(error, { operation, key, writes: false });
      },
    );
  }

  const read: EntryRead = (key, operation) =>
    simple && !link.clustered && told(key) ? byCommands(key, operation) : byScript(key, operation);

  return (key, operation) =>
    debts.any && debts.owes(key) ? debts.settle([key]).then(() => read(key, operation)) : read(key, operation);
}

function ignore(): void {}

/** An entry from what a server gave. */
export function entry(value: Buffer, fresh: number, left: number, tags: readonly TagVersion[]): Entry<Wire> {
  return {
    value,
    freshFor: fresh === NEVER ? null : fresh,
    expiresIn: left === NEVER ? null : left,
    ...(tags.length > 0 && { tags: tags.map(({ tag }) => tag) }),
  };
}
