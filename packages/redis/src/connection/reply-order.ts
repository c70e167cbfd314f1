import { randomUUID } from 'node:crypto';
import { Command, type Redis } from 'ioredis';
import { ExpiredError } from '../errors/not-answered.ts';
import { isReply } from '../errors/reply-error.ts';
import { asBuffers } from './command-queue.ts';
import { deadlines } from './deadlines.ts';

/** Whether the replies of one connection belong to their questions. */
export interface ReplyOrder {
  /** `command` is written, as the last of those that are written together. */
  watch(command: Command): void;
  /** A reply is missing, or one came that its command cannot have: it is found out. */
  doubt(): void;
}

// Where replies are of one kind and never stop, nothing is missed and nothing looks wrong.
const ASK_EVERY_MS = 1000;

/**
 * A reply is missing although bytes came: the server is slow, or spoilt bytes lost a reply and each later one answers
 * the question before it, or they spell a length that swallows all that comes. The answer to a question that nobody
 * asked before tells; when it has none either, and nothing else had one meanwhile, the connection is of no use. A
 * connection in use is asked each second, for who reads all the time misses no reply: another one comes in its place.
 * @param limit milliseconds a reply may take
 * @param broken told what came instead of replies
 */
export function replyOrder(client: Redis, limit: number, broken: (got: string) => void): ReplyOrder {
  const limits = deadlines(limit);
  let answered = 0;
  let asking = false;
  let asked = performance.now();

  const ask = async (): Promise<void> => {
    const question = randomUUID();
    const before = answered;
    const command = new Command('ping', [question], asBuffers);
    const deadline = limits.begin(() => command.reject(new ExpiredError(limit)));
    client.sendCommand(command);
    const answer: unknown = await command.promise.catch((error: unknown) => error);
    deadline.end();
    if (answer instanceof ExpiredError) {
      if (answered === before) broken('bytes that answer nothing');
    } else if (!(answer instanceof Error) && String(answer) !== question) broken('answers to other questions');
  };

  const doubt = (): void => {
    if (asking) return;
    asking = true;
    asked = performance.now();
    void ask().finally(() => {
      asking = false;
    });
  };

  return {
    watch(command) {
      if (performance.now() - asked >= ASK_EVERY_MS) doubt();
      command.promise.then(
        () => {
          answered++;
        },
        (error: Error) => {
          if (isReply(error)) answered++;
        },
      );
    },
    doubt,
  };
}
