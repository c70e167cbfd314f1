/** Whether the server said so, rather than the connection. */
export function isReply(error: Error): boolean {
  return error.name === 'ReplyError';
}

/** What a server's refusal is about: its first word, wherever the version puts it when a script was refused. */
export function replyCode(message: string): string {
  if (/^-?ERR .*\bThe user executing the script can't /.test(message)) return 'NOPERM';
  const inScript = /@user_script: ?\d+: -?([A-Z]+) /.exec(message);
  if (inScript !== null) return inScript[1] as string;
  return /^-?([A-Z]+)\b/.exec(message)?.[1] ?? 'ERR';
}

/**
 * The server's sentence without what it repeats of the command: `ERR unknown command 'x', with args beginning with: 'secret'`;
 * and without what ioredis asks of its users when bytes were spoilt.
 */
export function withoutArguments(message: string): string {
  return message.replace(/,? with args beginning with:.*$|\. Please report this\.$/s, '').slice(0, 300);
}
