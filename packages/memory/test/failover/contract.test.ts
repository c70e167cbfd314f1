import { failover, type SyncBackend } from '@cache/core';
import { compareWithModel, describeBackend, inMemoryServer, type MakeSubject, manualClock } from '@cache/core/testing';
import { describe, it } from 'vitest';
import { memoryBackend } from '../../src/index.ts';

const runs = process.env.CACHE_TEST_LONG === '1' ? 10_000 : 300;

/** A server that all share, and a memory of its own for each process. */
const shared: MakeSubject<unknown> = () => {
  const clock = manualClock(1_000);
  const server = inMemoryServer({ clock });
  const connect = () => failover(server.connect(), memoryBackend({ clock }), { clock });
  return { backend: connect(), peer: connect, advance: clock.advance };
};

const alone: MakeSubject<unknown> = () => {
  const clock = manualClock(1_000);
  const backend: SyncBackend<unknown> = failover(memoryBackend({ clock }), memoryBackend({ clock }), { clock });
  return { backend, advance: clock.advance };
};

describeBackend(
  'failover(server, memory)',
  shared,
  { leases: true, tags: true, observing: true, synchronous: true },
  { describe, it },
);
describeBackend('failover(memory, memory)', alone, { tags: true, synchronous: true }, { describe, it });

it('answers as a Map would, whatever is called with whatever', { timeout: runs * 100 }, async () => {
  await compareWithModel(shared, { runs });
  await compareWithModel(alone, { runs });
});
