import { tracingChannel } from 'node:diagnostics_channel';
import { isPending, orElse } from '../contract/awaitable.ts';
import type { Awaitable } from '../contract/backend.ts';

/** What is published on the channels `tracing:cache:operation:*` of `node:diagnostics_channel`. */
export interface CacheOperation {
  readonly operation: string;
  readonly cache: string;
  readonly tier: string;
  /** The caller's key, where the operation has one. */
  readonly key?: string | undefined;
  /** How many keys, where it has several. */
  readonly size?: number | undefined;
  /** Set on `error`. */
  error?: unknown;
}

const channels = tracingChannel<CacheOperation, CacheOperation>('cache:operation');
const { start } = channels;

/** Whether operations are traced. Looks at `start` alone, which every tracer subscribes to. */
export function isTraced(): boolean {
  return start.hasSubscribers;
}

/**
 * Runs `call` as `TracingChannel` would, except that an answer which is there at once stays synchronous: `start`, `end`
 * around the call, `asyncStart`, `asyncEnd` around the answer when it is a promise, `error` before them when it fails.
 */
export function traced<X>(operation: CacheOperation, call: () => Awaitable<X>): Awaitable<X> {
  const failed = (error: unknown): never => {
    operation.error = error;
    channels.error.publish(operation);
    throw error;
  };
  const settled = (): void => {
    channels.asyncStart.publish(operation);
    channels.asyncEnd.publish(operation);
  };
  return start.runStores(operation, () => {
    try {
      const answer = orElse(call, failed);
      return isPending(answer) ? answer.finally(settled) : answer;
    } finally {
      channels.end.publish(operation);
    }
  });
}
