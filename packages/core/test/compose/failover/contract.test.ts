import { failover } from '@cache/core';
import {
  type BackendCapabilities,
  compareWithModel,
  describeBackend,
  faultyBackend,
  inMemoryServer,
  type MakeSubject,
  manualClock,
} from '@cache/core/testing';
import { describe, it } from 'vitest';

const runs = process.env.CACHE_TEST_LONG === '1' ? 10_000 : 300;
const all = { leases: true, tags: true, observing: true } as const;

/** Two servers, and a fallback of its own for each process. */
const pair: MakeSubject<unknown> = () => {
  const clock = manualClock(1_000);
  const server = inMemoryServer({ clock });
  const connect = () => failover(server.connect(), inMemoryServer({ clock }).connect(), { clock });
  return { backend: connect(), peer: connect, advance: clock.advance };
};

const slow: MakeSubject<unknown> = () => {
  const clock = manualClock(1_000);
  const server = inMemoryServer({ clock });
  const connect = () =>
    failover(faultyBackend(server.connect()), faultyBackend(inMemoryServer({ clock }).connect()), { clock });
  return { backend: connect(), peer: connect, advance: clock.advance };
};

const three: MakeSubject<unknown> = () => {
  const clock = manualClock(1_000);
  const connect = () => inMemoryServer({ clock }).connect();
  return {
    backend: failover(connect(), failover(connect(), connect(), { clock }), { clock }),
    advance: clock.advance,
  };
};

describeBackend('failover', pair, { ...all, synchronous: true }, { describe, it });
describeBackend('failover of backends that answer later', slow, all, { describe, it });
describeBackend('failover of three', three, { ...all, synchronous: true }, { describe, it });

/** The primary is gone for good: the fallback keeps the contract alone. */
const alone: MakeSubject<unknown> = () => {
  const clock = manualClock(1_000);
  const primary = faultyBackend(inMemoryServer({ clock }).connect());
  primary.faults.always = 'error';
  const backend = failover(primary, inMemoryServer({ clock }).connect(), {
    clock,
    errors: 1,
    logger: { warn() {} },
  });
  return { backend, advance: clock.advance };
};
const withoutSignal: BackendCapabilities = { leases: true, tags: true };

describe('answers as a Map would, whatever is called with whatever', () => {
  it('while both sides are there', { timeout: runs * 100 }, async () => {
    await compareWithModel(pair, { runs });
  });
  it('while the primary is not', { timeout: runs * 100 }, async () => {
    await compareWithModel(alone, { runs, capabilities: withoutSignal });
  });
});
