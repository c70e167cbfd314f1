import type { Redis } from 'ioredis';

/** How the server knows a connection of ours. */
export interface ConnectionId {
  readonly id: string;
  /** Ids begin anew with each server, so an id alone might be a stranger's. */
  readonly address: string;
}

/** Undefined where the rights to ask for it are missing. */
export async function identify(client: Redis): Promise<ConnectionId | undefined> {
  const info = String(await client.call('CLIENT', 'INFO').catch(() => ''));
  const [, id] = /(?:^| )id=(\d+)/.exec(info) ?? [];
  const [, address] = /(?:^| )addr=(\S+)/.exec(info) ?? [];
  return id === undefined || address === undefined ? undefined : { id, address };
}

/**
 * Makes the server forget a connection we have given up. Closing it on our side is no fence: bytes that are still under
 * way would be obeyed when they arrive.
 */
export function killConnection(client: Redis, { id, address }: ConnectionId): void {
  client.call('CLIENT', 'KILL', 'ID', id, 'ADDR', address).catch(() => {}); // no right to, or it is gone
}
