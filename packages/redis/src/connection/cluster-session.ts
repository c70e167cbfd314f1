import { once } from 'node:events';
import { Cluster, type Command, type Redis } from 'ioredis';
import { connectionFailure } from '../errors/connection-failure.ts';
import { type ConnectionId, identify, killConnection } from './connection-id.ts';
import { hangUp } from './hang-up.ts';
import type { Session } from './session.ts';
import { type Silence, silence } from './silence.ts';
import { nameOf, slotOwners } from './slot-owners.ts';
import { oneLife, type Topology } from './topology.ts';

export interface ClusterSessionOptions {
  readonly topology: Extract<Topology, { kind: 'cluster' }>;
  /** Milliseconds until the slots must be known. */
  readonly timeout: number;
  /** Milliseconds without a byte after which a node that was asked is not there. */
  readonly replyTimeout: number;
  readonly signal: AbortSignal;
  readonly onEnd: () => void;
  /** Nodes came or went. */
  readonly onNodes: () => void;
}

// How soon after the last one the slots are asked for again because a node failed.
const REFRESH_AT_MOST_EVERY_MS = 200;

/**
 * Connections to the nodes of a cluster, which ioredis keeps: it follows redirections, which are no resends because the
 * server that redirects has done nothing. It sends nothing again after a connection broke.
 */
export async function openClusterSession(options: ClusterSessionOptions): Promise<Session> {
  const { topology, timeout, replyTimeout, signal, onEnd, onNodes } = options;
  const { natMap, dnsLookup, ...redisOptions } = topology.options;
  const cluster = new Cluster([...topology.nodes], {
    lazyConnect: true,
    clusterRetryStrategy: () => null,
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: timeout,
    slotsRefreshInterval: 5000,
    redisOptions: oneLife(redisOptions, timeout),
    ...(natMap !== undefined && { natMap }),
    ...(dnsLookup !== undefined && { dnsLookup }),
  });
  const known = new Map<string, ConnectionId>();
  const silences = new WeakMap<Redis, Silence>();
  // By name: the slot may be another node's by the time the reply is missed.
  const askedNode = new WeakMap<Command, string>();
  let lastError: Error | undefined;
  let opened = false;
  let refreshed = 0;
  cluster.on('error', (error: Error & { lastNodeError?: Error }) => {
    lastError = error.lastNodeError ?? error;
  });
  cluster.on('node error', (error: Error) => {
    lastError = error;
  });
  cluster.on('end', () => {
    if (opened) onEnd();
  });
  cluster.on('+node', (node: Redis) => {
    const name = nameOf(node);
    node.on('error', () => {}); // the cluster tells of it
    node.on('ready', () => {
      const old = known.get(name);
      if (old !== undefined) killConnection(node, old);
      void identify(node).then((id) => {
        if (id !== undefined) known.set(name, id);
      });
    });
    if (!opened) return;
    connected(node).catch(() => {}); // or its first command would be refused while it connects
    onNodes();
  });
  cluster.on('-node', () => {
    if (opened) onNodes();
  });

  const silenceOf = (node: Redis): Silence => {
    let one = silences.get(node);
    if (one === undefined) {
      one = silence(node, replyTimeout);
      silences.set(node, one);
    }
    return one;
  };

  const refresh = (): void => {
    const now = performance.now();
    if (now - refreshed < REFRESH_AT_MOST_EVERY_MS) return;
    refreshed = now;
    cluster.refreshSlotsCache(() => {});
  };

  const leave = (): void => {
    const nodes = cluster.nodes('all');
    cluster.disconnect();
    for (const node of nodes) hangUp(node);
  };
  signal.addEventListener('abort', leave);
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      cluster.connect().then(() => Promise.all(cluster.nodes('master').map(connected))),
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no connection within ${timeout} ms`)), timeout);
      }),
    ]);
  } catch (error) {
    leave();
    throw connectionFailure(lastError ?? (error as Error), topology);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
  opened = true;
  return {
    inOrder: false,
    connection: undefined, // each node forgets its own
    nodes: () => slotOwners(cluster),
    write(commands) {
      const nodes = cluster.nodes('master');
      for (const node of nodes) silenceOf(node).look();
      const streams = nodes.map((node) => node.stream);
      for (const stream of streams) stream?.cork();
      for (const command of commands) {
        const slot = command.getSlot() as number | null; // null: without a key, any node will do
        if (slot !== null) askedNode.set(command, cluster.slots[slot]?.[0] ?? '');
        cluster.sendCommand(command);
      }
      for (const stream of streams) stream?.uncork();
    },
    expired(commands) {
      // The node that was asked and has said nothing since is given up; what it has queued is dropped.
      const asked = new Set(commands.map((command) => askedNode.get(command)));
      for (const node of cluster.nodes('master')) {
        if (!asked.has(nameOf(node)) || ending.has(node.status)) continue;
        if (silenceOf(node).tooLong()) hangUp(node);
      }
      refresh();
      return false;
    },
    close() {
      opened = false;
      leave();
    },
  };
}

const ending: ReadonlySet<string> = new Set(['disconnecting', 'close', 'end']);

async function connected(node: Redis): Promise<void> {
  if (node.status === 'wait') await node.connect();
  else if (node.status !== 'ready') await once(node, 'ready');
}
