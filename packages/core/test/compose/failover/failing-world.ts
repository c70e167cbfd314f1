import {
  Cache,
  type CapableBackend,
  type FailoverBackend,
  type FailoverOptions,
  failover,
  type OutageEvent,
} from '@cache/core';
import { type FaultyBackend, faultyBackend, inMemoryServer, type ServerBackend } from '@cache/core/testing';
import { vi } from 'vitest';

type Server = ServerBackend<string>;

/** A server that can fail, a fallback, a second process, and everything that was warned and told of. Under fake timers. */
export interface FailingWorld {
  readonly peer: Server;
  readonly primary: FaultyBackend<Server>;
  readonly fallback: Server;
  readonly pair: FailoverBackend<string>;
  readonly cache: Cache<string>;
  readonly warnings: string[];
  readonly outages: OutageEvent[];
  down(): void;
  /** The primary is back, and everything that follows from it has happened. */
  recovered(): Promise<void>;
}

export function failingWorld(
  options: FailoverOptions = {},
  over: (fallback: Server) => CapableBackend<string> = (fallback) => fallback,
): FailingWorld {
  const server = inMemoryServer<string>();
  const peer = server.connect();
  const primary = faultyBackend(server.connect());
  const fallback = inMemoryServer<string>().connect();
  const warnings: string[] = [];
  const logger = { warn: (line: string): void => void warnings.push(line) };
  const pair = failover<string>(primary, over(fallback), { logger, ...options });
  const outages: OutageEvent[] = [];
  pair.onOutage((outage) => outages.push(outage));
  return {
    peer,
    primary,
    fallback,
    pair,
    cache: new Cache<string>({ backend: pair }),
    warnings,
    outages,
    down() {
      primary.faults.always = 'error';
    },
    async recovered() {
      primary.faults.always = undefined;
      await vi.advanceTimersByTimeAsync(1_000);
    },
  };
}
