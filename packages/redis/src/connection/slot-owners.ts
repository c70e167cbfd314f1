import type { Cluster, Redis } from 'ioredis';
import { NotSentError } from '../errors/not-answered.ts';

/**
 * The nodes that own the slots. ioredis forgets a node that died before it knows which one took its place; until it does,
 * the others are not all there is.
 * @throws {NotSentError} when slots belong to a node to which there is no connection
 */
export function slotOwners(cluster: Cluster): Redis[] {
  const nodes = new Map(cluster.nodes('master').map((node) => [nameOf(node), node]));
  for (const name of ownerNames(cluster))
    if (!nodes.has(name)) throw new NotSentError('a node of the cluster is gone, and its successor unknown');
  return [...nodes.values()];
}

/** Who owns slots as far as is known, with a connection or without. */
export function ownerNames(cluster: Cluster): ReadonlySet<string> {
  const names = new Set((cluster.slots as readonly (readonly string[] | undefined)[]).map((slot) => slot?.[0]));
  names.delete(undefined); // nobody's
  return names as ReadonlySet<string>;
}

/** As ioredis names nodes in its table of slots. */
export function nameOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}
