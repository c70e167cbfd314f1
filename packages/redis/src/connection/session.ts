import { Redis } from 'ioredis';
import { connectionFailure } from '../errors/connection-failure.ts';
import { type ConnectionId, identify, killConnection } from './connection-id.ts';
import type { Session } from './link.ts';
import { oneLife, type Topology } from './topology.ts';
import { writeTogether } from './write-together.ts';

/** One connection to one server. */
export interface ServerSession extends Session {
  /** Undefined where the rights to ask for it are missing. */
  readonly connection: ConnectionId | undefined;
}

export interface SessionOptions {
  readonly topology: Exclude<Topology, { kind: 'cluster' }>;
  /** Milliseconds for connecting, the handshake and the first reply. */
  readonly timeout: number;
  /** A connection given up earlier, whose bytes may still be on their way to the server. */
  readonly abandoned: ConnectionId | undefined;
  readonly onEnd: () => void;
}

/**
 * Connects, and finds out whether the server serves. The first command on the new connection kills the old one at the
 * server: closing it on our side is no fence, its bytes may still be under way and would be obeyed late.
 */
export async function openSession({ topology, timeout, abandoned, onEnd }: SessionOptions): Promise<ServerSession> {
  const client = new Redis(oneLife(topology.options, timeout));
  let lastError: Error | undefined;
  let opened = false;
  client.on('error', (error: Error) => {
    lastError = error; // what `connect()` rejects with is only "Connection is closed."
  });
  client.on('end', () => {
    if (opened) onEnd();
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no connection within ${timeout} ms`)), timeout);
    });
    const greeting = (async () => {
      await client.connect();
      if (abandoned !== undefined) killConnection(client, abandoned);
      const connection = identify(client);
      await client.ping();
      return connection;
    })();
    greeting.catch(() => {});
    const connection = await Promise.race([greeting, tooLate]);
    opened = true;
    let readUpTo = 0;
    return {
      connection,
      inOrder: true,
      write: (commands) => writeTogether(client, commands),
      expired() {
        const received = client.stream?.bytesRead ?? 0;
        const silent = received === readUpTo;
        readUpTo = received;
        return silent;
      },
      nodes: () => [client],
      close() {
        opened = false;
        client.disconnect();
      },
    };
  } catch (error) {
    client.disconnect();
    throw connectionFailure(lastError ?? (error as Error), topology);
  } finally {
    clearTimeout(timer);
  }
}
