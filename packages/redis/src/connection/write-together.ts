import type { Command, Redis } from 'ioredis';

/** Sends `commands` on one connection in one write. One that cannot be sent is rejected. */
export function writeTogether(redis: Redis, commands: readonly Command[]): void {
  const { stream } = redis;
  let text = '';
  let corked = false;
  // ioredis hands the bytes of a command to a stream like this one, as it does for its own pipelines.
  const together = {
    isPipeline: true as const,
    destination: { redis },
    write(data: string | Buffer) {
      if (typeof data === 'string') {
        text += data;
        return;
      }
      if (!corked) {
        stream.cork();
        corked = true;
      }
      if (text !== '') stream.write(text);
      text = '';
      stream.write(data);
    },
  };
  for (const command of commands) redis.sendCommand(command, together);
  if (text !== '') stream.write(text);
  if (corked) stream.uncork();
}
