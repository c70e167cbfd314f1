import type { CacheConnectionError } from '@cache/core';
import { Cluster, type Command, type Redis } from 'ioredis';
import { connectionFailure, expectedConnection } from '../errors/connection-failure.ts';
import { type ConnectionId, identify, killConnection } from './connection-id.ts';
import { deadlines } from './deadlines.ts';
import { hangUp } from './hang-up.ts';
import type { NodeOutages } from './node-outages.ts';
import { answered, connected, isDown, reachPrimaries } from './primaries.ts';
import { type ReplyOrder, replyOrder } from './reply-order.ts';
import type { Session } from './session.ts';
import { type Silence, silence } from './silence.ts';
import { nameOf, ownerNames, slotOwners } from './slot-owners.ts';
import { oneLife, type Topology } from './topology.ts';

export interface ClusterSessionOptions {
  readonly topology: Extract<Topology, { kind: 'cluster' }>;
  /** Milliseconds until the slots must be known. */
  readonly timeout: number;
  /** Milliseconds without a byte after which a node that was asked is not there. */
  readonly replyTimeout: number;
  readonly signal: AbortSignal;
  /** Every primary is demanded; otherwise those that can be had are enough. */
  readonly whole: boolean;
  readonly onEnd: () => void;
  /** Nodes came or went. */
  readonly onNodes: () => void;
  readonly outages: NodeOutages;
}

// ioredis asks node after node for the slots: one that says nothing must not take the time of the others.
const ASKED_IN_TURN = 4;
// How soon after the last one the slots are asked for again because a node failed.
const REFRESH_AT_MOST_EVERY_MS = 200;
const GREET_AGAIN_MS = 250;

/**
 * Connections to the nodes of a cluster, which ioredis keeps: it follows redirections, which are no resends because the
 * server that redirects has done nothing. It sends nothing again after a connection broke.
 */
