import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { replyCode } from '../errors/reply-error.ts';
import { nameOf, ownerNames } from './slot-owners.ts';

/** The primaries of a cluster by name: those that answered, and the others. */
export interface Primaries {
  readonly there: ReadonlySet<string>;
  readonly missing: readonly string[];
}

/**
 * Connects, and asks each primary for an answer: for `timeout` milliseconds, and `patience` once the slots are known.
 * @throws when nobody tells of the slots
 */
export async function reachPrimaries(cluster: Cluster, timeout: number, patience: number): Promise<Primaries> {
  const there = new Set<string>();
  const over = new AbortController();
  const after = (ms: number): Promise<void> => sleep(ms, undefined, { signal: over.signal }).catch(() => {});
  const reach = async (node: Redis): Promise<void> => {
    await connected(node);
    await answered(node);
    there.add(nameOf(node));
  };
  const reached = async (): Promise<void> => {
    await cluster.connect();
    await Promise.race([Promise.allSettled(cluster.nodes('master').map(reach)), after(patience)]);
  };
  try {
    await Promise.race([reached(), after(timeout)]);
  } finally {
    over.abort();
  }
  return { there, missing: [...ownerNames(cluster)].filter((name) => !there.has(name)) };
}

/** @throws when the node ends instead */
export async function connected(node: Redis): Promise<void> {
  if (node.status === 'wait') await node.connect();
  else if (node.status !== 'ready')
    await new Promise<void>((resolve, reject) => {
      node.once('ready', resolve);
      node.once('end', () => reject(new Error('Connection is closed.')));
    });
}

/** A connection is no answer: who stands still is connected to as well, and who is full or loading says so. @throws that */
export async function answered(node: Redis): Promise<void> {
  await node.ping().catch((error: Error) => {
    if (replyCode(error.message) !== 'NOPERM') throw error;
  });
}

/** Whether the cluster refuses commands, as far as one of its nodes knows. */
export async function isDown(cluster: Cluster): Promise<boolean> {
  const [node] = cluster.nodes('master');
  const info = await node?.cluster('INFO').catch(() => ''); // which a user may have no right to ask
  return /^cluster_state:fail/m.test(String(info));
}
