import { Redis } from 'ioredis';
import { hangUp } from '../connection/hang-up.ts';
import type { Node } from '../connection/link.ts';
import { oneLife } from '../connection/topology.ts';

/** One connection that only listens. */
export interface Ear {
  close(): void;
}

export interface EarOptions {
  readonly node: Node;
  readonly connectTimeout: number;
  /** Nobody wants it any more: an attempt that is under way leaves no socket behind. */
  readonly signal: AbortSignal;
  /** Milliseconds the server may take to answer that it is still there. */
  timeout(): number;
  /** Milliseconds between two such questions. */
  interval(): number;
  /** Prefixes whose every change is to be heard; undefined: none. */
  readonly track: readonly string[] | undefined;
  /** A load ended: its key, or nothing for all. */
  onWake(key: string): void;
  /** These keys changed; null: the whole database. */
  onChange(keys: readonly string[] | null): void;
  /** What happened before `at`, of `performance.now()`, has been heard. */
  onProof(at: number): void;
  /** Nothing will be heard any more. Not called after `close`. */
  onEnd(): void;
}

export const WAKE_CHANNEL = '\0wake';
const INVALIDATE_CHANNEL = '__redis__:invalidate';

/**
 * Listens for ended loads and, in broadcast mode, for every change under some prefixes. The connection redirects the
 * messages to itself, so hearing them depends on no other connection; it speaks RESP2, in which a redirected message
 * comes by publish, because ioredis 6 drops those of RESP3. Not NOLOOP: with it, the server keeps silent about another
 * client's write when a command of ours follows in the same turn of its event loop.
 *
 * A heartbeat on the same connection comes after all that was told before it, so its answer proves that nothing is missing.
 * What it cannot show is that commands go to another server by now, or that this one follows another and lost touch with
 * it: so the server that commands go to is asked which history of writes it is in, and whether it takes them.
 */
export async function openEar(ear: EarOptions): Promise<Ear> {
  const client = new Redis(oneLife(ear.node.options, ear.connectTimeout));
  let open = false;
  let heartbeat: NodeJS.Timeout | undefined;
  let lastError: Error | undefined;
  client.on('error', (error: Error) => {
    lastError = error;
  });

  const end = (): void => {
    clearTimeout(heartbeat);
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

  const leave = (): void => hangUp(client);
  ear.signal.addEventListener('abort', leave);
  let history: string | undefined;
  let tooLate: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      listen(client, ear.track).then((heard) => {
        history = heard;
      }),
      new Promise<never>((_resolve, reject) => {
        tooLate = setTimeout(() => reject(new Error(`no answer within ${ear.connectTimeout} ms`)), ear.connectTimeout);
      }),
    ]);
  } catch (error) {
    hangUp(client);
    throw lastError ?? error;
  } finally {
    clearTimeout(tooLate);
    ear.signal.removeEventListener('abort', leave);
  }
  open = true;
  const beat = (): void => {
    const sent = performance.now();
    let answered = false;
    // A loop that stood still finds this timer before the answer that has long arrived: one look at the network more.
    const late = setTimeout(() => setImmediate(() => answered || end()), ear.timeout()).unref();
    client.ping().then(
      () => {
        answered = true;
        clearTimeout(late);
        ear.onProof(sent);
        if (open) heartbeat = setTimeout(beat, ear.interval()).unref();
      },
      () => clearTimeout(late),
    );
    if (history !== undefined) historyOf(ear.node).then((now) => now === history || now === undefined || end());
  };
  beat();
  return {
    close() {
      open = false;
      end();
    },
  };
}

/** @returns the history the server is in, if changes are to be heard. */
async function listen(client: Redis, track: readonly string[] | undefined): Promise<string | undefined> {
  await client.connect();
  if (track === undefined) {
    await client.subscribe(WAKE_CHANNEL);
    return undefined;
  }
  const history = await historyOf({ send: (name, args) => client.call(name, args) });
  if (history === FOLLOWS) throw new Error('the server follows another');
  const id = String(await client.call('CLIENT', 'ID'));
  const prefixes = track.flatMap((prefix) => ['PREFIX', prefix]);
  await client.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', ...prefixes);
  await client.subscribe(WAKE_CHANNEL, INVALIDATE_CHANNEL);
  return history;
}

const FOLLOWS = 'follows';

/** The replication id of a server that takes writes; undefined where it does not say, or must not. */
async function historyOf(server: Pick<Node, 'send'>): Promise<string | undefined> {
  try {
    const info = String(await server.send('info', ['replication']));
    return /^role:master/m.test(info) ? /^master_replid:(\w+)/m.exec(info)?.[1] : FOLLOWS;
  } catch {
    return undefined;
  }
}
