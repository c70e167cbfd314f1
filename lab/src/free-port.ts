import { once } from 'node:events';
import { createServer } from 'node:net';

// Below what the system gives to whoever connects, or listens and asks for any port (Linux: from 32,768): what is free between two
// servers of one test is taken by nobody meanwhile. Processes side by side begin at places of their own.
const FROM = 12_000;
const COUNT = 20_000;
let last = Math.floor(Math.random() * COUNT);

/** A TCP port of this machine that nobody listens on now, and that is given to nobody else in this process for a long time. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried++) {
    last = (last + 1) % COUNT;
    if (await isFree(FROM + last)) return FROM + last;
  }
  throw new Error(`expected a free port from ${FROM} to ${FROM + COUNT - 1}, found none`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