export async function openClusterSession(options: ClusterSessionOptions): Promise<Session> {
  const { topology, timeout, replyTimeout, signal, whole, onEnd, onNodes, outages } = options;
  const { natMap, dnsLookup, ...redisOptions } = topology.options;
  const cluster = new Cluster([...topology.nodes], {
    lazyConnect: true,
    clusterRetryStrategy: () => null,
    enableOfflineQueue: false,
    enableReadyCheck: false, // it asks one node, and ends all of them where that one is away
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: Math.max(replyTimeout, timeout / ASKED_IN_TURN),
    slotsRefreshInterval: 5000,
    redisOptions: oneLife(redisOptions, timeout),
    ...(natMap !== undefined && { natMap }),
    ...(dnsLookup !== undefined && { dnsLookup }),
  });
  const known = new Map<string, ConnectionId>();
  const watched = new WeakMap<Redis, Watched>();
  const limits = deadlines(replyTimeout);
  // By name: the slot may be another node's by the time the reply is missed.
  const askedNode = new WeakMap<Command, string>();
  const nodeErrors = new Map<string, Error>();
  const greeted = new WeakSet<Redis>();
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
    outages.over();
    if (opened) onEnd();
  });
  cluster.on('refresh', () => outages.learned(() => ownerNames(cluster)));
  cluster.on('+node', (node: Redis) => {
    const name = nameOf(node);
    node.on('error', (error: Error) => {
      nodeErrors.set(name, error);
    });
    node.on('connect', () => {
      // Who accepts a connection and then says nothing is not there; ioredis would wait for good.
      const greeting = limits.begin(() => {
        if (node.status === 'connect') giveUp(node, `silence for ${replyTimeout} ms`);
      });
      node.once('ready', greeting.end);
    });
    node.on('ready', () => {
      nodeErrors.delete(name);
      greet(node);
      const old = known.get(name);
      if (old !== undefined) killConnection(node, old);
      watch(node).order.doubt(); // the fault that ended the last one may not be over
      void identify(node).then((id) => {
        if (id !== undefined) known.set(name, id);
      });
    });
    if (!opened) return;
    connected(node).catch(() => {}); // or its first command would be refused while it connects
    onNodes();
  });
  cluster.on('-node', (node: Redis) => {
    if (!opened) return;
    const name = nameOf(node);
    if (ownerNames(cluster).has(name)) {
      if (greeted.has(node))
        refresh(); // which connects to it anew
      else if (outages.suspect(name, expectedConnection(nodeErrors.get(name) ?? new Error('Connection is closed.'))))
        cluster.refreshSlotsCache(() => {});
    }
    onNodes();
  });

  const greet = (node: Redis): void => {
    if (node.status !== 'ready') return;
    answered(node).then(
      () => {
        greeted.add(node);
        outages.answered(nameOf(node));
      },
      () => setTimeout(greet, GREET_AGAIN_MS, node).unref(),
    );
  };

  const watch = (node: Redis): Watched => {
    let one = watched.get(node);
    if (one === undefined) {
      one = { quiet: silence(node, replyTimeout), order: replyOrder(node, replyTimeout, (got) => giveUp(node, got)) };
      watched.set(node, one);
    }
    return one;
  };

  /** What it has queued is dropped; it is found again, and gets a new connection. */
  const giveUp = (node: Redis, got: string): void => {
    outages.suspect(nameOf(node), `expected a reply, got ${got}`);
    nodeErrors.set(nameOf(node), new Error(got));
    node.once('end', () => cluster.refreshSlotsCache(() => {}));
    hangUp(node);
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
  // Whoever is content with a part waits for the others no longer than for a reply.
  const reached = await reachPrimaries(cluster, timeout, whole ? timeout : replyTimeout).catch((error: Error) => error);
  signal.removeEventListener('abort', leave);
  const failure = (reason: Error, nodes?: readonly string[]): CacheConnectionError => {
    leave();
    return connectionFailure(reason, topology, nodes);
  };
  if (reached instanceof Error) throw failure(lastError ?? reached);
  const { there, missing } = reached;
  const noReply = new Error(`no reply within ${timeout} ms`);
  const why = (name: string): Error => nodeErrors.get(name) ?? noReply;
  if (there.size === 0) throw failure(lastError ?? noReply);
  if (whole && missing.length > 0) throw failure(why(missing[0] as string), missing);
  if (whole && (await isDown(cluster))) throw failure(new Error('CLUSTERDOWN'));
  opened = true;
  for (const node of cluster.nodes('master'))
    if (!there.has(nameOf(node))) giveUp(node, `silence for ${replyTimeout} ms`);
  for (const name of missing) outages.suspect(name, expectedConnection(why(name)));
  if (missing.length > 0) refresh();
  return {
    inOrder: false,
    connection: undefined, // each node forgets its own
    nodes: () => slotOwners(cluster),
    write(commands) {
      const nodes = cluster.nodes('master');
      for (const node of nodes) watch(node).quiet.look();
      const streams = nodes.map((node) => node.stream);
      for (const stream of streams) stream?.cork();
      const last = new Map<string, Command>();
      for (const command of commands) {
        const slot = command.getSlot() as number | null; // null: without a key, any node will do
        if (slot !== null) {
          const name = cluster.slots[slot]?.[0] ?? '';
          askedNode.set(command, name);
          last.set(name, command);
        }
        cluster.sendCommand(command);
      }
      for (const stream of streams) stream?.uncork();
      for (const node of nodes) {
        const command = last.get(nameOf(node));
        if (command !== undefined) watch(node).order.watch(command);
      }
    },
    expired(commands) {
      // The node that was asked: one that has said nothing since is given up, of another it is found out what it says.
      const asked = new Set(commands.map((command) => askedNode.get(command)));
      for (const node of cluster.nodes('master')) {
        if (!asked.has(nameOf(node)) || node.status !== 'ready') continue;
        const { quiet, order } = watch(node);
        if (quiet.tooLong()) giveUp(node, `silence for ${replyTimeout} ms`);
        else order.doubt();
      }
      refresh();
    },
    doubt() {
      for (const node of cluster.nodes('master')) if (node.status === 'ready') watch(node).order.doubt();
    },
    close() {
      opened = false;
      leave();
    },
  };
}

interface Watched {
  readonly quiet: Silence;
  readonly order: ReplyOrder;
}
