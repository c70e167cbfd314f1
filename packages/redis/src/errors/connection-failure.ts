import { CacheConnectionError } from '@cache/core';
import { describeTopology, type Topology } from '../connection/topology.ts';
import { withoutArguments } from './reply-error.ts';

/**
 * Why there is no connection, in words that help, without a credential.
 * @param nodes those of a cluster that are not to be had, where others are
 */
export function connectionFailure(
  reason: Error,
  topology: Topology,
  nodes: readonly string[] = [],
): CacheConnectionError {
  const where = [describeTopology(topology), ...(nodes.length === 0 ? [] : [`node ${nodes.join(' and ')}`])].join(', ');
  return new CacheConnectionError(`redis at ${where}: ${expectedConnection(reason)}`, {
    code: diagnose(reason).code,
    cause: sanitized(reason),
  });
}

/** What was expected and what came, and what to do. */
export function expectedConnection(reason: Error): string {
  const { advice } = diagnose(reason);
  return `expected a connection, got: ${withoutArguments(reason.message)}${advice === undefined ? '' : `; ${advice}`}`;
}

function diagnose({ message }: Error): { readonly code: string; readonly advice?: string } {
  if (/^(WRONGPASS|NOAUTH|ERR invalid password)/.test(message))
    return { code: 'NOAUTH', advice: 'check the user name and password' };
  if (/^NOPERM/.test(message)) return { code: 'NOPERM', advice: 'the user needs at least +ping; see docs/redis.md' };
  if (/^LOADING/.test(message)) return { code: 'LOADING', advice: 'the server is reading its data from disk' };
  if (/^CLUSTERDOWN/.test(message)) return { code: 'CLUSTERDOWN', advice: 'some of its slots are served by nobody' };
  if (/ECONNREFUSED|ENOENT/.test(message)) return { code: 'CONNECTION', advice: 'is the server running there?' };
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return { code: 'CONNECTION', advice: 'check the host name' };
  if (/Connection is closed|sentinels are unreachable/.test(message))
    // ioredis keeps to itself why
    return { code: 'CONNECTION', advice: 'are these servers running, and can they be reached from here?' };
  if (/RESP type|Protocol error/.test(message))
    return { code: 'CONNECTION', advice: 'what answers there is no Redis, or speaks TLS' };
  if (/CERT|certificate|self.signed/i.test(message))
    return { code: 'CONNECTION', advice: 'give the certificate authority that signed the server (ca)' };
  return { code: 'CONNECTION' };
}

/** ioredis hangs the command with all its arguments, a password among them, on its errors. */
export function sanitized(error: Error): Error {
  const clean = new Error(withoutArguments(error.message));
  clean.name = error.name;
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? clean : Object.assign(clean, { code });
}
