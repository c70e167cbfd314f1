import { type RedisServer, startRedis } from '@cache-internal/lab';

let running: Promise<RedisServer> | undefined;
let users = 0;

/** The one server all contestants of a scenario talk to, by a unix socket. */
export function shareServer(): Promise<RedisServer> {
  users++;
  running ??= startRedis();
  return running;
}

export async function leaveServer(): Promise<void> {
  if (--users > 0) return;
  const server = await running;
  running = undefined;
  await server?.stop();
}
