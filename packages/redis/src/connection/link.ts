import { CacheConnectionError } from '@cache/core';
import type { Command } from 'ioredis';
import { NotSentError } from '../errors/operation-failure.ts';
import { type Argument, commandQueue } from './command-queue.ts';

/** What the entries above need of the connection below them, whatever the topology. */
export interface Link {
  /** Resolves with the reply, bulk strings as `Buffer`s. */
  send(name: string, args: Argument[]): Promise<unknown>;
  /** Resolves when connected, rejects with a `CacheConnectionError` when the first attempt fails. */
  start(): Promise<void>;
  close(): void;
  readonly state: LinkState;
}

/** `down`: an attempt failed, and operations fail at once until one succeeds. */
export type LinkState = 'idle' | 'connecting' | 'ready' | 'down' | 'closed';

/** One life of a connection, or of the connections to a cluster. */
export interface Session {
  readonly inOrder: boolean;
  write(commands: readonly Command[]): void;
  /** @returns whether the session is of no use any more. */
  expired(commands: readonly Command[]): boolean;
  /** The server says it is not the one that takes writes. */
  close(): void;
}

export interface LinkOptions {
  readonly timeout: number;
  readonly connectTimeout: number;
  /** Opens a session; `attemptTimeout` bounds all of it. */
  open(attemptTimeout: number, onEnd: () => void): Promise<Session>;
  /** Runs on a new session before anything else does. */
  onReady?(): Promise<void>;
  warn(message: string): void;
}

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 250;

/**
 * Keeps one session alive. Invariants: a command is written to a ready session or it is not sent at all (no offline
 * queue); nothing is ever sent twice; a session that ended is followed by a new one, soon and for as long as it takes.
 */
export function link(options: LinkOptions): Link & { replace(): void } {
  let state: LinkState = 'idle';
  let session: Session | undefined;
  let connecting: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;
  let lastFailure: Error | undefined;
  let starting = 0;
  let warned = false;
  let handshakeTook = options.connectTimeout;

  const queue = commandQueue(
    {
      get inOrder() {
        return session?.inOrder ?? true;
      },
      write(commands) {
        if (session !== undefined) session.write(commands);
        else for (const command of commands) command.reject(notSent());
      },
      expired(commands) {
        if (session?.expired(commands)) replace();
      },
    },
    options.timeout,
  );

  const notSent = (): NotSentError =>
    new NotSentError(state === 'closed' ? 'the backend is closed' : (lastFailure?.message ?? 'the connection is down'));

  const connect = (): Promise<void> => {
    if (connecting !== undefined) return connecting;
    clearTimeout(retry);
    if (state === 'idle') state = 'connecting';
    // Within an outage an attempt may take what attempts took, not all it may take: it would outlast the outage.
    const attemptTimeout =
      failures === 0 ? options.connectTimeout : Math.min(options.connectTimeout, Math.max(400, 4 * handshakeTook));
    connecting = attempt(attemptTimeout)
      .then((took) => {
        handshakeTook = took;
        state = 'ready';
        failures = 0;
        lastFailure = undefined;
        warned = false;
      })
      .catch((error: Error) => {
        session = undefined;
        if (state === 'closed') throw error;
        failures++;
        lastFailure = error;
        state = 'down';
        if (starting === 0 && !warned) {
          warned = true; // once in an outage
          options.warn(`${error.message}. Until it is back, operations fail at once; trying again.`);
        }
        again();
        throw error;
      })
      .finally(() => {
        connecting = undefined;
      });
    connecting.catch(() => {}); // told to whoever waits; the next attempt is under way
    return connecting;
  };

  const attempt = async (timeout: number): Promise<number> => {
    const began = performance.now();
    const opened = await options.open(timeout, () => {
      if (session === opened) lost();
    });
    if (state === 'closed') {
      opened.close();
      throw notSent();
    }
    session = opened;
    const took = performance.now() - began;
    await options.onReady?.();
    if (session !== opened) throw new NotSentError('the connection ended as soon as it was made');
    return took;
  };

  const again = (): void => {
    const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
    retry = setTimeout(() => void connect().catch(() => {}), delay * (0.75 + Math.random() / 2)).unref();
  };

  function lost(): void {
    session = undefined;
    if (state === 'closed') return;
    state = 'down';
    void connect().catch(() => {});
  }

  function replace(): void {
    session?.close();
    lost();
  }

  return {
    get state() {
      return state;
    },
    send(name, args) {
      if (state === 'ready') return queue.send(name, args);
      if (state === 'idle' || state === 'connecting') return whenConnected(name, args);
      return Promise.reject(notSent());
    },
    async start() {
      if (state === 'closed') throw new CacheConnectionError('redis: expected an open backend, got a closed one');
      if (state === 'ready') return;
      starting++;
      try {
        await connect();
      } finally {
        starting--;
      }
    },
    close() {
      state = 'closed';
      clearTimeout(retry);
      session?.close();
      session = undefined;
    },
    replace,
  };

  /** Before the first attempt is over, an operation waits for it: construction connects to nothing. */
  async function whenConnected(name: string, args: Argument[]): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new NotSentError(`no connection within ${options.timeout} ms`)),
        options.timeout,
      ).unref();
    });
    try {
      await Promise.race([connect(), tooLate]);
    } catch (error) {
      throw error instanceof NotSentError ? error : new NotSentError((error as Error).message);
    } finally {
      clearTimeout(timer);
    }
    if (session === undefined) throw notSent();
    return queue.send(name, args);
  }
}
