import { CacheConnectionError } from '@cache/core';
import { Command, type Redis, type RedisOptions } from 'ioredis';
import { NotSentError } from '../errors/operation-failure.ts';
import { type Argument, asBuffers, commandQueue, ExpiredError } from './command-queue.ts';
import { deadlines } from './deadlines.ts';

/** What the entries above need of the connection below them, whatever the topology. */
export interface Link {
  /** Resolves with the reply, bulk strings as `Buffer`s. */
  send(name: string, args: Argument[]): Promise<unknown>;
  /** Every server that takes writes: one, or the primaries of a cluster. */
  nodes(): Promise<readonly Node[]>;
  /** Keys of different slots must not stand in one command, and no script sees the keys of another. */
  readonly clustered: boolean;
  readonly state: LinkState;
  /** Resolves when connected, rejects with a `CacheConnectionError` when the first attempt fails. */
  start(): Promise<void>;
  close(): void;
}

/** One server that takes writes. */
export interface Node extends Pick<Link, 'send'> {
  /** What a connection of its own to it takes. */
  readonly options: RedisOptions;
}

/** `down`: an attempt failed, and operations fail at once until one succeeds. */
export type LinkState = 'idle' | 'connecting' | 'ready' | 'down' | 'closed';

/** One life of a connection, or of the connections to a cluster. */
export interface Session {
  /** The last reply of a batch is the last to come, as on one connection. */
  readonly inOrder: boolean;
  /** Sends `commands`, in order. One that cannot be sent is rejected. */
  write(commands: readonly Command[]): void;
  /** These had no reply in time. @returns whether the session is of no use any more */
  expired(commands: readonly Command[]): boolean;
  nodes(): readonly Redis[];
  close(): void;
}

export interface LinkOptions {
  readonly clustered: boolean;
  readonly timeout: number;
  readonly connectTimeout: number;
  /** Opens a session; `attemptTimeout` bounds all of it. */
  open(attemptTimeout: number, onEnd: () => void): Promise<Session>;
  /** There is a new session: what is sent now is sent first. */
  onReady?(): void;
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

  const limits = deadlines(options.timeout);
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
        options.onReady?.();
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
    return performance.now() - began;
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
    clustered: options.clustered,
    get state() {
      return state;
    },
    async nodes() {
      if (state === 'idle' || state === 'connecting') await withinDeadline(connect());
      if (session === undefined) throw notSent();
      return session.nodes().map((redis) => ({
        options: redis.options,
        send: (name, args) => (options.clustered ? sendTo(redis, name, args) : queue.send(name, args)),
      }));
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
    await withinDeadline(connect());
    if (session === undefined) throw notSent();
    return queue.send(name, args);
  }

  async function withinDeadline(connected: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new NotSentError(`no connection within ${options.timeout} ms`)),
        options.timeout,
      ).unref();
    });
    try {
      await Promise.race([connected, tooLate]);
    } catch (error) {
      throw error instanceof NotSentError ? error : new NotSentError((error as Error).message);
    } finally {
      clearTimeout(timer);
    }
  }

  function sendTo(redis: Redis, name: string, args: Argument[]): Promise<unknown> {
    const command = new Command(name, args, asBuffers);
    const limit = limits.begin(() => {
      if (session?.expired([command])) replace();
      command.reject(new ExpiredError(options.timeout));
    });
    redis.sendCommand(command);
    command.promise.then(limit.end, limit.end);
    return command.promise;
  }
}
