import { type Command, Redis } from 'ioredis';
import { connectionFailure } from '../errors/connection-failure.ts';
import { type ConnectionId, identify, killConnection } from './connection-id.ts';
import { hangUp } from './hang-up.ts';
import { replyOrder } from './reply-order.ts';
import type { OpenOptions, Session } from './session.ts';
import { silence } from './silence.ts';
import { oneLife, type Topology } from './topology.ts';
import { writeTogether } from './write-together.ts';

export interface ServerSessionOptions extends OpenOptions {
  readonly topology: Exclude<Topology, { kind: 'cluster' }>;
  /** Milliseconds without a byte after which nobody is there. */
  readonly replyTimeout: number;
}

/**
 * Connects, and finds out whether the server serves. The first command on the new connection kills the old one at the
 * server: closing it on our side is no fence, its bytes may still be under way and would be obeyed late.
 */
export async function openServerSession(options: ServerSessionOptions): Promise<Session> {
  const { topology, timeout, abandoned, replyTimeout, signal, onEnd } = options;
  const client = new Redis(oneLife(topology.options, timeout));
  let lastError: Error | undefined;
  let opened = false;
  let connection: ConnectionId | undefined;
  client.on('error', (error: Error) => {
    lastError = error; // what `connect()` rejects with is only "Connection is closed."
  });
  client.on('end', () => {
    // A unix socket that ends took its bytes along, and all of them have the same address.
    if (topology.options.path !== undefined) connection = undefined;
    if (opened) onEnd();
  });
  const leave = (): void => hangUp(client);
  signal.addEventListener('abort', leave);
  let timer: NodeJS.Timeout | undefined;
  try {
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no connection within ${timeout} ms`)), timeout);
    });
    const greeting = (async () => {
      await client.connect();
      if (abandoned !== undefined) killConnection(client, abandoned);
      const identity = identify(client);
      await client.ping();
      return identity;
    })();
    greeting.catch(() => {});
    connection = await Promise.race([greeting, tooLate]);
    opened = true;
    const quiet = silence(client, replyTimeout);
    const giveUp = (got: string): void => {
      if (opened) onEnd(got);
      opened = false;
      hangUp(client);
    };
    const order = replyOrder(client, replyTimeout, giveUp);
    return {
      inOrder: true,
      get connection() {
        return connection;
      },
      write(commands) {
        quiet.look();
        order.watch(commands.at(-1) as Command); // a batch is never empty
        writeTogether(client, commands);
      },
      expired() {
        if (quiet.tooLong()) giveUp(`silence for ${replyTimeout} ms`);
        else order.doubt();
      },
      doubt: order.doubt,
      nodes: () => [client],
      close() {
        opened = false;
        hangUp(client);
      },
    };
  } catch (error) {
    hangUp(client);
    throw connectionFailure(lastError ?? (error as Error), topology);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
