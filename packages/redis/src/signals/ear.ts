import { Redis, type RedisOptions } from 'ioredis';
import { hangUp } from '../connection/hang-up.ts';
import { oneLife } from '../connection/topology.ts';

/** One connection that only listens. */
export interface Ear {
  close(): void;
}

export interface EarOptions {
  readonly options: RedisOptions;
  readonly connectTimeout: number;
  /** Milliseconds the server may take to answer that it is still there. */
  readonly timeout: number;
  /** Prefixes whose every change is to be heard; undefined: none. */
  readonly track: readonly string[] | undefined;
  /** A load ended: its key, or nothing for all. */
  onWake(key: string): void;
  /** These keys changed; null: the whole database. */
  onChange(keys: readonly string[] | null): void;
  /** Nothing will be heard any more. Not called after `close`. */
  onEnd(): void;
}

export const WAKE_CHANNEL = '\0wake';
const INVALIDATE_CHANNEL = '__redis__:invalidate';
const HEARTBEAT_MS = 1000;

/**
 * Listens for ended loads and, in broadcast mode, for every change under some prefixes. The connection redirects the
 * messages to itself, so hearing them depends on no other connection; it speaks RESP2, in which a redirected message
 * comes by publish, because ioredis 6 drops those of RESP3. Not NOLOOP: with it, the server keeps silent about another
 * client's write when a command of ours follows in the same turn of its event loop.
 */
export async function openEar(ear: EarOptions): Promise<Ear> {
  const client = new Redis(oneLife(ear.options, ear.connectTimeout));
  let open = false;
  let heartbeat: NodeJS.Timeout | undefined;
  let lastError: Error | undefined;
  client.on('error', (error: Error) => {
    lastError = error;
  });

  const end = (): void => {
    clearInterval(heartbeat);
    const wasOpen = open;
    open = false;
    hangUp(client);
    if (wasOpen) ear.onEnd();
  };
  client.on('end', end);
  client.on('messageBuffer', (channel: Buffer, message: Buffer | Buffer[] | null) => {
    if (String(channel) === WAKE_CHANNEL) ear.onWake(String(message));
    else ear.onChange(Array.isArray(message) ? message.map(String) : null);
  });

  let tooLate: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      listen(client, ear.track),
      new Promise<never>((_resolve, reject) => {
        tooLate = setTimeout(() => reject(new Error(`no answer within ${ear.connectTimeout} ms`)), ear.connectTimeout);
      }),
    ]);
  } catch (error) {
    hangUp(client);
    throw lastError ?? error;
  } finally {
    clearTimeout(tooLate);
  }
  open = true;
  heartbeat = setInterval(() => {
    const late = setTimeout(end, ear.timeout).unref();
    client.ping().then(
      () => clearTimeout(late),
      () => clearTimeout(late),
    );
  }, HEARTBEAT_MS).unref();
  return {
    close() {
      open = false;
      end();
    },
  };
}

async function listen(client: Redis, track: readonly string[] | undefined): Promise<void> {
  await client.connect();
  if (track === undefined) {
    await client.subscribe(WAKE_CHANNEL);
    return;
  }
  const id = String(await client.call('CLIENT', 'ID'));
  const prefixes = track.flatMap((prefix) => ['PREFIX', prefix]);
  await client.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', ...prefixes);
  await client.subscribe(WAKE_CHANNEL, INVALIDATE_CHANNEL);
}
