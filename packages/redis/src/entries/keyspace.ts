import type { Wire } from '@cache/core';
import type { Argument } from '../connection/command-queue.ts';
import { command, type Purpose, runScript } from '../connection/commands.ts';
import type { Link } from '../connection/link.ts';
import type { Counts } from '../counts.ts';
import type { Script } from '../scripts/script.ts';
import type { ServerClock } from '../server-clock.ts';
import type { Debts } from './debts.ts';
import type { Tags } from './tags.ts';

/** What reading, writing and leasing share. */
export interface Keyspace {
  readonly link: Link;
  readonly clock: ServerClock;
  readonly debts: Debts;
  readonly tags: Tags;
  readonly counts: Counts;
  /** Milliseconds an operation may take. */
  readonly timeout: number;
  /** For scripts: `1` where they may look up the keys of tags, which on a cluster are on another node. */
  readonly here: '0' | '1';
}

export function send<T>(
  { link }: Pick<Keyspace, 'link'>,
  purpose: Purpose,
  name: string,
  args: Argument[],
): Promise<T> {
  return command(link, purpose, name, args);
}

export function run<T>(
  { link }: Pick<Keyspace, 'link'>,
  purpose: Purpose,
  script: Script<T>,
  keys: readonly string[],
  args: readonly Argument[] = [],
): Promise<T> {
  return runScript(link, purpose, script, keys, args);
}

/** What ioredis sends as it is: a string as its UTF-8 bytes, which is faster than the same bytes in a buffer. */
export function asArgument(value: Wire): string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** A time to live as scripts take it. */
export function asPx(ttl: number | null | undefined, staleFor = 0): number {
  return ttl === null || ttl === undefined ? -1 : ttl + staleFor;
}
