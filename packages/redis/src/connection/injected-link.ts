import type { Cluster, Redis } from 'ioredis';
import { ExpiredError, NotSentError } from '../errors/not-answered.ts';
import type { Argument } from './command-queue.ts';
import { deadlines } from './deadlines.ts';
import type { Link, LinkState } from './link.ts';
import { slotOwners } from './slot-owners.ts';

/**
 * A client of the caller's, used as it is. Its own settings decide whether commands travel together, wait while it is
 * down, or are sent again; only the deadline is ours.
 */
export function injectedLink(client: Redis | Cluster, timeout: number, onReady: () => void): Link {
  const limits = deadlines(timeout);
  let closed = false;
  client.on('ready', onReady);

  const bounded = (pending: Promise<unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const limit = limits.begin(() => reject(new ExpiredError(timeout)));
      pending.then(
        (reply) => {
          limit.end();
          resolve(reply);
        },
        (error: unknown) => {
          limit.end();
          reject(error);
        },
      );
    });

  const sendTo = (to: Redis | Cluster, name: string, args: Argument[]): Promise<unknown> => {
    if (closed) return Promise.reject(new NotSentError('the backend is closed'));
    // Every command has a method that leaves its replies bytes; going through it honours the client's auto-pipelining.
    const method = (to as unknown as Record<string, (...args: Argument[]) => Promise<unknown>>)[`${name}Buffer`];
    return bounded(method?.apply(to, args) ?? Promise.reject(new Error(`expected a client that knows ${name}`)));
  };

  return {
    clustered: client.isCluster,
    get state(): LinkState {
      if (closed) return 'closed';
      return client.status === 'ready' ? 'ready' : client.status === 'wait' ? 'idle' : 'down';
    },
    send: (name, args) => sendTo(client, name, args),
    async nodes() {
      const nodes = client.isCluster ? slotOwners(client as Cluster) : [client as Redis];
      return nodes.map((node) => ({ options: node.options, send: (name, args) => sendTo(node, name, args) }));
    },
    doubt() {}, // a connection is the client's to replace
    renew() {}, // which server it talks to is the caller's business
    async start() {
      await sendTo(client, 'ping', []);
    },
    close() {
      closed = true;
      client.off('ready', onReady);
    },
  };
}
