import { CacheBackendError, CacheConnectionError, type CacheError, CacheTimeoutError, isCacheError } from '@cache/core';
import { sanitized } from './connection-failure.ts';
import { ExpiredError, NotSentError, UnlikelyReplyError } from './not-answered.ts';
import { isReply, replyCode, withoutArguments } from './reply-error.ts';

/** What was being done when it failed. */
export interface Doing {
  readonly operation: string;
  readonly key?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  /** A failed write may have taken effect; of a read nothing is left. */
  readonly writes: boolean;
}

const advice: Readonly<Record<string, string>> = {
  READONLY: 'this server is a replica: connect to the primary, or name the sentinels (redis+sentinel://)',
  LOADING: 'the server is reading its data from disk: try again in a moment',
  MASTERDOWN: 'this replica has lost its primary: connect to the primary',
  CLUSTERDOWN: 'the cluster does not serve all slots: check its nodes',
  OOM: 'the server has reached maxmemory: give it a maxmemory-policy that evicts, or more memory',
  NOAUTH: 'the server wants a password: check user name and password',
  WRONGPASS: 'check user name and password',
  NOPERM: 'the user lacks a right: docs/redis.md lists what each feature needs',
  WRONGTYPE: 'this key holds what no cache wrote: check the prefix',
  MISCONF: 'the server cannot save to disk and refuses writes: check its disk',
  NOREPLICAS: 'too few replicas are connected for the server to accept writes',
  BUSY: 'a script of somebody holds the server: SCRIPT KILL ends it',
  CROSSSLOT: 'this is a cluster: connect with redis+cluster://',
  MOVED: 'this is a cluster: connect with redis+cluster://',
  NOSCRIPT: 'the server lost a script while it was called: try again',
};

/** The failure of one operation as the error a caller sees: which key, whether it took effect, and what to do. */
export function operationFailure(error: unknown, doing: Doing): CacheError {
  if (isCacheError(error)) return error;
  const reason = error as Error; // ioredis rejects with nothing else
  const where = { key: doing.key, keys: doing.keys };
  const details = { ...defined(where), cause: sanitized(reason) };
  const what = `redis: ${doing.operation}${doing.key === undefined ? '' : ` of key ${JSON.stringify(doing.key)}`}`;
  const effect = doing.writes ? 'whether it took effect is unknown' : 'nothing was read';
  if (reason instanceof ExpiredError)
    return new CacheTimeoutError(`${what}: expected a reply, got ${reason.message}; ${effect}`, details);
  if (reason instanceof NotSentError)
    return new CacheConnectionError(`${what}: not sent, nothing was changed: ${reason.message}`, details);
  if (reason instanceof UnlikelyReplyError)
    return new CacheBackendError(`${what}: expected its reply, got ${reason.message}; ${effect}`, {
      ...details,
      code: doing.writes ? 'OUTCOME_UNKNOWN' : 'BACKEND',
    });
  if (/^Stream isn't writeable/.test(reason.message))
    return new CacheConnectionError(`${what}: not sent, nothing was changed: the connection is down`, details);
  if (!isReply(reason))
    return new CacheConnectionError(`${what}: the connection broke before the reply; ${effect}`, {
      ...details,
      code: doing.writes ? 'OUTCOME_UNKNOWN' : 'CONNECTION',
    });
  const code = replyCode(reason.message);
  const hint = advice[code];
  return new CacheBackendError(
    `${what}: refused by the server: ${withoutArguments(reason.message)}${hint === undefined ? '' : `; ${hint}`}`,
    { ...details, code: code === 'ERR' ? 'BACKEND' : code === 'WRONGPASS' ? 'NOAUTH' : code },
  );
}

function defined(where: { readonly key?: string | undefined; readonly keys?: readonly string[] | undefined }): {
  readonly key?: string;
  readonly keys?: readonly string[];
} {
  if (where.key !== undefined) return { key: where.key };
  return where.keys === undefined ? {} : { keys: where.keys };
}
