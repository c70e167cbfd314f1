import { CacheConnectionError } from '@cache/core';
import { Command, type Redis, type RedisOptions } from 'ioredis';
import { ExpiredError, NotSentError } from '../errors/not-answered.ts';
import { sentence } from '../errors/sentence.ts';
import { type Argument, asBuffers, commandQueue } from './command-queue.ts';
import type { ConnectionId } from './connection-id.ts';
import { deadlines } from './deadlines.ts';
import type { OpenOptions, Session } from './session.ts';
import { staggered } from './staggered.ts';

/** What the entries above need of the connection below them, whatever the topology. */
export interface Link {
  /** Resolves with the reply, bulk strings as `Buffer`s. */
  send(name: string, args: Argument[]): Promise<unknown>;
  /** Every server that takes writes: one, or the primaries of a cluster. */
  nodes(): Promise<readonly Node[]>;
  /** Keys of different slots must not stand in one command, and no script sees the keys of another. */
  readonly clustered: boolean;
  readonly state: LinkState;
  /** The server says that it takes no writes: another may have taken its place. What is under way here goes on. */
  renew(): void;
  /** A reply was none that the command can have: whether replies still belong to their questions is found out. */
  doubt(): void;
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

export interface LinkOptions {
  readonly clustered: boolean;
  readonly timeout: number;
  readonly connectTimeout: number;
  open(options: OpenOptions): Promise<Session>;
  /** There is a new session: what is sent now is sent first. */
  onReady?(): void;
  warn(message: string): void;
}

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 250;
const STAGGER_MS = 400;
const RENEW_AT_MOST_EVERY_MS = 1000;

/**
 * Keeps one session alive. Invariants: a command is written to a ready session or it is not sent at all (no offline
 * queue); nothing is ever sent twice; a session that ended is followed by a new one, soon and for as long as it takes.
 */
export function link(options: LinkOptions): Link {
  let state: LinkState = 'idle';
  let session: Session | undefined;
  let connecting: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;
  let lastFailure: Error | undefined;
  let starting = 0;
  let warned = false;
  let renewed = Number.NEGATIVE_INFINITY;
  let abandoned: ConnectionId | undefined;
  const closing = new AbortController();

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
      expired: (commands) => session?.expired(commands),
    },
    options.timeout,
  );

  const notSent = (): NotSentError =>
    new NotSentError(state === 'closed' ? 'the backend is closed' : (lastFailure?.message ?? 'the connection is down'));

  const connect = (): Promise<void> => {
    if (connecting !== undefined) return connecting;
    clearTimeout(retry);
    if (state === 'idle') state = 'connecting';
    const { connectTimeout } = options;
    // The first attempt says what is wrong, and when; in an outage, what counts is to notice soon that it is over.
    const opening =
      state === 'connecting'
        ? open()
        : staggered(open, Math.min(connectTimeout, STAGGER_MS), failed, (late) => late.close());
    connecting = opening
      .then((opened) => {
        if (state === 'closed') {
          opened.close();
          throw notSent();
        }
        session = opened;
        state = 'ready';
        abandoned = undefined;
        failures = 0;
        lastFailure = undefined;
        warned = false;
        options.onReady?.();
      })
      .catch((error: Error) => {
        if (state !== 'closed') {
          failed(error);
          failures++;
          state = 'down';
          again();
        }
        throw error;
      })
      .finally(() => {
        connecting = undefined;
      });
    connecting.catch(() => {}); // told to whoever waits; the next attempt is under way
    return connecting;
  };

  const open = async (fence: ConnectionId | undefined = abandoned): Promise<Session> => {
    const opened = await options.open({
      timeout: options.connectTimeout,
      whole: starting > 0,
      abandoned: fence,
      signal: closing.signal,
      onEnd(got) {
        if (session !== opened) return;
        if (got !== undefined) failed(new Error(`redis: expected a reply, got ${got} and replaced the connection`));
        lost();
      },
    });
    return opened;
  };

  const failed = (error: Error): void => {
    if (state === 'closed') return;
    lastFailure = error;
    if (starting > 0 || warned) return;
    warned = true; // once in an outage
    options.warn(`${sentence(error.message)} Until it is back, operations fail at once; trying again.`);
  };

  const again = (): void => {
    const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
    retry = setTimeout(() => void connect().catch(() => {}), delay * (0.75 + Math.random() / 2)).unref();
  };

  function lost(): void {
    abandoned = session?.connection;
    session = undefined;
    if (state === 'closed') return;
    state = 'down';
    void connect().catch(() => {});
  }

  return {
    clustered: options.clustered,
    get state() {
      return state;
    },
    async nodes() {
      if (state === 'idle' || state === 'connecting') await connectedInTime();
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
        // In an outage attempts go on until one succeeds; who starts wants an answer.
        await within(options.connectTimeout + 50, connect());
      } catch (error) {
        throw error instanceof CacheConnectionError
          ? error
          : new CacheConnectionError(
              `redis: expected a connection, got none: ${(lastFailure ?? (error as Error)).message}`,
            );
      } finally {
        starting--;
      }
    },
    close() {
      state = 'closed';
      clearTimeout(retry);
      closing.abort();
      session?.close();
      session = undefined;
    },
    doubt: () => session?.doubt(),
    renew() {
      if (options.clustered || state !== 'ready' || performance.now() - renewed < RENEW_AT_MOST_EVERY_MS) return;
      renewed = performance.now();
      void exchange();
    },
  };

  async function exchange(): Promise<void> {
    const old = session;
    try {
      const opened = await open(undefined); // the old one is not given up: what is under way on it is answered
      if (session !== old || old === undefined) return opened.close();
      session = opened;
      setTimeout(() => old.close(), options.timeout).unref();
      options.onReady?.();
    } catch {
      // the old one still serves reads, and the next refused write asks again
    }
  }

  /** Before the first attempt is over, an operation waits for it: construction connects to nothing. */
  async function whenConnected(name: string, args: Argument[]): Promise<unknown> {
    await connectedInTime();
    if (session === undefined) throw notSent();
    return queue.send(name, args);
  }

  async function connectedInTime(): Promise<void> {
    try {
      await within(options.timeout, connect());
    } catch (error) {
      throw new NotSentError((error as Error).message);
    }
  }

  async function within(ms: number, connected: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new NotSentError(`no connection within ${ms} ms`)), ms).unref();
    });
    try {
      await Promise.race([connected, tooLate]);
    } catch (error) {
      throw error instanceof NotSentError || ms !== options.timeout
        ? error
        : new NotSentError((error as Error).message);
    } finally {
      clearTimeout(timer);
    }
  }

  function sendTo(redis: Redis, name: string, args: Argument[]): Promise<unknown> {
    const command = new Command(name, args, asBuffers);
    const limit = limits.begin(() => {
      session?.expired([command]);
      command.reject(new ExpiredError(options.timeout));
    });
    redis.sendCommand(command);
    command.promise.then(limit.end, limit.end);
    return command.promise;
  }
}
