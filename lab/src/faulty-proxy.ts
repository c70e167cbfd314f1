import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to bytes between client and server. */
export type Fault =
  | 'none'
  /** Connections are accepted and nothing comes through, in either direction; what is sent is lost. */
  | 'black hole'
  /** As a black hole, but what the client sends is kept, and delivered when the fault ends, even if the client has left. */
  | 'held'
  /** The server gets and does everything; its reply is replaced by a reset of the connection. */
  | 'reset after the server applied'
  /** The first half of each reply comes through, and nothing after it. */
  | 'half reply'
  /** Replies are bytes that are no RESP. */
  | 'garbage'
  /** The next reply begins as one of 4 GB, which swallows all that follow on its connection, also after the end. */
  | 'endless reply'
  /** The next portion of replies is lost, whole, on each connection: those after it come, one question too late. */
  | 'lost reply'
  /** One byte of the replies every 20 ms. */
  | 'trickle'
  /** One bit of each portion of the replies is another, each time at another place. */
  | 'flipped bits'
  /** Connections are refused, and those there are closed. */
  | 'refused';

export interface FaultyProxy extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `redis://127.0.0.1:port` */
  readonly url: string;
  /** Holds for connections there are and for new ones. */
  fault: Fault;
  /** Where new connections go. */
  target: ProxyTarget;
  /** Open connections of clients. */
  readonly connections: number;
  /**
   * Keeps what the connections of now send from now on, also when their client leaves; `release` delivers it. New
   * connections are not touched.
   */
  hold(): { release(): void };
  /** Closes every connection, as a network that forgets them would. */
  cut(): void;
  stop(): Promise<void>;
}

export type ProxyTarget = { readonly host: string; readonly port: number } | { readonly path: string };

const TRICKLE_MS = 20;

/** A TCP proxy that spoils what goes through it, on purpose and on command. */
export async function startFaultyProxy(to: ProxyTarget): Promise<FaultyProxy> {
  let fault: Fault = 'none';
  let target = to;
  let flips = 0;
  const clients = new Set<Socket>();
  const servers = new Set<Socket>();
  const held = new Set<() => void>();
  const holders = new Set<() => () => void>();

  const proxy = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (fault === 'refused') return client.resetAndDestroy();
    const server = connect({ ...target, noDelay: true });
    clients.add(client);
    servers.add(server);
    let halved = false;
    let endless = false;
    let lost = false;
    const kept: Buffer[] = [];
    let clientLeft = false;
    const release = (): void => {
      held.delete(release);
      for (const bytes of kept.splice(0)) server.write(bytes);
      if (clientLeft) server.end();
    };
    const holder = (): (() => void) => {
      held.add(release);
      return release;
    };
    holders.add(holder);

    client.on('data', (bytes: Buffer) => {
      if (fault === 'black hole') return;
      if (fault === 'held' || held.has(release)) {
        held.add(release);
        kept.push(bytes);
      } else server.write(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      if (fault === 'none') client.write(bytes);
      else if (fault === 'reset after the server applied') client.resetAndDestroy();
      else if (fault === 'garbage') client.write(Buffer.alloc(bytes.length, '!'));
      else if (fault === 'trickle') trickle(client, server, bytes, () => fault === 'trickle');
      else if (fault === 'half reply') {
        if (!halved) client.write(bytes.subarray(0, bytes.length >> 1));
        halved = true;
      } else if (fault === 'lost reply') {
        if (lost) client.write(bytes);
        lost = true;
      } else if (fault === 'endless reply') {
        client.write(endless ? bytes : Buffer.concat([Buffer.from('$4294967296\r\n'), bytes]));
        endless = true;
      } else if (fault === 'flipped bits') client.write(flipped(bytes, flips++));
    });
    client.on('close', () => {
      clients.delete(client);
      holders.delete(holder);
      clientLeft = true;
      if (!held.has(release)) server.destroy();
    });
    server.on('close', () => {
      servers.delete(server);
      held.delete(release);
      if (fault !== 'black hole' && fault !== 'held') client.destroy();
    });
    client.on('end', () => client.end());
    client.on('error', () => {});
    server.on('error', () => client.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo; // not a pipe: we asked for TCP
  const cut = (): void => {
    for (const client of clients) client.resetAndDestroy();
  };
  const stop = async (): Promise<void> => {
    for (const socket of [...clients, ...servers]) socket.destroy();
    if (!proxy.listening) return;
    proxy.close();
    await once(proxy, 'close');
  };
  return {
    host: '127.0.0.1',
    port,
    url: `redis://127.0.0.1:${port}`,
    get fault() {
      return fault;
    },
    set fault(next) {
      const before = fault;
      fault = next;
      if (next === 'refused') cut();
      if (before === 'held') for (const release of [...held]) release();
    },
    get target() {
      return target;
    },
    set target(next) {
      target = next;
    },
    get connections() {
      return clients.size;
    },
    hold() {
      const releases = Array.from(holders, (holder) => holder());
      return {
        release() {
          for (const release of releases) release();
        },
      };
    },
    cut,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function trickle(client: Socket, server: Socket, bytes: Buffer, goesOn: () => boolean): void {
  server.pause();
  let at = 0;
  const step = (): void => {
    if (client.destroyed) return;
    if (!goesOn()) client.write(bytes.subarray(at));
    else if (at < bytes.length) {
      client.write(bytes.subarray(at, ++at));
      setTimeout(step, TRICKLE_MS);
      return;
    }
    server.resume();
  };
  step();
}

function flipped(bytes: Buffer, n: number): Buffer {
  const spoilt = Buffer.from(bytes);
  const at = (n * 7) % bytes.length;
  spoilt[at] = (spoilt[at] as number) ^ (1 << (n % 8));
  return spoilt;
}
