import type { Acquired, Lease, Leasing, Wire } from '@cache/core';
import { type Frame, isFramed, readFrame, readTags, type TagVersion } from '../frame/frame.ts';
import { acquireScript, type Granting, releaseScript, renewScript } from '../scripts/scripts.ts';
import type { Waiters } from '../signals/waiters.ts';
import { entry } from './entry-read.ts';
import { type Keyspace, run } from './keyspace.ts';
import { newEpoch, TAG_LOG } from './tag-keys.ts';
import type { Position } from './tags.ts';

interface Token {
  /** What the entry's key holds while the lease does. */
  readonly secret: string;
  readonly position: Position;
}

const NOT_GRANTED = 0;
const GRANTED = 1;
const ALWAYS = '1e18';

/**
 * The lease of a key is in the key itself: whatever anybody writes, deletes or flushes there breaks it, and needs to know
 * nothing of leases.
 */
export function leases(space: Keyspace, waiters: Waiters): Leasing<Wire> {
  const { link, tags, debts } = space;

  const release = async ({ key, token }: Lease): Promise<void> => {
    const read = readToken(token);
    if (read === undefined) return;
    await run(space, { operation: 'release', key, writes: true }, releaseScript, [key], [read.secret]);
  };

  const acquire = async (key: string, ttl: number, ifFreshFor: number): Promise<Acquired<Wire>> => {
    if (debts.any) await debts.settle([key]);
    const secret = newEpoch();
    const over = Number.isFinite(ifFreshFor) ? ifFreshFor : ALWAYS;
    let dead: Buffer | string = '';
    for (;;) {
      const before = link.clustered ? tags.position(key) : undefined;
      before?.catch(() => {});
      const [state, value, fresh, left, epoch, n]: readonly unknown[] & Granting = await run(
        space,
        { operation: 'acquire', key, writes: true },
        acquireScript,
        link.clustered ? [key] : [key, TAG_LOG],
        [secret, ttl, over, newEpoch(), dead, space.here],
      );
      const position = (await before) ?? { epoch: String(epoch), n: Number(n ?? 0) };
      const lease = state === GRANTED ? { key, token: writeToken({ secret, position }) } : undefined;
      if (value === null) return { lease };
      let frame: Frame | undefined;
      let versions: TagVersion[] = [];
      try {
        if (isFramed(value)) frame = readFrame(value, key);
        if (frame !== undefined) versions = readTags(frame.tags, key);
      } catch (error) {
        if (over === ALWAYS) return { lease }; // loaded whatever is there, also what cannot be read
        if (lease !== undefined) await release(lease);
        throw error;
      }
      const found = entry(frame?.payload ?? value, fresh, left, versions);
      if (versions.length === 0 || !(link.clustered || debts.any) || (await tags.alive([versions]))[0])
        return { lease, entry: found };
      if (state !== NOT_GRANTED) return { lease };
      dead = frame?.tags ?? '';
    }
  };

  return {
    acquire: (key, ttl, ifFreshFor = 0) => acquire(key, ttl, ifFreshFor),
    async renew(lease, ttl) {
      const token = readToken(lease.token);
      if (token === undefined) return false;
      const purpose = { operation: 'renew', key: lease.key, writes: true };
      return (await run(space, purpose, renewScript, [lease.key], [token.secret, ttl])) === 1;
    },
    release,
    settled: (key, signal) => waiters.settled(key, signal),
  };
}

export function readToken(token: Lease['token']): Token | undefined {
  const match = /^([\w-]{12}) ([\w-]{12}) (\d{1,16})$/.exec(token);
  if (match === null) return undefined;
  const [, secret, epoch, n] = match as unknown as [string, string, string, string];
  return { secret, position: { epoch, n: Number(n) } };
}

function writeToken({ secret, position }: Token): string {
  return `${secret} ${position.epoch} ${position.n}`;
}
