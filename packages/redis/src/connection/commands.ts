import type { CacheError } from '@cache/core';
import { UnlikelyReplyError } from '../errors/not-answered.ts';
import { operationFailure } from '../errors/operation-failure.ts';
import { replyCode } from '../errors/reply-error.ts';
import type { Script } from '../scripts/script.ts';
import type { Argument } from './command-queue.ts';
import type { Link } from './link.ts';

/** What a command is for, for the message when it fails. */
export interface Purpose {
  readonly operation: string;
  readonly key?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly writes: boolean;
}

/** Sends a command; a failure is a `CacheError` that names operation and key. */
export function command<T>(link: Link, purpose: Purpose, name: string, args: Argument[]): Promise<T> {
  // the caller knows the reply of the command it names
  return link.send(name, args).catch((error: unknown) => {
    throw failureOf(link, error, purpose);
  }) as Promise<T>;
}

/** Runs a script, sending its text only to a server that does not have it yet. */
export async function runScript<T>(
  link: Link,
  purpose: Purpose,
  script: Script<T>,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<T> {
  const rest = [keys.length, ...keys, ...args];
  let reply: unknown;
  try {
    reply = await link.send('evalsha', [script.sha, ...rest]);
  } catch (error) {
    // A server that does not know the script has run nothing of it: sending it again is no resend.
    if (replyCode((error as Error).message) !== 'NOSCRIPT') throw failureOf(link, error, purpose);
    reply = await command(link, purpose, 'eval', [script.text, ...rest]);
  }
  if (!script.gives(reply)) throw notItsReply(link, purpose);
  return reply;
}

/** A reply that the command cannot have: spoilt on the way, or meant for another. */
export function notItsReply(link: Link, purpose: Purpose): CacheError {
  link.doubt();
  return operationFailure(new UnlikelyReplyError(), purpose);
}

/** The failure as the caller sees it; a server that takes no writes any more is left for the one that does. */
export function failureOf(link: Link, error: unknown, purpose: Purpose): CacheError {
  const failure = operationFailure(error, purpose);
  if (failure.code === 'READONLY') link.renew();
  return failure;
}
