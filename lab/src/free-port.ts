import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** An ephemeral TCP port of this machine that nobody listens on now. Somebody may before you do: try again then. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // not a pipe: we asked for TCP
  server.close();
  await once(server, 'close');
  return port;
}
