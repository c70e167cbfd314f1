/** There is no connection, so the command was not sent. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/** No reply came within the deadline. */
export class ExpiredError extends Error {
  override readonly name = 'ExpiredError';

  constructor(timeout: number) {
    super(`no reply within ${timeout} ms`);
  }
}

/** What came is no reply to the command. */
export class UnlikelyReplyError extends Error {
  override readonly name = 'UnlikelyReplyError';

  constructor() {
    super('a reply that this command cannot have');
  }
}
