import type { Command, Redis } from 'ioredis';
import type { ConnectionId } from './connection-id.ts';

/** One life of a connection, or of the connections to a cluster. */
export interface Session {
  /** The last reply of a batch is the last to come, as on one connection. */
  readonly inOrder: boolean;
  /** Sends `commands`, in order. One that cannot be sent is rejected. */
  write(commands: readonly Command[]): void;
  /** These had no reply in time. */
  expired(commands: readonly Command[]): void;
  /** A reply was none that its command can have: whether replies still belong to their questions is found out. */
  doubt(): void;
  nodes(): readonly Redis[];
  /** What the next connection has to make the server forget; undefined: nothing, or the rights to ask are missing. */
  readonly connection: ConnectionId | undefined;
  close(): void;
}

export interface OpenOptions {
  /** Milliseconds for connecting, the handshake and the first reply. */
  readonly timeout: number;
  /** Somebody waits for all of it to be there; otherwise the nodes of a cluster that can be had are enough. */
  readonly whole: boolean;
  /** A connection given up earlier, whose bytes may still be on their way to the server. */
  readonly abandoned: ConnectionId | undefined;
  /** Nobody wants it any more: an attempt that is under way leaves no socket behind. */
  readonly signal: AbortSignal;
  /** It ended, and not by `close`: by itself, or given up for what came instead of replies. */
  readonly onEnd: (got?: string) => void;
}
