import type { Health } from '@cache/core';
import { command } from './connection/commands.ts';
import type { Link } from './connection/link.ts';
import { describeTopology, type Topology } from './connection/topology.ts';

/** Milliseconds of one round trip. @throws {CacheBackendError} */
export async function ping(link: Link): Promise<number> {
  const began = performance.now();
  await command(link, { operation: 'ping', writes: false }, 'ping', []);
  return performance.now() - began;
}

export interface Hearing {
  readonly observe: readonly string[] | undefined;
  live(): boolean;
}

export async function healthOf(
  link: Link,
  where: Topology | { readonly client: object },
  { observe, live }: Hearing,
): Promise<Health> {
  const details: Record<string, unknown> = {
    server: 'client' in where ? 'a client of the application' : describeTopology(where),
    topology: 'client' in where ? (link.clustered ? 'cluster' : 'server') : where.kind,
  };
  let reachable = true;
  try {
    details.latencyMs = Math.round((await ping(link)) * 100) / 100;
    details.version = await version(link);
  } catch (error) {
    details.error = (error as Error).message;
    reachable = false;
  }
  // After the round trip, which makes the first connection.
  details.connection = link.state;
  const heard = observe === undefined || live();
  if (observe !== undefined) details.invalidations = heard ? 'heard' : 'lost';
  return { status: !reachable ? 'down' : heard ? 'up' : 'degraded', details };
}

/** `Redis 7.0.15`; `undefined` where an ACL forbids to ask. */
async function version(link: Link): Promise<string | undefined> {
  const info = await command<string>(link, { operation: 'health', writes: false }, 'info', ['server']).catch(() => '');
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  const redis = /^redis_version:(\S+)/m.exec(info)?.[1]; // Valkey has this one as well, for old clients
  return valkey === undefined ? redis && `Redis ${redis}` : `Valkey ${valkey}`;
}
