import { Redis } from 'ioredis';
import { connectionFailure } from '../errors/connection-failure.ts';
import type { Session } from './link.ts';
import { oneLife, type Topology } from './topology.ts';
import { writeTogether } from './write-together.ts';

/** How the server knows a connection of ours. */
export interface ConnectionId {
  readonly id: string;
  readonly address: string;
}

/** One connection to one server. */
export interface ServerSession extends Session {
  readonly client: Redis;
  /** Undefined where the rights to ask for it are missing. */
  readonly connection: ConnectionId | undefined;
}

export interface SessionOptions {
  readonly topology: Topology;
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
      const kill = abandoned && client.call('CLIENT', 'KILL', 'ID', abandoned.id, 'ADDR', abandoned.address);
      kill?.catch(() => {}); // no right to, or it is gone
      const info = client.call('CLIENT', 'INFO').catch(() => undefined);
      await client.ping();
      return connectionId(await info);
    })();
    greeting.catch(() => {});
    const connection = await Promise.race([greeting, tooLate]);
    opened = true;
    let readUpTo = 0;
    return {
      client,
      connection,
      inOrder: true,
      write: (commands) => writeTogether(client, commands),
      expired() {
        const received = client.stream?.bytesRead ?? 0;
        const silent = received === readUpTo;
        readUpTo = received;
        return silent;
      },
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

function connectionId(info: unknown): ConnectionId | undefined {
  const [, id] = /(?:^| )id=(\d+)/.exec(String(info)) ?? [];
  const [, address] = /(?:^| )addr=(\S+)/.exec(String(info)) ?? [];
  return id === undefined || address === undefined ? undefined : { id, address };
}
