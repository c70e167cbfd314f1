import type { ClusterOptions, RedisOptions } from 'ioredis';

/** Where the data is, as ioredis says it. */
export type Topology =
  | { readonly kind: 'server'; readonly options: RedisOptions }
  | { readonly kind: 'sentinel'; readonly options: RedisOptions }
  | { readonly kind: 'cluster'; readonly nodes: readonly ClusterNode[]; readonly options: NodeOptions };

/** For each node of a cluster. */
export type NodeOptions = RedisOptions & Pick<ClusterOptions, 'natMap' | 'dnsLookup'>;

export interface ClusterNode {
  readonly host: string;
  readonly port: number;
}

/** What a person needs to know which server is meant; no user name and no password. */
export function describeTopology(topology: Topology): string {
  if (topology.kind === 'cluster') return `cluster of ${topology.nodes.map(({ host, port }) => `${host}:${port}`)}`;
  const { path, host = 'localhost', port = 6379, db = 0, sentinels, name, tls } = topology.options;
  if (topology.kind === 'sentinel')
    return `${name} of sentinels ${sentinels?.map((sentinel) => `${sentinel.host}:${sentinel.port ?? 26379}`)}`;
  return `${path ?? `${tls === undefined ? '' : 'TLS '}${host.includes(':') ? `[${host}]` : host}:${port}`}/${db}`;
}

/**
 * Options that make an ioredis client of one connection and one life: it fails at once rather than queues, resends or
 * reconnects. The link above makes a new one, and knows what was sent on the old one.
 */
export function oneLife(options: RedisOptions, connectTimeout: number): RedisOptions & { replyMapping: 'legacy' } {
  return {
    ...options,
    connectTimeout,
    lazyConnect: true,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    reconnectOnError: null,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableReadyCheck: false,
    maxRetriesPerRequest: null,
    disableClientInfo: true,
    // RESP2 on ioredis 6 as on 5: what RESP3 would bring, invalidations on the same connection, ioredis drops.
    protocol: 2,
    replyMapping: 'legacy',
  };
}
