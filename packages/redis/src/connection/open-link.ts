import type { Cluster, Redis } from 'ioredis';
import type { Behaviour } from '../options.ts';
import { openClusterSession } from './cluster-session.ts';
import { injectedLink } from './injected-link.ts';
import { type Link, link } from './link.ts';
import { nodeOutages } from './node-outages.ts';
import { openServerSession } from './server-session.ts';
import type { Topology } from './topology.ts';

export interface OpenLinkOptions extends Pick<Behaviour, 'timeout' | 'connectTimeout' | 'warn'> {
  readonly where: Topology | { readonly client: Redis | Cluster };
  /** Connected, for the first time or again. */
  onReady(): void;
  /** The nodes of a cluster changed. */
  onNodes(): void;
}

/** The link for a topology, or for the caller's own client. */
export function openLink({ where, onNodes, ...options }: OpenLinkOptions): Link {
  if ('client' in where) return injectedLink(where.client, options.timeout, options.onReady);
  if (where.kind === 'cluster') {
    const outages = nodeOutages(options.warn);
    return link({
      ...options,
      clustered: true,
      open: (opening) =>
        openClusterSession({ ...opening, topology: where, replyTimeout: options.timeout, onNodes, outages }),
    });
  }
  return link({
    ...options,
    clustered: false,
    open: (opening) => openServerSession({ ...opening, topology: where, replyTimeout: options.timeout }),
  });
}
