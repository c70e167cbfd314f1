import { randomUUID } from 'node:crypto';
import type { Backend, Wire } from '@cache/core';
import type { BackendCapabilities, MakeSubject } from '@cache/core/testing';
import { ioredisAddress, startFaultyProxy } from '@cache-internal/lab';
import { type Cluster, Redis } from 'ioredis';
import { type RedisBackendOptions, redisBackend } from '../src/index.ts';

/**
 * Makes time pass on a real server: shortens what keys have left, and moves the deadlines written inside frames.
 * KEYS entry…; ARGV milliseconds.
 */
const advanceLua = `
local ms = tonumber(ARGV[1])
for _, k in ipairs(KEYS) do
  local v = redis.call('GET', k)
  if v and string.byte(v, 1) == 193 then
    local flags, at = string.byte(v, 2), 2
    local function back(offset)
      local t = struct.unpack('>I6', v, offset + 1)
      if t > 0 then redis.call('SETRANGE', k, offset, struct.pack('>I6', math.max(t - ms, 1))) end
    end
    if flags % 2 == 1 then back(at + 12) at = at + 18 end
    if flags % 4 > 1 then back(at + 6) end
  end
  local p = redis.call('PTTL', k)
  if p > ms then redis.call('PEXPIRE', k, p - ms) elseif p >= 0 then redis.call('UNLINK', k) end
end
return 1`;

/** What any composition on a real server can do: its clock runs while a busy machine stands still. */
export const redisCapabilities: BackendCapabilities = {
  leases: true,
  tags: true,
  observing: true,
  shared: true,
  slack: 5_000,
};

/** A subject of the kit on a real server, reached by `options`. */
export function redisSubject(options: RedisBackendOptions, admin: Redis | Cluster): MakeSubject<Wire> {
  return ({ prefix }) => {
    const make = (): Backend<Wire> => redisBackend({ ...options, observe: [prefix] });
    return {
      backend: make(),
      peer: make,
      async advance(ms) {
        const nodes = admin.isCluster ? (admin as Cluster).nodes('master') : [admin as Redis];
        for (const node of nodes) {
          let cursor = '0';
          do {
            const [next, keys] = await node.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000);
            cursor = next;
            for (const key of keys) await admin.eval(advanceLua, 1, key, ms);
          } while (cursor !== '0');
        }
      },
    };
  };
}

export function adminOf(url: string): Redis {
  return new Redis(ioredisAddress(url));
}

export function freshKey(prefix: string): string {
  return `${prefix}${randomUUID()}`;
}

/** Another way to the server at `url`, which can be cut. */
export async function lineTo(url: string): Promise<{
  readonly url: string;
  cutOff(): () => void;
  stop(): Promise<void>;
}> {
  const socket = ioredisAddress(url);
  const given = socket === url ? new URL(url) : undefined;
  const proxy = await startFaultyProxy(
    given === undefined ? { path: socket } : { host: given.hostname, port: Number(given.port || 6379) },
  );
  const there = new URL(given ?? 'redis://h');
  there.host = `${proxy.host}:${proxy.port}`;
  return {
    url: there.href,
    cutOff() {
      proxy.fault = 'refused';
      return () => {
        proxy.fault = 'none';
      };
    },
    stop: () => proxy.stop(),
  };
}
