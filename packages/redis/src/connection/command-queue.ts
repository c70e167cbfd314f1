import { Command } from 'ioredis';
import { ExpiredError } from '../errors/not-answered.ts';
import { deadlines } from './deadlines.ts';
import type { Session } from './session.ts';

/** What a command takes: strings are sent as their UTF-8 bytes. */
export type Argument = string | Buffer | number;

/** Where a batch of commands goes. */
export interface Wire extends Pick<Session, 'inOrder' | 'write'> {
  /** These have had no reply in time, and are about to be rejected. */
  expired(commands: readonly Command[]): void;
}

export interface CommandQueue {
  /** Resolves with the reply, bulk strings as `Buffer`s; rejects with what ioredis said or an {@link ExpiredError}. */
  send(name: string, args: Argument[]): Promise<unknown>;
}

/** Bulk replies come as they are: bytes. */
export const asBuffers: { readonly replyEncoding: null } = { replyEncoding: null };

/**
 * Commands of one turn of the event loop travel in one write and share one deadline: a timer for each command costs a
 * third of the throughput, and ioredis' own auto-pipelining half of it.
 */
export function commandQueue(wire: Wire, timeout: number): CommandQueue {
  let queue: Command[] = [];
  let unanswered = 0;
  const limits = deadlines(timeout);

  const flush = (): void => {
    const commands = queue;
    queue = [];
    wire.write(commands);
    const deadline = limits.begin(() => {
      const unanswered = commands.filter((command) => !command.isResolved);
      if (unanswered.length === 0) return;
      wire.expired(unanswered);
      for (const command of unanswered) {
        command.reject(new ExpiredError(timeout));
        command.reject = () => {}; // a late MOVED from a cluster must not send it again
      }
    });
    if (!wire.inOrder) return;
    unanswered++;
    const over = (): void => {
      unanswered--;
      deadline.end(); // or the commands of a whole deadline and their values would stay in memory
    };
    commands[commands.length - 1]?.promise.then(over, over);
  };

  return {
    send(name, args) {
      const command = new Command(name, args, asBuffers);
      // While replies are awaited, waiting for what other sockets bring fills the batch; an idle connection sends at once.
      if (queue.push(command) === 1) {
        if (unanswered === 0 && wire.inOrder) process.nextTick(flush);
        else setImmediate(flush);
      }
      return command.promise;
    },
  };
}
