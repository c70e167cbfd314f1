import { Command } from 'ioredis';

/** What a command takes: strings are sent as their UTF-8 bytes. */
export type Argument = string | Buffer | number;

/** Where a batch of commands goes. */
export interface Wire {
  /** The last reply of a batch is the last to come, as on one connection. */
  readonly inOrder: boolean;
  /** Sends `commands`, in order. A command that cannot be sent is rejected. */
  write(commands: readonly Command[]): void;
  /** Some of `commands` have had no reply in time; they are rejected by the caller. */
  expired(commands: readonly Command[]): void;
}

export interface CommandQueue {
  /** Resolves with the reply, bulk strings as `Buffer`s; rejects with what ioredis said or an {@link ExpiredError}. */
  send(name: string, args: Argument[]): Promise<unknown>;
}

/** No reply came within the deadline. */
export class ExpiredError extends Error {
  override readonly name = 'ExpiredError';
}

interface Batch {
  commands: readonly Command[];
  readonly dueAt: number;
}

const asBuffers = { replyEncoding: null };
// A timer that fires this late was held up by this process, whose sockets then hold replies nobody has read yet.
const STALLED_MS = 50;
const GRACE_MS = 20;

/**
 * Commands of one turn of the event loop travel in one write and share one deadline: a timer for each command costs a
 * third of the throughput, and ioredis' own auto-pipelining half of it.
 */
export function commandQueue(wire: Wire, timeout: number): CommandQueue {
  let queue: Command[] = [];
  const sent: Batch[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    const commands = queue;
    queue = [];
    wire.write(commands);
    const batch: Batch = { commands, dueAt: performance.now() + timeout };
    sent.push(batch);
    if (timer === undefined) arm(timeout);
    if (!wire.inOrder) return;
    const answered = (): void => {
      batch.commands = []; // or half a second's worth of commands and values would stay in memory
    };
    commands[commands.length - 1]?.promise.then(answered, answered);
  };

  const arm = (delay: number): void => {
    timer = setTimeout(look, delay).unref();
  };

  const look = (): void => {
    const late = performance.now() - (sent[0]?.dueAt ?? 0);
    // One pass through the poll phase reads what has arrived; after a stall there may be more of it.
    if (late > STALLED_MS) setTimeout(judge, GRACE_MS).unref();
    else setImmediate(judge);
  };

  const judge = (): void => {
    timer = undefined;
    const now = performance.now();
    while (sent.length > 0 && (sent[0] as Batch).dueAt <= now) {
      const { commands } = sent.shift() as Batch;
      const unanswered = commands.filter((command) => !command.isResolved);
      if (unanswered.length === 0) continue;
      wire.expired(unanswered);
      for (const command of unanswered) command.reject(new ExpiredError(`no reply within ${timeout} ms`));
    }
    const next = sent[0];
    if (next !== undefined) arm(Math.max(next.dueAt - now, 0) + 1);
  };

  return {
    send(name, args) {
      const command = new Command(name, args, asBuffers);
      if (queue.push(command) === 1) setImmediate(flush);
      return command.promise;
    },
  };
}
